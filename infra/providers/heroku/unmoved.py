"""Changes that overwrite nothing unseen: what somebody changed since it was last read is a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.apis.heroku import Heroku
from infra.errors import Conflict
from infra.providers.heroku.conflict import changed_meanwhile
from infra.providers.kit.values import Values

ATTEMPTS = 5
Read = tuple[Any, str]


async def write_unmoved(
    heroku: Heroku,
    path: str,
    body: Any,
    *,
    now: Callable[[Any], Values],
    old: Values,
    new: Values,
    where: str = "",
    method: str = "PATCH",
    unseen: bool = False,
    read: Read | None = None,
) -> Any:
    """What is at ``path`` once ``body`` was sent, if the fields of ``new`` were still as in ``old``, or as wanted.

    ``now`` reads those fields off what is at ``path``; whoever has just read that hands it over as ``read``, with its
    ETag. Anything else that changes there meanwhile is no conflict, and neither is our own write whose answer was lost.
    What is so already is not sent, unless ``body`` also holds what cannot be read back (``unseen``).
    """
    for _ in range(ATTEMPTS):
        live, etag = read or await heroku.get_with_etag(path)
        read, seen = None, now(live)
        refuse_moved(where or path, seen, old, new)
        if not unseen and all(seen.get(name) == value for name, value in new.items()):
            return live
        try:
            return await (heroku.put if method == "PUT" else heroku.patch)(path, body, if_match=etag)
        except Conflict as stale:
            if stale.status != 412:
                raise
    raise changed_meanwhile(sorted(new), where or path)


def refuse_moved(where: str, seen: Values, old: Values, new: Values) -> None:
    """Raise Conflict if a field of ``new`` is neither as it was nor as it shall be.

    It is all there is where Heroku has no ETag of just what is written; then ``seen`` is read right before the write.
    """
    moved = sorted(name for name in new if not _expected(seen.get(name), old.get(name), new[name]))
    if moved:
        raise changed_meanwhile(moved, where)


def _expected(seen: Any, old: Any, new: Any) -> bool:
    """Whether a field is as it was or as it shall be; what is not changed is none of our business."""
    return old == new or seen in (old, new)
