"""The verdict on secrets that nobody can read back: our own writes, as the vendor answered them, against its times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from infra.model.estate import Thing

Verdict = Literal["missing", "touched", "never-ours", "in-sync", "unverifiable"]
# Times are told by the second, by stores that agree only after a while.
TOLERANCE = timedelta(seconds=1)


def judge_secret(recorded: Thing | None, live: Thing | None) -> Verdict:
    """What can be said of a declared secret from the state's record of our last write and the vendor's times."""
    if live is None:
        return "missing"
    if recorded is None:
        return "never-ours"
    if recorded.updated_at is None or live.updated_at is None:
        return "unverifiable"
    return "touched" if is_later(live.updated_at, recorded.updated_at) else "in-sync"


def was_made_anew(recorded: Thing, live: Thing) -> bool:
    """Whether the secret was deleted and made again since our last write."""
    if live.created_at is None or recorded.updated_at is None:
        return False
    return is_later(live.created_at, recorded.updated_at)


def is_later(one: datetime, other: datetime) -> bool:
    """Whether a time is after another one, by more than such times are off."""
    return one - other > TOLERANCE
