"""Which reads fit into the budget of this run: the most telling first, and then what was left out for longest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

FULL = 4500
"""What Heroku allows an account in an hour; told by no header before the first answer."""
RESERVE = 450
"""What is left to others of the same account: a deploy must not wait for an audit."""


@dataclass(frozen=True)
class Read:
    """One request that may be sent: a ``kind`` of thing in a ``scope``."""

    scope: str
    kind: str
    rank: int
    """How telling it is; 0 tells most."""
    last: float = 0.0
    """When it was last read, in seconds since 1970; 0 for never."""
    stale: bool = False
    """Whether it is known to have changed since."""


@dataclass(frozen=True)
class Plan:
    """What is read in this run, in this order, and what is left to the next."""

    now: tuple[Read, ...] = ()
    later: tuple[Read, ...] = ()


def plan_reads(reads: Iterable[Read], budget: int) -> Plan:
    """Choose the first ``budget`` of the reads: known changes, then what was never read, then the longest unread."""
    ordered = sorted(reads, key=lambda read: (not read.stale, read.last, read.rank, read.scope))
    fits = max(0, budget)
    return Plan(tuple(ordered[:fits]), tuple(ordered[fits:]))


@dataclass
class Purse:
    """Requests that may still be sent: never more than Heroku grants, less a reserve for others."""

    left: int = FULL - RESERVE
    reserve: int = RESERVE
    limit: int | None = None
    """At most so many in this run, whatever Heroku grants."""
    spent: int = 0
    flying: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        if self.limit is not None:
            self.left = min(self.left, self.limit)

    def take(self) -> bool:
        """Take one request out, if there is one."""
        if self.left < 1:
            return False
        self.left -= 1
        self.spent += 1
        self.flying += 1
        return True

    def answered(self, remaining: str) -> None:
        """A request was answered, with what Heroku says that remains; others may have spent of it, too."""
        self.flying -= 1
        if remaining.isdigit():
            # Requests under way may be counted in it already, or not yet: take the lesser.
            self.left = min(self.left, int(remaining) - self.reserve - self.flying)
