"""The fault switchboard: what a vendor does wrong, on demand, so that clients can be seen to cope."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["rate_limit", "status", "slow", "drop_before", "drop_after", "pause_before", "pause_after"]
Pause = Literal["pause_before", "pause_after"]
Release = Literal["go_on", "drop"]


@dataclass
class Fault:
    """One thing that goes wrong: whom it meets (vendor, method, path) and how often (``None``: until cleared)."""

    kind: Kind
    vendor: str = ""
    method: str = ""
    path: str = ""
    """A regular expression searched in the path; ``""`` meets every path."""
    count: int | None = None
    """A pause meets one request when nothing is said."""
    skip: int = 0
    """How many requests that fit go by unharmed first."""
    status: int = 503
    milliseconds: int = 0
    retry_after: int | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    met: int = 0
    """How many requests it has met so far."""
    skipped: int = 0
    """How many it has let go by so far."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"a fault's kind is one of {', '.join(get_args(Kind))}, not {self.kind!r}")
        if not 400 <= self.status <= 599:
            raise ValueError(f"a fault's status lies between 400 and 599, not at {self.status}")
        if self.skip < 0:
            raise ValueError(f"a fault's skip is 0 or more, not {self.skip}")
        re.compile(self.path)
        if self.kind in get_args(Pause) and self.count is None:
            self.count = 1

    def meets(self, vendor: str, method: str, path: str) -> bool:
        """Whether this fault is for that request."""
        if self.count is not None and self.met >= self.count:
            return False
        fits = self.vendor in ("", vendor) and self.method.upper() in ("", method)
        return fits and re.search(self.path, path) is not None


@dataclass
class _Gate:
    """Where requests wait at a pause, and where a control client waits for them."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    release: Release = "go_on"
    requests: list[dict[str, str]] = field(default_factory=list)


class Switchboard:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._gates: dict[str, _Gate] = {}

    def switch_on(self, fault: Fault) -> None:
        """Add one fault; it meets requests from now on."""
        self._faults.append(fault)
        self._gates[fault.id] = _Gate()

    def switch_off(self, id: str = "") -> int:
        """Remove one fault by its id, or all of them; says how many went. What waits at a pause goes on."""
        kept = [fault for fault in self._faults if id and fault.id != id]
        gone = [fault for fault in self._faults if not id or fault.id == id]
        self._faults = kept
        for fault in gone:
            gate = self._gates.pop(fault.id)
            gate.opened.set()
            gate.changed.set()
        return len(gone)

    def release(self, id: str, release: Release) -> bool:
        """Let what waits at that pause go on, or drop it; says whether there is such a fault."""
        gate = self._gates.get(id)
        if gate is None:
            return False
        gate.release = release
        gate.opened.set()
        return True

    async def wait_until_met(self, id: str, times: int, seconds: float) -> list[dict[str, str]] | None:
        """The requests a fault has met, as soon as there are so many, or when the time is over; None: no such fault."""
        gate = self._gates.get(id)
        if gate is None:
            return None
        try:
            async with asyncio.timeout(seconds):
                while len(gate.requests) < times and id in self._gates:
                    gate.changed.clear()
                    await gate.changed.wait()
        except TimeoutError:
            pass
        return list(gate.requests)

    async def pause(self, fault: Fault) -> Release:
        """Wait at a pause until it is released; says how."""
        gate = self._gates.get(fault.id)
        if gate is None:
            return "go_on"
        await gate.opened.wait()
        return gate.release

    def listing(self) -> list[dict[str, Any]]:
        """Every fault as plain data, with how many requests each has met."""
        return [asdict(fault) for fault in self._faults]

    def meet(self, vendor: str, method: str, path: str) -> list[Fault]:
        """The faults for this request, each counted as met."""
        if not self._faults:
            return []
        met = [fault for fault in self._faults if fault.meets(vendor, method, path) and not _skips(fault)]
        for fault in met:
            fault.met += 1
            gate = self._gates[fault.id]
            gate.requests.append({"method": method, "path": path})
            gate.changed.set()
        return met


def _skips(fault: Fault) -> bool:
    """Let one request go by while the fault has some to skip."""
    if fault.skipped >= fault.skip:
        return False
    fault.skipped += 1
    return True


def fault_of(document: Mapping[str, Any]) -> Fault:
    """A fault from its JSON form; raises ValueError (or TypeError for an unknown key) saying what is wrong."""
    return Fault(**{name: value for name, value in document.items() if name not in ("id", "met", "skipped")})
