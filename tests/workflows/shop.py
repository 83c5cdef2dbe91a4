"""A service of two stacks in a local cloud inside this process, its states, and audits of it by the real clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from infra.engine.late import LateCommand
from infra.engine.recorded import Recorded, Records
from infra.errors import TwelvefoldError, WrongPassphrase
from infra.model.estate import Hidden, Kind, Subject, Unknown, Vendor
from infra.model.finding import Finding
from infra.model.project import find_project
from infra.model.recorded import RecordedResource, Update
from infra.model.values import Path as Place
from infra.workflows.drift import Around, Audit, audit
from tests.localcloud.in_process import BASE, OWNER, REPOSITORY, LocalCloud, new_cloud

NAME, HUB = "shop", f"{OWNER}/{REPOSITORY}"
STAGES = ("staging", "production")
SERVICE = f"""\
name: {NAME}
runtime: {{name: python, options: {{toolchain: pip, virtualenv: .venv}}}}
config:
  twelvefold:service:
    value:
      pipeline: {{name: {NAME}, stages: [staging, production]}}
      addons: {{database: {{plan: "heroku-postgresql:essential-0", as: DATABASE}}}}
      config_vars: {{LOG_LEVEL: info}}
"""
ON_GITHUB = f"""\
      repository: {HUB}
      github: {{variables: {{LEVEL: one}}}}
"""


class Told(Records):
    """States as they are told here; one may also be out of reach."""

    def __init__(self, folder: Path) -> None:
        super().__init__(LateCommand(_no_engine, {}), folder)
        self.states: dict[str, Recorded | TwelvefoldError] = {}
        self.runs: dict[str, tuple[Update, ...]] = {}

    def read(self, stack: str) -> Recorded:
        """The state as it was told."""
        found = self.states.get(stack, Recorded())
        if isinstance(found, TwelvefoldError):
            raise found
        return found

    def updates(self, stack: str) -> tuple[Update, ...]:
        """The runs as they were told."""
        return self.runs.get(stack, ())

    def declared_secrets(self, _stack: str) -> Callable[[Place], Hidden | Unknown]:
        """There are none."""
        return lambda _place: Unknown("not sealed here")


def _no_engine() -> Any:
    raise WrongPassphrase("there is no engine in this test")


class Shop:
    """The project's folder, its cloud, and what its states say."""

    def __init__(self, folder: Path, *, github: bool = False) -> None:
        self.cloud: LocalCloud = new_cloud()
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "Pulumi.yaml").write_text(SERVICE + (ON_GITHUB if github else ""))
        for stage in STAGES:
            self.declare(stage)
        self.records = Told(folder)
        self.environ = {
            "HEROKU_API_KEY": self.cloud.heroku_token,
            "HEROKU_API_URL": BASE,
            "GITHUB_TOKEN": self.cloud.github_token,
            "GITHUB_BASE_URL": f"{BASE}/api/v3/",
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        }
        self.pipeline = ""
        self.ids: dict[str, str] = {}

    def declare(self, stage: str, more: str = "", settings: str = "") -> None:
        """Write a stack's file; ``more`` is added to its environment, ``settings`` to its configuration."""
        host = f"domains: [{stage}.shop.test]"
        text = f"config:\n  twelvefold:environment:\n    app: shop-{stage}\n    {host}\n{more}{settings}"
        (self.folder / f"Pulumi.{stage}.yaml").write_text(text)

    def heroku(self, method: str, path: str, body: Any = None) -> Any:
        """Change something at Heroku as the deployer."""
        return _done(self.cloud.heroku, method, path, body)

    def github(self, method: str, path: str, body: Any = None) -> Any:
        """Change something in the repository; the path goes on from there."""
        return _done(self.cloud.github, method, f"{BASE}/api/v3/repos/{HUB}{path}", body)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call one of the local cloud's own routes."""
        return _done(self.cloud.control, method, f"{BASE}/_cloud/{path}", body)

    def bring_up(self, *stages: str) -> None:
        """Make what the stacks declare, and record it."""
        for stage in stages:
            began = self.cloud.clock.now
            resources = [*self._shared(stage), *self._app(stage)]
            self.cloud.clock.pass_seconds(5)
            self.heroku("GET", "/apps")
            self.records.states[stage] = Recorded(tuple(resources), "1", self.cloud.clock.now)
            self.records.runs[stage] = (Update(began, self.cloud.clock.now),)
        self.cloud.clock.pass_seconds(3600)

    def forget(self, stage: str, name: str) -> None:
        """Take a resource out of a state."""
        state = self.records.read(stage)
        self.records.states[stage] = replace(state, resources=tuple(one for one in state.resources if one.name != name))

    def _shared(self, stage: str) -> list[RecordedResource]:
        if self.pipeline:
            return []
        self.pipeline = self.heroku("POST", "/pipelines", {"name": NAME})["id"]
        return [self._resource(stage, "heroku:pipeline/pipeline:Pipeline", NAME, self.pipeline, {"name": NAME})]

    def _app(self, stage: str) -> list[RecordedResource]:
        name = f"shop-{stage}"
        app = self.heroku("POST", "/apps", {"name": name, "region": "us"})
        here, self.ids[name] = f"/apps/{app['id']}", app["id"]
        addon = self.heroku(
            "POST", f"{here}/addons", {"plan": "heroku-postgresql:essential-0", "attachment": {"name": "DATABASE"}}
        )
        self.heroku("PATCH", f"{here}/config-vars", {"LOG_LEVEL": "info"})
        host = f"{stage}.shop.test"
        domain = self.heroku("POST", f"{here}/domains", {"hostname": host, "sni_endpoint": None})
        place = {"app": app["id"], "pipeline": self.pipeline, "stage": stage}
        coupling = self.heroku("POST", "/pipeline-couplings", place)
        bought = {"appId": app["id"], "plan": addon["plan"]["name"], "name": addon["name"]}
        config = {"appId": app["id"], "vars": {"LOG_LEVEL": "info"}}
        coupled = {"appId": app["id"], "pipeline": self.pipeline, "stage": stage}
        made = (
            ("heroku:app/app:App", name, app["id"], {"name": name, "region": "us"}),
            ("heroku:addon/addon:Addon", f"{name}-database", addon["id"], {**bought, "attachmentName": "DATABASE"}),
            ("heroku:app/configAssociation:ConfigAssociation", f"{name}-config", f"config:{app['id']}", config),
            ("heroku:domain/domain:Domain", host, domain["id"], {"appId": app["id"], "hostname": host}),
            ("heroku:pipeline/coupling:Coupling", f"{name}-coupling", coupling["id"], coupled),
        )
        return [self._resource(stage, type, called, id, values, name) for type, called, id, values in made]

    def _resource(
        self, stage: str, type: str, name: str, id: str, values: Mapping[str, Any], parent: str = ""
    ) -> RecordedResource:
        urn = f"urn:pulumi:{stage}::{NAME}::{type}::{name}"
        above = f"urn:pulumi:{stage}::{NAME}::twelvefold:heroku:App::{parent}" if parent else ""
        return RecordedResource(urn, type, name, id, values, values, above)

    def audit(self, *names: str, transport: httpx.AsyncBaseTransport | None = None, max_age: float = 0.0) -> Audit:
        """What an audit finds."""
        around = Around(self.environ, lambda: self.cloud.clock.now, transport or self.cloud.transport, max_age=max_age)
        return audit(find_project(self.folder), names, self.records, around)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.cloud.clock.now += timedelta(**time)


def _done(client: httpx.AsyncClient, method: str, path: str, body: Any) -> Any:
    async def call() -> httpx.Response:
        return await client.request(method, path, json=body)

    answer = asyncio.run(call())
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def at(vendor: Vendor, kind: Kind, scope: str, name: str) -> Subject:
    """Something at a vendor."""
    return Subject(vendor, kind, scope, name)


def told(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Class and subject of each finding."""
    return [(one.kind, str(one.subject or "")) for one in findings]


def of(found: Audit, stack: str) -> tuple[Finding, ...]:
    """What was found of one stack."""
    return next(one.findings for one in found.report.stacks if one.stack == stack)
