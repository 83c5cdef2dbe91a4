"""The Heroku half of the page: pipelines by stage and their apps; names and states, never a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.localcloud.heroku.attached import (
    ADDON,
    CONFIG_VARS,
    addons_of,
    attachment_vars,
    attachments_of,
)
from infra.localcloud.heroku.buildpacks import installations_of
from infra.localcloud.heroku.domains import domains_of
from infra.localcloud.heroku.processes import formation_of
from infra.localcloud.heroku.releases import releases_of
from infra.localcloud.page.masks import host_of, masked_drain
from infra.localcloud.store import Store

Body = dict[str, Any]
STAGES = ("development", "staging", "production")
EARLY_STAGES = ("test", "review")
SHOWN_RELEASES = 5
_PLATFORM = re.compile(r"HEROKU_(APP|DYNO|RELEASE|SLUG|BUILD)_\w+|HEROKU_EXEC_URL")
"""Names that Heroku itself sets, for dyno metadata and ``heroku ps:exec``."""


@dataclass(frozen=True)
class ConfigVar:
    """A config var's name and whose it is: ``yours``, ``add-on`` or ``platform``."""

    name: str
    owner: str


@dataclass(frozen=True)
class Process:
    """A process type of the formation."""

    type: str
    size: str
    quantity: int


@dataclass(frozen=True)
class Addon:
    """An add-on as one app sees it; ``of`` names the app that owns it, ``""`` when that is the same one."""

    name: str
    plan: str
    state: str
    attachments: tuple[str, ...]
    of: str


@dataclass(frozen=True)
class Domain:
    """A hostname, and what certificate it is served with."""

    hostname: str
    certificate: str


@dataclass(frozen=True)
class Person:
    """A collaborator and their role."""

    email: str
    role: str


@dataclass(frozen=True)
class Webhook:
    """A webhook's host and what it is told."""

    host: str
    entities: tuple[str, ...]


@dataclass(frozen=True)
class Release:
    """One release of an app."""

    version: int
    description: str
    status: str
    current: bool
    user: str
    at: datetime


@dataclass(frozen=True)
class App:
    """One app with all that belongs to it; ``releases`` are the latest, newest first."""

    id: str
    name: str
    owner: str
    region: str
    stack: str
    maintenance: bool
    acm: bool
    buildpacks: tuple[str, ...]
    features: tuple[str, ...]
    formation: tuple[Process, ...]
    addons: tuple[Addon, ...]
    config_vars: tuple[ConfigVar, ...]
    domains: tuple[Domain, ...]
    drains: tuple[str, ...]
    collaborators: tuple[Person, ...]
    webhooks: tuple[Webhook, ...]
    releases: tuple[Release, ...]
    release_count: int


@dataclass(frozen=True)
class Stage:
    """One column of a pipeline."""

    name: str
    apps: tuple[App, ...]
    config_vars: tuple[str, ...]

    @property
    def is_column(self) -> bool:
        """Whether it has a column even when it is empty; review and test apps come and go."""
        return bool(self.apps) or self.name in STAGES


@dataclass(frozen=True)
class Pipeline:
    """A pipeline, its stages in order: the review and test stages only when they hold something."""

    id: str
    name: str
    owner: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Heroku:
    """Everything the page shows of Heroku; ``loose`` apps are in no pipeline."""

    pipelines: tuple[Pipeline, ...]
    loose: tuple[App, ...]

    @property
    def apps(self) -> tuple[App, ...]:
        """Every app."""
        staged = (app for pipeline in self.pipelines for stage in pipeline.stages for app in stage.apps)
        return (*staged, *self.loose)


def heroku_of(store: Store) -> Heroku:
    """Pipelines and apps, each by name."""
    apps = {body["id"]: _app(store, body) for body in _by_name(store.find("heroku.app"))}
    pipelines = tuple(_pipeline(store, body, apps) for body in _by_name(store.find("heroku.pipeline")))
    staged = {app.id for pipeline in pipelines for stage in pipeline.stages for app in stage.apps}
    return Heroku(pipelines, tuple(app for app in apps.values() if app.id not in staged))


def _by_name(bodies: list[Body]) -> list[Body]:
    return sorted(bodies, key=lambda body: str(body["name"]))


def _pipeline(store: Store, body: Body, apps: dict[str, App]) -> Pipeline:
    couplings = store.find("heroku.coupling", _pipeline_id=body["id"])
    coupled = sorted(((apps[one["app"]["id"]], one["stage"]) for one in couplings), key=lambda pair: pair[0].name)
    named = {
        one["stage"]: tuple(sorted(one["values"]))
        for one in store.find("heroku.pipeline_config_vars", parent=body["id"])
    }
    stages = [
        Stage(name, tuple(app for app, stage in coupled if stage == name), named.get(name, ()))
        for name in (*EARLY_STAGES, *STAGES)
    ]
    kept = tuple(stage for stage in stages if stage.is_column or stage.config_vars)
    return Pipeline(body["id"], body["name"], _pipeline_owner(store, body["owner"]), kept)


def _pipeline_owner(store: Store, owner: Body) -> str:
    team = store.get("heroku.team", owner["id"])
    account = store.get("heroku.account", owner["id"])
    return str((team or {}).get("name") or (account or {}).get("email") or "")


def _app(store: Store, body: Body) -> App:
    id = body["id"]
    releases = releases_of(store, id)
    return App(
        id=id,
        name=body["name"],
        owner=body["team"]["name"] if body["team"] else body["owner"]["email"],
        region=body["region"]["name"],
        stack=body["stack"]["name"],
        maintenance=body["maintenance"],
        acm=body["acm"],
        buildpacks=tuple(one["buildpack"]["name"] for one in installations_of(store, id)),
        features=tuple(sorted(one["name"] for one in store.find("heroku.app_feature", parent=id) if one["enabled"])),
        formation=tuple(Process(one["type"], one["size"], one["quantity"]) for one in formation_of(store, id)),
        addons=_addons(store, id),
        config_vars=_config_vars(store, id),
        domains=_domains(store, id),
        drains=tuple(masked_drain(one["url"]) for one in store.find("heroku.drain", parent=id)),
        collaborators=tuple(
            Person(one["user"]["email"], one["role"] or "") for one in store.find("heroku.collaborator", parent=id)
        ),
        webhooks=tuple(
            Webhook(host_of(one["url"]), tuple(one["include"])) for one in store.find("heroku.webhook", parent=id)
        ),
        releases=tuple(_release(one) for one in reversed(releases[-SHOWN_RELEASES:])),
        release_count=len(releases),
    )


def _addons(store: Store, app_id: str) -> tuple[Addon, ...]:
    names: dict[str, list[str]] = {addon["id"]: [] for addon in addons_of(store, app_id)}
    for attachment in attachments_of(store, app_id):
        names.setdefault(attachment["addon"]["id"], []).append(attachment["name"])
    bodies = ((store.get(ADDON, id), tuple(attached)) for id, attached in names.items())
    return tuple(_addon(body, attached, app_id) for body, attached in bodies if body is not None)


def _addon(body: Body, attached: tuple[str, ...], app_id: str) -> Addon:
    of = "" if body["app"]["id"] == app_id else body["app"]["name"]
    return Addon(body["name"], body["plan"]["name"], body["state"], attached, of)


def _config_vars(store: Store, app_id: str) -> tuple[ConfigVar, ...]:
    owners = {name: _owner(name) for name in store.get(CONFIG_VARS, app_id) or {}}
    for attachment in attachments_of(store, app_id):
        owners.update(dict.fromkeys(attachment_vars(store, attachment), "add-on"))
    return tuple(ConfigVar(name, owner) for name, owner in sorted(owners.items()))


def _owner(name: str) -> str:
    return "platform" if _PLATFORM.fullmatch(name) else "yours"


def _domains(store: Store, app_id: str) -> tuple[Domain, ...]:
    ends = {one["id"]: one["ssl_cert"]["expires_at"][:10] for one in store.find("heroku.sni_endpoint", parent=app_id)}
    return tuple(Domain(one["hostname"], _certificate(one, ends)) for one in domains_of(store, app_id))


def _certificate(domain: Body, ends: dict[str, str]) -> str:
    if domain["sni_endpoint"]:
        return f"own certificate until {ends.get(domain['sni_endpoint']['id'], 'unknown')}"
    if domain["acm_status"]:
        return f"automatic: {domain['acm_status']}"
    return "Heroku's own" if domain["kind"] == "heroku" else "none"


def _release(body: Body) -> Release:
    return Release(
        version=body["version"],
        description=body["description"],
        status=body["status"],
        current=body["current"],
        user=body["user"]["email"],
        at=datetime.fromisoformat(body["created_at"]),
    )
