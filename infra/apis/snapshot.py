"""Short-lived pictures of lists, so that many readers of one app cost one request."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Rows = list[Any]
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass
class _Picture:
    task: asyncio.Future[Any]
    taken: float


class Snapshot:
    """Remembers what was read for ``lifetime`` seconds; a write to an app drops what is known of that app."""

    def __init__(
        self,
        *,
        one: Callable[[str], Awaitable[Any]],
        every: Callable[[str], Awaitable[Rows]],
        lifetime: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._one = one
        self._every = every
        self._lifetime = lifetime
        self._clock = clock
        self._pictures: dict[str, _Picture] = {}

    async def get(self, path: str) -> Any:
        """What ``path`` holds, at most ``lifetime`` seconds old and never older than our own last write to it."""
        return await self._picture(path, self._one)

    async def list(self, path: str) -> Rows:
        """Every element of the list at ``path``, as fresh as what ``get`` answers."""
        found: Rows = await self._picture(path, self._every)
        return found

    async def _picture(self, path: str, read: Callable[[str], Awaitable[Any]]) -> Any:
        picture = self._pictures.get(path)
        if picture is None or self._stale(picture):
            picture = _Picture(asyncio.ensure_future(read(path)), self._clock())
            picture.task.add_done_callback(_seen)
            self._pictures[path] = picture
        return await asyncio.shield(picture.task)

    def _stale(self, picture: _Picture) -> bool:
        if not picture.task.done():
            return False
        return self._clock() - picture.taken >= self._lifetime or picture.task.exception() is not None

    def written(self, path: str) -> None:
        """Forget whatever a write to ``path`` may have changed."""
        owner = _owner(path)
        if owner is None or not UUID.match(owner[1]):
            # A name and an id may mean the same app: forgetting too much is only slower.
            self._pictures.clear()
            return
        for known in [*self._pictures]:
            other = _owner(known)
            if other is None or other == owner or not UUID.match(other[1]):
                del self._pictures[known]

    def forget(self, path: str, *, older_than: float) -> None:
        """Drop what is known of ``path`` when it is older than so many seconds, to look again soon."""
        picture = self._pictures.get(path)
        if picture is not None and self._clock() - picture.taken >= older_than:
            del self._pictures[path]


def _owner(path: str) -> tuple[str, str] | None:
    parts = path.split("?")[0].strip("/").split("/")
    if len(parts) >= 2 and parts[0] in ("apps", "pipelines"):
        return parts[0], parts[1]
    return None


def _seen(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()  # Whoever waits gets it; nobody may be waiting any more.
