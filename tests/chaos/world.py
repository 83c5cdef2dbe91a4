"""A local cloud in memory, people who change things in it by hand, and wires to it that can be cut."""

from __future__ import annotations

import asyncio
import io
import json
import re
import tarfile
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import httpx

from infra.localcloud import github, heroku
from infra.localcloud.app import create_app
from infra.localcloud.exchange import Settings
from infra.localcloud.export import normalized
from infra.localcloud.faults import Fault
from infra.localcloud.heroku.peerings import request_peering
from infra.localcloud.seed import default_seed, seed
from infra.localcloud.store import Store
from tests.chaos.sources import PROCFILE
from tests.chaos.spaces import PEERING
from tests.chaos.virtual_time import VirtualLoop
from tests.contract import heroku_schema
from tests.localcloud.in_process import CheckedTransport

URL = "http://127.0.0.1:4567"
TOKEN = "HRKU-local-chaos"
PLENTY = 10**9
NETWORK = {
    "pcx_id": PEERING,
    "aws_vpc_id": "vpc-1",
    "aws_account_id": "123456789012",
    "aws_region": "eu-west-1",
    "cidr_blocks": ["172.20.0.0/16"],
}
Result = TypeVar("Result")


@dataclass(frozen=True)
class Kill:
    """The request (counted from 1) at which a process dies: before it takes effect, or after, its answer lost."""

    at: int
    when: Literal["before", "after"]
    victim: Literal["plugin", "engine"]


class Wire(httpx.AsyncBaseTransport):
    """The network of one process: it counts requests, checks exchanges, and is cut when the process dies."""

    def __init__(self, world: World, kill: Kill | None) -> None:
        self._world = world
        self._elsewhere = httpx.ASGITransport(app=world.app)
        self._heroku = CheckedTransport(self._elsewhere, heroku_schema.validate_exchange)
        self._kill = kill
        self._never = asyncio.Event()
        self.cut = asyncio.Event()
        self.requests: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut.is_set():
            await self._never.wait()
        self.requests.append((request.method, request.url.path))
        dies = self._kill is not None and len(self.requests) == self._kill.at
        if dies and self._kill and self._kill.when == "before":
            await self._die()
        response = await self._send(request)
        if dies:
            await self._die()
        return response

    async def _send(self, request: httpx.Request) -> httpx.Response:
        elsewhere = request.url.path.startswith("/_blobs/")
        response = await (self._elsewhere if elsewhere else self._heroku).handle_async_request(request)
        if request.method in ("POST", "DELETE") and request.url.path.startswith("/spaces"):
            self._world.ask_for_peering()
        return response

    async def _die(self) -> None:
        self.cut.set()
        await self._never.wait()


class World:
    """One cloud and its virtual time; secrets have the same fingerprints as in the one that it is ``like``."""

    def __init__(self, like: World | None = None) -> None:
        self.loop = VirtualLoop()
        self.began = like.now() if like else datetime.now(UTC)
        self.store = Store(None)
        if like is not None:
            self.store._fingerprint_key = like.store._fingerprint_key
        document = default_seed("acme", "shop", heroku=TOKEN, github="ghp_local0", team="acme")
        seed(self.store, document, self.now())
        settings = Settings(heroku_rate_limit=PLENTY)
        self.app = create_app(self.store, clock=self.now, settings=settings)

    def copy(self) -> World:
        """Another world that is now as this one is."""
        other = World(self)
        self.store._database.backup(other.store._database)
        return other

    def now(self) -> datetime:
        """The time in this world."""
        return self.began + timedelta(seconds=self.loop.time())

    def run(self, act: Coroutine[Any, Any, Result]) -> Result:
        """Run something to its end, in virtual time; whatever it left under way dies with it."""
        try:
            return self.loop.run_until_complete(act)
        finally:
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            self.loop.run_until_complete(_gathered(left))

    def fault(self, kind: Any, **options: Any) -> None:
        """Switch a fault on."""
        self.app.state.cloud.faults.switch_on(Fault(kind, vendor="heroku", **options))

    def calm(self) -> None:
        """Switch every fault off."""
        self.app.state.cloud.faults.switch_off()

    def export(self) -> dict[str, Any]:
        """The estate, the same for equal estates, once all that Heroku was asked to do is done."""
        self.run(asyncio.sleep(60))
        self.app.state.cloud.settle()
        found: dict[str, Any] = normalized(self.store, {"github": github, "heroku": heroku})
        for pipeline in found["heroku"]["pipelines"].values():
            # A stage whose config vars are all gone is as one that never had any.
            pipeline["config_vars"] = {stage: vars for stage, vars in pipeline["config_vars"].items() if vars}
        return found

    def by_hand(self, method: str, path: str, body: Any = None) -> Any:
        """What a person does in a dashboard; None when it was refused, or the answer was lost."""
        try:
            return self.run(self._by_hand(method, path, body))
        except ConnectionResetError:
            return None

    async def _by_hand(self, method: str, path: str, body: Any) -> Any:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=URL) as person:
            headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": f"Bearer {TOKEN}"}
            answer = await person.request(method, path, json=body, headers=headers)
        self.ask_for_peering()
        return answer.json() if answer.is_success and answer.content else None

    def ask_for_peering(self) -> None:
        """Somebody at AWS asks the space of Cedar to be connected whenever it is not."""
        for space in self.store.find("heroku.space"):
            if space["generation"]["name"] == "cedar" and not self.store.find("heroku.peering", parent=space["id"]):
                request_peering(self.store, self.now(), {**NETWORK, "space": space["id"]})

    def apps(self) -> dict[str, str]:
        """The id of every app by its name."""
        return {app["name"]: app["id"] for app in self.store.find("heroku.app")}

    def deploy(self, app: str) -> None:
        """Deploy a source with one process type, unless Heroku has trouble just then."""
        source = self.by_hand("POST", "/sources")
        if not source:
            return
        self.run(self._upload(source["source_blob"]["put_url"]))
        blob = {"url": source["source_blob"]["get_url"], "version": "v1"}
        build = self.by_hand("POST", f"/apps/{app}/builds", {"source_blob": blob})
        assert build is None or build["status"] == "succeeded"

    async def _upload(self, url: str) -> None:
        blob = io.BytesIO()
        with tarfile.open(fileobj=blob, mode="w") as archive:
            info = tarfile.TarInfo("Procfile")
            info.size = len(PROCFILE)
            archive.addfile(info, io.BytesIO(PROCFILE.encode()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=URL) as client:
            (await client.put(url, content=blob.getvalue())).raise_for_status()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self.loop.close()
        self.store.close()


async def _gathered(tasks: set[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


# Heroku makes colours up for the attachments of add-ons that are like others.
_COLOUR = re.compile(r"\bHEROKU_REDIS_[A-Z]+")


def text_of(export: Any) -> str:
    """An export as text, for comparisons that show the difference."""
    return _COLOUR.sub("REDIS", json.dumps(export, indent=1, sort_keys=True))
