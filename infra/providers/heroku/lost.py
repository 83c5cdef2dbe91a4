"""What to do when a create was sent and its answer never came: look before sending it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.apis.rest import AnswerLost
from infra.errors import Conflict
from infra.model.times import read_time
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.kit.context import Context
from infra.providers.kit.values import Values

RECENT = timedelta(minutes=10)
ATTEMPTS = 3
RESUME_SINCE = "TWELVEFOLD_RESUME_SINCE"


def resumed_since(environment: Mapping[str, str]) -> datetime | None:
    """The time in TWELVEFOLD_RESUME_SINCE: an update that began after it was interrupted, and is now resumed."""
    return read_time(environment.get(RESUME_SINCE))


def _is_left_behind(made: dict[str, Any], context: Context) -> bool:
    """Whether a run that was interrupted may have made it; Heroku tells times in whole seconds."""
    if context.resumes is None or made["id"] in context.known:
        return False
    at = read_time(made.get("created_at"))
    return at is not None and at >= context.resumes.replace(microsecond=0)


def is_recent(made: dict[str, Any], context: Context) -> bool:
    """Whether something is not in the state and was made so lately that it can be what we asked for."""
    if context.resumes is not None:
        return _is_left_behind(made, context)
    at = read_time(made.get("created_at"))
    return made["id"] not in context.known and at is not None and abs(datetime.now(UTC) - at) < RECENT


async def made_once(
    context: Context,
    create: Callable[[], Awaitable[Any]],
    find: Callable[[], Awaitable[Any | None]],
    *,
    what: str,
    undo: Callable[[Any], Awaitable[bool]] | None = None,
) -> Any:
    """What ``create`` answers; when its answer is lost, what ``find`` finds, and only then another try.

    When an interrupted run is resumed, its answers are lost too: what it made is found before anything is sent.
    ``undo`` takes that away, and says so, where the program has come to want something that it cannot be changed to.
    """
    if context.resumes is not None:
        left = await find()
        if left is not None and _is_left_behind(left, context) and not (undo and await undo(left)):
            context.known.add(left["id"])
            context.warn(f"the run that was interrupted had made {what} already, which is used now")
            return left
    for attempt in range(ATTEMPTS):
        try:
            return await create()
        except AnswerLost:
            found = await find()
            if found is not None and is_recent(found, context):
                context.known.add(found["id"])
                context.warn(f"Heroku's answer was lost, but it had made {what}, which is used now")
                return found
            if attempt + 1 == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def first_with(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any] | None:
    """The first row whose fields have the wanted values."""
    return next((row for row in rows if all(row.get(key) == value for key, value in wanted.items())), None)


async def named_once(heroku: Heroku, context: Context, collection: str, body: Values, token: str) -> Any:
    """Make what Heroku finds by its unique name, once even if the answer is lost; a taken name says how to import."""
    name = body["name"]

    async def post() -> Any:
        try:
            return await heroku.post(f"/{collection}", body)
        except Conflict as conflict:
            raise taken(conflict, import_hint(token, name)) from conflict

    async def find() -> Any | None:
        found = await heroku.missing_to_none(at(collection, name))
        return None if found is None or found.get("state") == "deleting" else found

    return await made_once(context, post, find, what=f"{collection.removesuffix('s')} {name}")
