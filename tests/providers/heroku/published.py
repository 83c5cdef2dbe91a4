"""What the published plugin leaves in a state, and what there is at Heroku then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.providers.kit.values import Values
from tests.providers.heroku.estate import Estate, Resource

META = '{"schema_version":"0"}'


@dataclass
class State:
    """What the published plugin left: ``program`` are the inputs as the program gives them."""

    id: str
    program: Values
    defaults: Values = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)
    # What the outputs need not have in common: left out by ours, or of no fixed order.
    dropped: frozenset[str] = frozenset()

    def resource(self, token: str) -> Resource:
        """The resource as the engine reads it from the state."""
        noted: Values = {"__defaults": sorted(self.defaults)}
        inputs: Values = {**self.program, **self.defaults, **noted}
        outputs = {**self.program, **self.defaults, **self.outputs, "id": self.id, "__meta": META}
        return Resource(token, "it", self.id, inputs, outputs)


@dataclass
class World:
    """What there is at Heroku."""

    estate: Estate
    app: Resource
    folder: Path

    async def get(self, path: str) -> Any:
        """What Heroku answers."""
        return await self.estate.by_hand("GET", path)

    async def post(self, path: str, body: Values) -> Any:
        """Make something at Heroku."""
        return await self.estate.by_hand("POST", path, body)

    async def space(self) -> Any:
        """A space that is there."""
        await self.post("/spaces", {"name": "acme-space", "team": "acme", "region": "dublin"})
        return await self._allocated()

    async def _allocated(self) -> Any:
        while (space := await self.get("/spaces/acme-space"))["state"] != "allocated":
            pass
        return space

    async def pipeline(self) -> Any:
        """A pipeline that is there."""
        return await self.post("/pipelines", {"name": "acme"})


Build = Callable[[World], Awaitable[State]]
