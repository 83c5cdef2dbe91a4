"""A provider that only waits: its time is the engine's own and the protocol's, which no provider can get below."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from typing import Any

from infra.providers.heroku.package import package
from infra.providers.kit.context import Context
from infra.providers.kit.package import Package
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values


@dataclass(frozen=True)
class Pause:
    """A vendor that answers anything after the same time, in seconds."""

    seconds: float

    async def answer(self) -> None:
        """One request's time."""
        await asyncio.sleep(self.seconds)


async def _create(pause: Pause, new: Values, _context: Context) -> Made:
    await pause.answer()
    return Made(str(uuid.uuid4()), new)


async def _read(pause: Pause, id: str, old: Old) -> Live:
    await pause.answer()
    return Live(id, old.outputs, old.inputs)


async def _update(pause: Pause, _id: str, _old: Old, new: Values, _context: Context) -> Values:
    await pause.answer()
    return new


async def _delete(pause: Pause, _id: str, _old: Old, _context: Context) -> None:
    await pause.answer()


def _waiting(resource: Resource[Any]) -> Resource[Pause]:
    quiet = replace(resource, differs=None, holds=None, list=None)
    return replace(quiet, create=_create, read=_read, update=_update, delete=_delete)


def waiting_package(seconds: float) -> Package[Pause]:
    """The Heroku provider's own types, with verbs that do nothing but wait."""
    real = package({})
    return Package.of(
        name=real.name,
        vendor=real.vendor,
        version=real.version,
        config=real.config,
        connect=lambda _config, _surroundings: Pause(seconds),
        resources=[_waiting(resource) for resource in real.resources.values()],
        functions=[],
    )
