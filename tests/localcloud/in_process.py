"""The local cloud inside the test's own process, every exchange checked against the vendors' own descriptions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from infra.localcloud import seed as seeds
from infra.localcloud.app import create_app
from infra.localcloud.exchange import Settings
from infra.localcloud.store import Store
from tests.contract import github_openapi, heroku_schema

BASE = "http://127.0.0.1:4567"
HEROKU_ACCEPT = "application/vnd.heroku+json; version=3"
OWNER, REPOSITORY, TEAM = "practicalli", "banking-on-clojure", "practicalli-team"

Validate = Callable[[str, str, Any, int, Any], None]


class CheckedTransport(httpx.AsyncBaseTransport):
    """Passes requests on and checks each exchange; a dropped connection becomes httpx's own error."""

    def __init__(self, inner: httpx.AsyncBaseTransport, validate: Validate) -> None:
        self._inner = inner
        self._validate = validate

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        try:
            response = await self._inner.handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from error
        await response.aread()
        path = request.url.raw_path.decode()
        self._validate(request.method, path, _json(request.content), response.status_code, _json(response.content))
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


@dataclass
class Clock:
    """A clock that only moves when told to."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class LocalCloud:
    """A seeded local cloud in memory with clients for its vendors and its control routes."""

    store: Store
    clock: Clock
    transport: httpx.ASGITransport
    heroku_token: str
    github_token: str
    pat_token: str
    heroku: httpx.AsyncClient
    github: httpx.AsyncClient
    control: httpx.AsyncClient

    def heroku_as(self, token: str, **headers: str) -> httpx.AsyncClient:
        """A checked client of the Heroku half with that token."""
        return httpx.AsyncClient(
            base_url=BASE,
            transport=CheckedTransport(self.transport, heroku_schema.validate_exchange),
            headers={"Authorization": f"Bearer {token}", "Accept": HEROKU_ACCEPT, **headers},
        )


def new_cloud(settings: Settings | None = None) -> LocalCloud:
    """A local cloud with the default seed and a team; add-ons take 0.2 seconds of its own clock."""
    store, clock = Store(None), Clock()
    heroku_token, github_token, pat_token = seeds.heroku_token(), seeds.github_token(), seeds.heroku_token()
    document = seeds.default_seed(OWNER, REPOSITORY, heroku=heroku_token, github=github_token, team=TEAM)
    document["heroku"]["accounts"][1]["token"] = pat_token
    seeds.seed(store, document, clock())
    transport = httpx.ASGITransport(create_app(store, clock=clock, settings=settings))
    github_client = httpx.AsyncClient(
        base_url=f"{BASE}/api/v3",
        transport=CheckedTransport(transport, github_openapi.validate_exchange),
        headers={"Authorization": f"Bearer {github_token}", "Accept": "application/vnd.github+json"},
    )
    control = httpx.AsyncClient(base_url=f"{BASE}/_cloud", transport=transport)
    cloud = LocalCloud(store, clock, transport, heroku_token, github_token, pat_token, control, github_client, control)
    cloud.heroku = cloud.heroku_as(heroku_token)
    return cloud
