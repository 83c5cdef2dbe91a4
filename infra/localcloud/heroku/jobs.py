"""What is under way and becomes true a little later: kept in the store, done when the clock has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.localcloud.heroku.naming import new_id
from infra.localcloud.store import Store

KIND = "heroku.job"


def schedule(store: Store, now: datetime, seconds: float, what: str, subject: str) -> None:
    """Do ``what`` to the subject (an id) in so many seconds."""
    id = new_id()
    due = (now + timedelta(seconds=seconds)).timestamp()
    store.put(KIND, id, {"id": id, "due": due, "what": what, "subject": subject})


def take_due(store: Store, now: datetime) -> list[tuple[str, str]]:
    """Remove and answer what is due, as pairs of what and subject, in the order it was scheduled."""
    due = [job for job in store.find(KIND) if job["due"] <= now.timestamp()]
    for job in due:
        store.delete(KIND, job["id"])
    return [(job["what"], job["subject"]) for job in due]
