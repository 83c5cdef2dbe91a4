"""Names for what the program left nameless: stable once made up, and of the length that the vendor takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from infra.providers.kit.fields import Fields, wire_name
from infra.providers.kit.values import Values


@dataclass(frozen=True)
class Naming:
    """What the engine says of names: the resource's own name, a random seed, and the user's wishes."""

    resource: str
    seed: bytes
    proposed: str = ""
    mode: Literal["propose", "enforce", "disable"] = "propose"


def named(fields: Fields, news: Values, olds: Values, naming: Naming) -> Values:
    """The inputs with every missing name filled in: the old one if there is one, else one that is made up."""
    filled = dict(news)
    for name, declared in fields.items():
        key = wire_name(name, declared)
        if declared.autoname and filled.get(key) is None and naming.mode != "disable":
            filled[key] = olds.get(key) or _made_up(naming, declared.autoname)
    return filled


def _made_up(naming: Naming, longest: int) -> str:
    if naming.mode == "enforce" and naming.proposed:
        return naming.proposed
    stem = re.sub(r"[^a-z0-9]+", "-", naming.resource.lower()).strip("-") or "unnamed"
    return f"{stem[: longest - 8].rstrip('-')}-{naming.seed.hex()[:7]}"
