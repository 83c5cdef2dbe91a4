"""Changes that overwrite nothing unseen: what somebody changed since it was last read is a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.apis.heroku import Heroku
from infra.errors import Conflict
from infra.providers.kit.values import Values

ATTEMPTS = 5


async def patch_unmoved(
    heroku: Heroku, path: str, body: Values, *, now: Callable[[Any], Values], old: Values, new: Values
) -> Any:
    """Send ``body`` if the fields of ``new`` are still as in ``old``, or are as wanted already.

    ``now`` reads those fields off what is at ``path``. Anything else that changes there meanwhile is no conflict.
    """
    for _ in range(ATTEMPTS):
        live, etag = await heroku.get_with_etag(path)
        seen = now(live)
        moved = sorted(name for name in new if not _expected(seen.get(name), old.get(name), new[name]))
        if moved:
            raise _conflict(path, moved)
        try:
            return await heroku.patch(path, body, if_match=etag)
        except Conflict as stale:
            if stale.status != 412:
                raise
    raise _conflict(path, sorted(new))


def _expected(seen: Any, old: Any, new: Any) -> bool:
    """Whether a field is as it was or as it shall be; what is not changed is none of our business."""
    return old == new or seen in (old, new)


def _conflict(path: str, names: list[str]) -> Conflict:
    return Conflict(
        f"somebody changed {', '.join(names)} since it was last read",
        where=path,
        todo="Run `pulumi refresh` to see the change, then `pulumi up` again to decide.",
    )
