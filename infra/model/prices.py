"""What Heroku asks for its add-on plans and dynos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Prices:
    """US cents a month, by plan (``service:plan``, or a service alone for its default) and by dyno size in lower case.

    ``None`` stands for a price that Heroku does not tell, or that a contract sets; what is absent was not found.
    """

    plans: Mapping[str, int | None] = field(default_factory=dict)
    dynos: Mapping[str, int | None] = field(default_factory=dict)
