"""What to do when a create was sent and its answer never came: look before sending it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.apis.rest import AnswerLost
from infra.providers.kit.context import Context

RECENT = timedelta(minutes=10)
ATTEMPTS = 3


def is_recent(made: dict[str, Any]) -> bool:
    """Whether something was made so lately that it can be what we just asked for."""
    created = datetime.fromisoformat(str(made["created_at"]).replace("Z", "+00:00"))
    return abs(datetime.now(UTC) - created) < RECENT


async def made_once(
    context: Context,
    create: Callable[[], Awaitable[Any]],
    find: Callable[[], Awaitable[Any | None]],
    *,
    what: str,
) -> Any:
    """What ``create`` answers; when its answer is lost, what ``find`` finds, and only then another try."""
    for attempt in range(ATTEMPTS):
        try:
            return await create()
        except AnswerLost:
            found = await find()
            if found is not None and is_recent(found):
                context.warn(f"Heroku's answer was lost, but it had made {what}, which is used now")
                return found
            if attempt + 1 == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def first_with(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any] | None:
    """The first row whose fields have the wanted values."""
    return next((row for row in rows if all(row.get(key) == value for key, value in wanted.items())), None)
