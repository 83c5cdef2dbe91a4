"""Gathers the scaling of one app's process types, so that they change in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from infra.errors import ApiError

MIXED = "Cannot use the following dyno types in the same app"
Update = dict[str, Any]
# Answers the formation as it is afterwards by process type; a type that does not exist yet is left out.
Apply = Callable[[str, Sequence[Update]], Awaitable[dict[str, dict[str, Any]]]]


@dataclass
class _Batch:
    updates: dict[str, Update] = field(default_factory=dict)
    task: asyncio.Task[dict[str, dict[str, Any]]] | None = None
    last_arrival: float = 0.0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, updates: dict[str, Update]) -> None:
        """Add updates; of two of one type the newer counts."""
        self.updates |= updates
        self.last_arrival = asyncio.get_running_loop().time()
        self.arrived.set()


class FormationBatches:
    """Collects updates for an app until none arrived for ``window`` seconds, then applies them at once.

    Sizes that Heroku will not have side by side may be one half of a change whose other half is still on its way: it is
    waited for once, for ``patience`` seconds.
    """

    def __init__(self, apply: Apply, *, window: float = 0.05, patience: float = 5.0) -> None:
        self._apply = apply
        self._window = window
        self._patience = patience
        self._waiting: dict[str, _Batch] = {}

    async def scale(self, app: str, update: Update) -> dict[str, Any] | None:
        """Apply ``update`` ({type, quantity, dyno_size}); None when the app has no such process type yet."""
        batch = self._waiting.setdefault(app, _Batch())
        batch.take({update["type"]: update})
        if batch.task is None:
            batch.task = asyncio.create_task(self._gather(app, batch))
        formation = await asyncio.shield(batch.task)
        return formation.get(update["type"])

    async def _gather(self, app: str, batch: _Batch) -> dict[str, dict[str, Any]]:
        try:
            return await self._applied(app, batch)
        except ApiError as refused:
            if MIXED not in refused.what:
                raise
        other = self._waiting.get(app)
        if other is not None and other.task is not None:
            other.take(batch.updates | other.updates)
            return await asyncio.shield(other.task)
        self._waiting[app] = batch
        batch.arrived.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(batch.arrived.wait(), self._patience)
        return await self._applied(app, batch)

    async def _applied(self, app: str, batch: _Batch) -> dict[str, dict[str, Any]]:
        loop = asyncio.get_running_loop()
        while (left := batch.last_arrival + self._window - loop.time()) > 0:
            await asyncio.sleep(left)
        del self._waiting[app]
        return await self._apply(app, list(batch.updates.values()))
