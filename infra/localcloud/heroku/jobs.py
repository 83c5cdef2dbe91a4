"""What is under way and becomes true a little later: kept in the store, done when the clock has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.localcloud.heroku.naming import new_id
from infra.localcloud.store import Store

KIND = "heroku.job"


def schedule(store: Store, now: datetime, seconds: float, what: str, subject: str) -> None:
    """Do ``what`` to the subject (an id) in so many seconds."""
    key = f"{_sortable(now + timedelta(seconds=seconds))}:{new_id()}"
    store.put(KIND, key, {"key": key, "what": what, "subject": subject})


def take_due(store: Store, now: datetime) -> list[tuple[str, str]]:
    """Remove and answer what is due, as pairs of what and subject, in the order it was scheduled."""
    # ";" is the character after ":", so that what is due exactly now is among them.
    due = store.find_until(KIND, f"{_sortable(now)};")
    for job in due:
        store.delete(KIND, job["key"])
    return [(job["what"], job["subject"]) for job in due]


def _sortable(moment: datetime) -> str:
    """Microseconds since 1970 as text that sorts like numbers."""
    return f"{round(moment.timestamp() * 1_000_000):020d}"
