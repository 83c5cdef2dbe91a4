"""A small estate in the local cloud, the client that reads it, and how it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.apis.budget import Limits
from infra.apis.heroku import Heroku, headers, refusal
from infra.apis.live.cache import Cache
from infra.apis.live.heroku import read_heroku
from infra.apis.live.wanted import Wanted
from infra.apis.rest import Rest
from infra.model.estate import Estate, Kind, Subject, Thing
from tests.localcloud.in_process import BASE, LocalCloud

APP, OTHER, PIPELINE = "shop-staging", "shop-worker", "shop"


@dataclass
class Lost(httpx.AsyncBaseTransport):
    """Passes requests on, turning a connection that the local cloud drops into httpx's own error."""

    inner: httpx.AsyncBaseTransport
    seen: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        try:
            return await self.inner.handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from error


@dataclass
class Shop:
    """The local cloud with two apps in a pipeline, furnished with one thing of every kind."""

    cloud: LocalCloud
    ids: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    transport: Lost = field(init=False)

    def __post_init__(self) -> None:
        self.transport = Lost(self.cloud.transport)

    async def call(self, method: str, path: str, body: Any = None, **header: str) -> Any:
        """Change something with the deployer's token."""
        answer = await self.cloud.heroku.request(method, path, json=body, headers=header)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def by_hand(self, method: str, path: str, body: Any = None, *, person: str = "pat@example.com") -> Any:
        """Change something as a person in the dashboard."""
        call = {"vendor": "heroku", "method": method, "path": path, "body": body, "as": person}
        answer = await self.cloud.control.post(f"{BASE}/_cloud/by-hand", json=call)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def fault(self, **fault: Any) -> None:
        """Let something go wrong."""
        answer = await self.cloud.control.post(f"{BASE}/_cloud/faults", json={"vendor": "heroku", **fault})
        assert answer.status_code == 201, answer.text

    async def make(self, method: str, path: str, body: Any, kind: Kind, scope: str, name: str) -> Any:
        """Make something that counts as declared under that name, and as recorded."""
        made = await self.call(method, path, body)
        self.subjects[made["id"]] = Subject("heroku", kind, scope, name)
        return made

    def client(self, token: str = "", limits: Limits | None = None) -> Heroku:
        """A client of this local cloud that waits for nothing."""
        rest = Rest(
            BASE,
            vendor="Heroku",
            headers=headers(token or self.cloud.heroku_token),
            refusal=refusal,
            limits=limits or Limits(patience=0.0, first_wait=0.0),
            transport=self.transport,
            sleep=_at_once,
        )
        return Heroku(rest)

    def wanted(self) -> Wanted:
        """Both apps and the pipeline, as recorded."""
        return Wanted({APP: self.ids[APP], OTHER: self.ids[OTHER]}, {PIPELINE: self.ids[PIPELINE]}, ids=self.subjects)

    async def read(self, *, token: str = "", cache: Cache | None = None, **options: Any) -> Estate:
        """What is live of both apps."""
        client = self.client(token)
        estate = await read_heroku(client, self.wanted(), cache=cache, **options)
        await client.aclose()
        return estate

    def requests(self) -> list[str]:
        """The paths that were asked for since the last call."""
        paths = [request.url.path for request in self.transport.seen]
        self.transport.seen.clear()
        return paths


async def _at_once(_seconds: float) -> None:
    return None


async def open_shop(cloud: LocalCloud) -> Shop:
    """Make the estate."""
    shop = Shop(cloud)
    pipeline = await shop.call("POST", "/pipelines", {"name": PIPELINE})
    shop.ids[PIPELINE] = pipeline["id"]
    for name in (APP, OTHER):
        app = await shop.call("POST", "/apps", {"name": name, "region": "eu"})
        shop.ids[name] = app["id"]
        coupled = {"app": app["id"], "pipeline": pipeline["id"], "stage": "staging"}
        await shop.make("POST", "/pipeline-couplings", coupled, "coupling", name, PIPELINE)
    await _furnish(shop)
    cloud.clock.pass_seconds(3600)
    await shop.call("GET", "/account")
    return shop


async def _furnish(shop: Shop) -> None:
    here = f"/apps/{APP}"
    database = {"plan": "heroku-postgresql:essential-0", "attachment": {"name": "DATABASE"}}
    addon = await shop.make("POST", f"{here}/addons", database, "addon", APP, "database")
    shop.ids["database"] = addon["id"]
    await shop.call("POST", "/addon-attachments", {"addon": addon["id"], "app": OTHER, "name": "SHARED"})
    shop.cloud.clock.pass_seconds(5)
    await shop.call("PATCH", f"{here}/config-vars", {"LOG_LEVEL": "info", "SESSION_KEY": "canary-of-the-session"})
    host = {"hostname": "www.shop.example", "sni_endpoint": None}
    await shop.make("POST", f"{here}/domains", host, "domain", APP, "www.shop.example")
    logs = {"url": "https://user:canary-of-the-drain@logs.example"}
    await shop.make("POST", f"{here}/log-drains", logs, "drain", APP, "logs")
    hook = {"url": "https://hooks.example/x", "include": ["api:release", "api:domain"], "level": "notify"}
    await shop.make("POST", f"{here}/webhooks", hook, "webhook", APP, "releases")
    await shop.make("POST", f"{here}/collaborators", {"user": "sam@example.com"}, "collaborator", APP, "sam")
    await shop.call("PATCH", f"{here}/features/preboot", {"enabled": True})
    await shop.call("PATCH", f"/pipelines/{shop.ids[PIPELINE]}/stage/test/config-vars", {"CI": "canary-of-the-test"})
    updates = {"updates": [{"buildpack": "heroku/clojure"}]}
    await shop.call("PUT", f"{here}/buildpack-installations", updates)


def at(estate: Estate, kind: Kind, name: str, scope: str = APP) -> Thing:
    """One thing of an estate; it must be there."""
    return estate.things[Subject("heroku", kind, scope, name)]


def names(estate: Estate, kind: Kind, scope: str = APP) -> list[str]:
    """The names of the things of a kind."""
    return sorted(one.name for one in estate.things if one.kind == kind and one.scope == scope)


def shown(estate: Estate) -> str:
    """Everything that an estate would show of itself."""
    return json.dumps([str(subject) + repr(thing) for subject, thing in estate.things.items()])
