"""Looks many things up in one list instead of asking for each of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from infra.apis.snapshot import Rows, Snapshot
from infra.errors import ApiError

ENOUGH = 5


class Bulk:
    """Rows of lists that hold what many readers want at about the same time."""

    def __init__(
        self, snapshot: Snapshot, *, lifetime: float = 2.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._snapshot = snapshot
        self._lifetime = lifetime
        self._clock = clock
        self._wanted: dict[str, dict[str, float]] = {}
        self._known: dict[str, tuple[Rows, dict[str, Any]]] = {}

    async def row(self, path: str, id: str, *, request: str) -> Any | None:
        """The element ``id`` of the list at ``path``, or None: then ask for it alone, by ``request``.

        The list is only read once so many different requests would have been sent that it is the cheaper way. That
        something is not in it proves nothing: it may be of a kind that the list leaves out.
        """
        if not self._many(path, request):
            return None
        try:
            rows = await self._snapshot.list(path)
        except ApiError:
            return None
        return self._by_id(path, rows).get(id)

    def _many(self, path: str, request: str) -> bool:
        now = self._clock()
        wanted = self._wanted.setdefault(path, {})
        wanted.pop(request, None)
        wanted[request] = now  # the newest stands last
        while now - next(iter(wanted.values())) > self._lifetime:
            del wanted[next(iter(wanted))]
        return len(wanted) >= ENOUGH

    def _by_id(self, path: str, rows: Rows) -> dict[str, Any]:
        known = self._known.get(path)
        if known is None or known[0] is not rows:
            known = self._known[path] = (rows, {row["id"]: row for row in rows})
        return known[1]
