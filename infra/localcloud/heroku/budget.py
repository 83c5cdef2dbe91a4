"""The request budget of an account: a bucket of tokens that fills by the minute.

See https://devcenter.heroku.com/articles/platform-api-reference#rate-limits: 4500 an hour per account, refilled at
75 a minute, counted over all of its tokens.
"""

from __future__ import annotations

from datetime import datetime

from infra.localcloud.exchange import Refusal, Settings
from infra.localcloud.store import Store

KIND = "heroku.budget"


def remaining(store: Store, account_id: str, now: datetime, settings: Settings) -> int:
    """How many requests the account may still make."""
    return int(_level(store, account_id, now, settings))


def spend(store: Store, account_id: str, now: datetime, settings: Settings) -> None:
    """Take one request out of the budget, or refuse with 429."""
    level = _level(store, account_id, now, settings)
    if level < 1:
        raise Refusal(429, "rate_limit", "")
    store.put(KIND, account_id, {"level": level - 1, "at": now.timestamp()})


def _level(store: Store, account_id: str, now: datetime, settings: Settings) -> float:
    full = float(settings.heroku_rate_limit)
    bucket = store.get(KIND, account_id)
    if bucket is None:
        return full
    minutes = max(0.0, now.timestamp() - bucket["at"]) / 60
    level: float = bucket["level"] + minutes * settings.heroku_refill_per_minute
    return min(full, level)
