"""The fault switchboard: what a vendor does wrong, on demand, so that clients can be seen to cope."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["rate_limit", "status", "slow", "drop_before", "drop_after"]


@dataclass
class Fault:
    """One thing that goes wrong: whom it meets (vendor, method, path) and how often (``None``: until cleared)."""

    kind: Kind
    vendor: str = ""
    method: str = ""
    path: str = ""
    """A regular expression searched in the path; ``""`` meets every path."""
    count: int | None = None
    status: int = 503
    milliseconds: int = 0
    retry_after: int | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    met: int = 0
    """How many requests it has met so far."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"a fault's kind is one of {', '.join(get_args(Kind))}, not {self.kind!r}")
        if not 400 <= self.status <= 599:
            raise ValueError(f"a fault's status lies between 400 and 599, not at {self.status}")
        re.compile(self.path)

    def meets(self, vendor: str, method: str, path: str) -> bool:
        """Whether this fault is for that request."""
        if self.count is not None and self.met >= self.count:
            return False
        fits = self.vendor in ("", vendor) and self.method.upper() in ("", method)
        return fits and re.search(self.path, path) is not None


class Switchboard:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def switch_on(self, fault: Fault) -> None:
        """Add one fault; it meets requests from now on."""
        self._faults.append(fault)

    def switch_off(self, id: str = "") -> int:
        """Remove one fault by its id, or all of them; says how many went."""
        kept = [fault for fault in self._faults if id and fault.id != id]
        gone = len(self._faults) - len(kept)
        self._faults = kept
        return gone

    def listing(self) -> list[dict[str, Any]]:
        """Every fault as plain data, with how many requests each has met."""
        return [asdict(fault) for fault in self._faults]

    def meet(self, vendor: str, method: str, path: str) -> list[Fault]:
        """The faults for this request, each counted as met."""
        met = [fault for fault in self._faults if fault.meets(vendor, method, path)]
        for fault in met:
            fault.met += 1
        return met


def fault_of(document: Mapping[str, Any]) -> Fault:
    """A fault from its JSON form; raises ValueError (or TypeError for an unknown key) saying what is wrong."""
    return Fault(**{name: value for name, value in document.items() if name not in ("id", "met")})
