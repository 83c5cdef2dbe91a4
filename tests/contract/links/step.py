"""What a step is, and how it is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.contract.heroku_schema import Link, all_links, validate_as
from tests.localcloud.in_process import BASE, HEROKU_ACCEPT, LocalCloud


@dataclass
class World:
    """A local cloud, and what earlier steps learned: ids by name."""

    cloud: LocalCloud
    names: dict[str, str] = field(default_factory=dict)

    def client(self, person: str) -> httpx.AsyncClient:
        """A client of that person, whose exchanges nobody else checks: each step checks its own."""
        token = {"deployer": self.cloud.heroku_token, "pat": self.cloud.pat_token}[person]
        headers = {"Authorization": f"Bearer {token}", "Accept": HEROKU_ACCEPT}
        return httpx.AsyncClient(base_url=BASE, transport=self.cloud.transport, headers=headers)

    def filled(self, value: Any) -> Any:
        """``value`` with names in braces replaced by what is known of them."""
        if isinstance(value, str):
            return value.format_map(self.names) if "{" in value else value
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        return {name: self.filled(item) for name, item in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True)
class Step:
    """One operation: its link (``app: Create``), path and body, and what to remember of the answer.

    ``keep`` names a place in the answer by dots: ``{"image": "0.id"}``. ``refused`` is the only status there can be.
    """

    link: str
    path: str
    body: Any = None
    keep: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    wait: float = 0
    by: str = "deployer"


@dataclass(frozen=True)
class Prepare:
    """Something a scene needs that is no operation of Heroku's."""

    act: Callable[[World], Awaitable[None]]


async def take(world: World, step: Step | Prepare) -> None:
    """Take one step; AssertionError unless request and answer are as Heroku describes them."""
    if isinstance(step, Prepare):
        await step.act(world)
        return
    link, path, body = link_named(step.link), world.filled(step.path), world.filled(step.body)
    assert link.pattern.fullmatch(path), f"{step.link}: {path} is not {link.pattern.pattern}"
    world.cloud.clock.pass_seconds(step.wait)
    async with world.client(step.by) as client:
        response = await client.request(link.method, path, **({} if body is None else {"json": body}))
    answer = response.json() if response.content else None
    fits = response.status_code == step.refused if step.refused else response.status_code < 400
    assert fits, f"{step.link}: {response.status_code} {answer}"
    validate_as(link, path, body, response.status_code, answer)
    for name, place in step.keep.items():
        world.names[name] = str(_at(answer, place))


def link_named(key: str) -> Link:
    """The operation of that name."""
    return next(link for link in all_links() if link.key == key)


def _at(value: Any, place: str) -> Any:
    for part in place.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


async def upload(world: World, data: bytes, name: str) -> None:
    """Put a source archive to the address kept as ``<name>_put``."""
    async with httpx.AsyncClient(transport=world.cloud.transport) as client:
        response = await client.put(world.names[f"{name}_put"], content=data)
    assert response.status_code == 200
