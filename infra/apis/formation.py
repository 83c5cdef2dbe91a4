"""Gathers the scaling of one app's process types, so that they change in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Update = dict[str, Any]
# Answers the formation as it is afterwards by process type; a type that does not exist yet is left out.
Apply = Callable[[str, Sequence[Update]], Awaitable[dict[str, dict[str, Any]]]]


@dataclass
class _Batch:
    updates: dict[str, Update] = field(default_factory=dict)
    task: asyncio.Task[dict[str, dict[str, Any]]] | None = None
    last_arrival: float = 0.0


class FormationBatches:
    """Collects updates for an app until none arrived for ``window`` seconds, then applies them at once."""

    def __init__(self, apply: Apply, *, window: float = 0.05) -> None:
        self._apply = apply
        self._window = window
        self._waiting: dict[str, _Batch] = {}

    async def scale(self, app: str, update: Update) -> dict[str, Any] | None:
        """Apply ``update`` ({type, quantity, dyno_size}); None when the app has no such process type yet."""
        batch = self._waiting.setdefault(app, _Batch())
        batch.updates[update["type"]] = update
        batch.last_arrival = asyncio.get_running_loop().time()
        if batch.task is None:
            batch.task = asyncio.create_task(self._gather(app, batch))
        formation = await asyncio.shield(batch.task)
        return formation.get(update["type"])

    async def _gather(self, app: str, batch: _Batch) -> dict[str, dict[str, Any]]:
        loop = asyncio.get_running_loop()
        while (left := batch.last_arrival + self._window - loop.time()) > 0:
            await asyncio.sleep(left)
        del self._waiting[app]
        return await self._apply(app, list(batch.updates.values()))
