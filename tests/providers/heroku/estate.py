"""The provider over the local cloud, in one process: what the tests of every resource stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from infra.apis.heroku import Heroku
from infra.localcloud.app import create_app, utc_now
from infra.localcloud.exchange import Settings
from infra.localcloud.faults import Fault
from infra.localcloud.seed import default_seed, heroku_token, seed
from infra.localcloud.store import Store
from infra.providers.heroku.package import package
from infra.providers.kit.naming import Naming
from infra.providers.kit.plugin import HalfMade, Plugin
from infra.providers.kit.values import Values, from_struct, plain, to_struct
from tests.contract import heroku_schema
from tests.localcloud.in_process import CheckedTransport

URL = "http://127.0.0.1:4567"
URN = "urn:pulumi:test::test::{token}::{name}"


class Wire(httpx.AsyncBaseTransport):
    """The network between the provider and the local cloud: every exchange is counted and checked."""

    def __init__(self, app: Starlette) -> None:
        self._elsewhere = httpx.ASGITransport(app=app)
        self._heroku = CheckedTransport(self._elsewhere, heroku_schema.validate_exchange)
        self.requests: list[tuple[str, str]] = []
        self.conditional: set[tuple[str, str]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append((request.method, request.url.path))
        if "if-match" in request.headers:
            self.conditional.add((request.method, request.url.path))
        # What Heroku keeps at other hosts (build and release output) is no part of its API.
        elsewhere = request.url.path.startswith("/_blobs/")
        return await (self._elsewhere if elsewhere else self._heroku).handle_async_request(request)


@dataclass
class Resource:
    """A resource as the engine's state has it."""

    token: str
    name: str
    id: str
    inputs: Values
    outputs: Values

    def __getitem__(self, name: str) -> Any:
        return plain(self.outputs)[name]


@dataclass
class Estate:
    """A program's resources, driven through the plugin as the engine drives them."""

    app: Starlette
    wire: Wire
    plugin: Plugin[Heroku]
    token: str
    told: list[tuple[str, str]] = field(default_factory=list)
    half: Resource | None = None

    @property
    def heroku(self) -> Heroku:
        """The provider's own client."""
        return self.plugin.client

    def fault(self, kind: Any, **options: Any) -> None:
        """Switch a fault of the local cloud on."""
        self.app.state.cloud.faults.switch_on(Fault(kind, vendor="heroku", **options))

    def warnings(self) -> list[str]:
        """What the person was warned of."""
        return [text for severity, text in self.told if severity == "warning"]

    def writes(self) -> list[tuple[str, str]]:
        """The writes that were sent so far, as method and path."""
        return [(method, path) for method, path in self.wire.requests if method != "GET"]

    def forget_requests(self) -> None:
        """Count requests from here on."""
        self.wire.requests.clear()

    async def by_hand(self, method: str, path: str, body: Any = None) -> Any:
        """Do something as a person at the dashboard would, past the provider."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=URL) as person:
            headers = {
                "Accept": "application/vnd.heroku+json; version=3",
                "Authorization": f"Bearer {self.token}",
            }
            answer = await person.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        self.heroku.snapshot.written(path)  # in real life, a person's change and a refresh lie further apart
        return answer.json() if answer.content else None

    def check(self, token: str, inputs: Values, old: Values | None = None, name: str = "it") -> Values:
        """The inputs as the engine keeps them; wrong ones fail the test."""
        checked, failures = self.plugin.check(token, _over_the_wire(inputs), old or {}, Naming(name, b"seed seed"))
        assert failures == []
        return checked

    def wrong(self, token: str, inputs: Values) -> str:
        """What a check finds wrong with the inputs."""
        _, failures = self.plugin.check(token, _over_the_wire(inputs), {}, Naming("it", b"seed seed"))
        return "; ".join(f"{failure.property}: {failure.reason}" for failure in failures)

    async def create(self, token: str, inputs: Values, name: str = "it") -> Resource:
        """Check, preview and create."""
        checked = self.check(token, inputs, name=name)
        self.plugin.plan_create(token, checked)
        urn = URN.format(token=token, name=name)
        try:
            id, outputs = await self.plugin.create(token, urn, checked, 0)
        except HalfMade as half:
            self.half = Resource(token, name, half.id, checked, half.outputs)
            raise half.cause from None
        return Resource(token, name, id, checked, _over_the_wire(outputs))

    async def changes(self, resource: Resource, inputs: Values) -> dict[str, str]:
        """What a preview shows: the kind of change by path, with ! where it replaces."""
        checked = self.check(resource.token, inputs, resource.inputs, resource.name)
        difference = await self.plugin.diff(resource.token, resource.id, resource.inputs, resource.outputs, checked, [])
        return {path: change.kind + "!" * change.replace for path, change in difference.changes.items()}

    async def update(self, resource: Resource, inputs: Values) -> Resource:
        """Check, preview and update in place."""
        token = resource.token
        checked = self.check(token, inputs, resource.inputs, resource.name)
        self.plugin.plan_update(token, resource.inputs, resource.outputs, checked)
        urn = URN.format(token=token, name=resource.name)
        outputs = await self.plugin.update(token, urn, resource.id, resource.inputs, resource.outputs, checked, 0)
        return Resource(token, resource.name, resource.id, checked, _over_the_wire(outputs))

    async def refresh(self, resource: Resource) -> Resource | None:
        """What is there now, as `pulumi refresh` sees it; None when it is gone."""
        return await self._read(resource.token, resource.id, resource.inputs, resource.outputs, resource.name)

    async def import_(self, token: str, id: str) -> Resource | None:
        """What `pulumi import` finds."""
        return await self._read(token, id, {}, {}, "it")

    async def _read(self, token: str, id: str, inputs: Values, outputs: Values, name: str) -> Resource | None:
        found = await self.plugin.read(token, URN.format(token=token, name=name), id, inputs, outputs)
        if found is None:
            return None
        return Resource(token, name, found[0], _over_the_wire(found[1]), _over_the_wire(found[2]))

    async def drift(self, resource: Resource) -> dict[str, str]:
        """What `pulumi refresh --preview-only` shows."""
        live = await self.refresh(resource)
        assert live is not None
        difference = await self.plugin.diff(live.token, live.id, live.inputs, live.outputs, resource.inputs, [])
        return {path: change.kind for path, change in difference.changes.items()}

    async def delete(self, resource: Resource) -> None:
        """Delete it."""
        urn = URN.format(token=resource.token, name=resource.name)
        await self.plugin.delete(resource.token, urn, resource.id, resource.inputs, resource.outputs, 0)


def _over_the_wire(values: Mapping[str, Any]) -> Values:
    """The values as they arrive after a journey through the engine."""
    return from_struct(to_struct(values))


def new_estate(*, provisioning: float = 0.01) -> Estate:
    """An empty local cloud with one account, and the provider configured for it."""
    store, token = Store(None), heroku_token()
    seed(store, default_seed("acme", "shop", heroku=token, github="ghp_local0", team="acme"), utc_now())
    app = create_app(store, clock=utc_now, settings=Settings(provisioning_seconds=provisioning))
    wire = Wire(app)
    plugin = Plugin(package({"HEROKU_API_KEY": token, "HEROKU_API_URL": URL}, wire))
    estate = Estate(app, wire, plugin, token)
    plugin.tell = lambda _urn, severity, text: estate.told.append((severity, text))
    plugin.configure({})
    return estate
