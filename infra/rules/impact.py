"""How far a plan reaches: which apps restart and why, how many releases are made, which data is lost.

A release is made, and with it all dynos of the app restart, by every change of its config vars (one for all of them),
its add-ons (two for a new one: attached, then furnished with config vars) and its code:
https://devcenter.heroku.com/articles/releases
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.model.data_services import keeps_data
from infra.model.plan import CHANGING, Preview, PropertyChange, Resource, Step
from infra.model.prices import Prices
from infra.model.report import Impact, Use
from infra.rules.cost import cost

APP = "heroku:app/app:App"
ADDON = "heroku:addon/addon:Addon"
ATTACHMENT = "heroku:addon/attachment:Attachment"
CONFIG = "heroku:app/configAssociation:ConfigAssociation"
COMPONENT = "twelvefold:heroku:App"
# These set no config vars, so there is nothing to furnish their apps with.
WITHOUT_CONFIG_VARS = frozenset({"scheduler"})
REMAKING = ("create", "delete", "replace")


@dataclass
class Reach:
    """What one app goes through: why it restarts, and how many releases are made."""

    reasons: list[str] = field(default_factory=list)
    releases: int = 0

    def release(self, why: str, count: int = 1) -> None:
        """Note releases, each of which restarts the app."""
        self.releases += count
        self.restart(why)

    def restart(self, why: str) -> None:
        """Note a restart without a release."""
        if why not in self.reasons:
            self.reasons.append(why)


@dataclass(frozen=True)
class Change:
    """A step with its resource before and after it, and where things belong."""

    step: Step
    before: Resource | None
    after: Resource | None
    map: Map

    @property
    def new(self) -> bool:
        """Whether the resource is made, maybe in the place of another."""
        return self.step.operation in ("create", "replace", "import")

    @property
    def gone(self) -> bool:
        """Whether the resource is deleted, maybe for another one in its place."""
        return self.step.operation in ("delete", "replace")

    @property
    def resource(self) -> Resource:
        """The resource as it will be, or was if it goes."""
        found = self.after or self.before
        return found if found is not None else Resource(self.step.urn)

    def changed(self, *names: str) -> list[PropertyChange]:
        """What changes of the properties called so; what is only let go of stays as it is."""
        moved = (change for change in self.step.changes if change.kind != "forget")
        return [change for change in moved if change.path.split(".")[0].split("[")[0] in names]

    def input(self, name: str) -> Any:
        """An input of the resource as it will be, or was."""
        return self.resource.inputs.get(name)


class Map:
    """Which app a resource belongs to, by the component it stands in or the app id among its inputs."""

    def __init__(self, preview: Preview) -> None:
        self.resources = {**preview.after, **preview.before}
        self.wanted = preview.after
        apps = [one for one in self.resources.values() if one.type == APP]
        self.names = {one.id: str(one.inputs.get("name", one.name)) for one in apps if one.id}
        self.titles = {one.parent: str(one.inputs.get("name", one.name)) for one in apps if one.parent}

    def app_of(self, resource: Resource) -> str:
        """The app's name; its id where no app of the plan has it; nothing where it belongs to none."""
        if resource.type == APP:
            return str(resource.inputs.get("name", resource.name))
        id = resource.inputs.get("appId")
        if isinstance(id, str) and id in self.names:
            return self.names[id]
        return self.titles.get(resource.parent) or (id if isinstance(id, str) else "")

    def kept_elsewhere(self, app: Resource) -> list[str]:
        """The config vars of an app that somebody else sets."""
        wanted = (one for one in self.wanted.values() if one.type == CONFIG and one.parent == app.parent)
        return sorted({str(name) for one in wanted for name in one.inputs.get("keptElsewhere") or ()})

    def apps_attached_to(self, addon: Resource) -> list[str]:
        """The app that pays for an add-on, and those it is attached to."""
        attached = [one for one in self.resources.values() if one.type == ATTACHMENT and addon.id]
        others = [self.app_of(one) for one in attached if one.inputs.get("addonId") == addon.id]
        return list(dict.fromkeys([self.app_of(addon), *others]))


def impact(preview: Preview, prices: Prices | None = None, uses: tuple[Use, ...] = ()) -> Impact:
    """The reach of a plan; without ``prices`` no cost is told."""
    reaches, lost = reach(preview)
    existing = {*reaches} - _remade(preview)
    # The engine takes steps up side by side: in their order, equal plans would read differently.
    return Impact(
        restarts={name: tuple(sorted(reaches[name].reasons)) for name in sorted(existing) if reaches[name].reasons},
        releases={name: reaches[name].releases for name in sorted(reaches) if reaches[name].releases},
        data_loss=tuple(sorted(lost, key=lambda text: (not text.startswith("app "), text))),
        uses=uses,
        cost=cost(preview, prices) if prices is not None else None,
    )


def reach(preview: Preview) -> tuple[dict[str, Reach], list[str]]:
    """What each app goes through, and what data is lost."""
    here, reaches, lost = Map(preview), dict[str, Reach](), list[str]()
    going = {step.urn for step in preview.plan.steps if step.type == APP and step.operation in ("delete", "replace")}
    doomed = {here.app_of(preview.before[urn]) for urn in going if urn in preview.before}
    for step in preview.plan.steps:
        change = Change(step, preview.before.get(step.urn), preview.after.get(step.urn), here)
        if step.operation not in CHANGING:
            continue
        lost += _lost(change)
        effect = EFFECTS.get(step.type)
        if effect is None:
            continue
        for app, act in effect(change):
            # An app that goes takes its releases with it; what is made in its place is new.
            if app and (app not in doomed or change.new):
                act(reaches.setdefault(app, Reach()))
    return reaches, lost


def _remade(preview: Preview) -> set[str]:
    """Apps that come or go: nothing of them is running that could restart."""
    here = Map(preview)
    steps = [step for step in preview.plan.steps if step.type == APP and step.operation in REMAKING]
    return {here.app_of(here.resources[step.urn]) for step in steps if step.urn in here.resources}


Act = Callable[[Reach], None]
Effect = Callable[[Change], Iterator[tuple[str, Act]]]


def _releases(why: str, count: int = 1) -> Act:
    return lambda reach: reach.release(why, count)


def _app(change: Change) -> Iterator[tuple[str, Act]]:
    app = change.map.app_of(change.resource)
    if change.new:
        # "Initial release" and "Enable Logplex".
        yield app, _releases("the app is new", 2)
    keys = ("configVars", "sensitiveConfigVars")
    given = change.new and any(change.input(key) for key in keys)
    if given or (not change.gone and change.changed(*keys)):
        yield app, _releases(_config_vars(change, keys))


def _config(change: Change) -> Iterator[tuple[str, Act]]:
    keys = ("vars", "sensitiveVars")
    if change.step.operation == "update" and not change.changed(*keys):
        return
    yield change.map.app_of(change.resource), _releases(_config_vars(change, keys))


def _config_vars(change: Change, properties: tuple[str, ...]) -> str:
    if change.step.operation == "update":
        names = {name for item in change.changed(*properties) for name in _keys(item)}
    else:
        names = {name for key in properties for name in (change.input(key) or {})}
    return f"config vars change: {', '.join(sorted(names))}"


def _keys(change: PropertyChange) -> list[str]:
    property, _, key = change.path.partition(".")
    if key:
        return [key]
    if "[" in property:
        return [property.partition("[")[2].strip('"]')]
    return sorted({*(change.before or {}), *(change.after or {})})


def _addon(change: Change) -> Iterator[tuple[str, Act]]:
    name, plan = change.step.name, str(change.input("plan") or "")
    if change.gone and change.before is not None:
        for app in change.map.apps_attached_to(change.before):
            yield app, _releases(f"add-on {name} goes")
    if change.new:
        count = 1 if plan.split(":")[0] in WITHOUT_CONFIG_VARS else 2
        yield change.map.app_of(change.resource), _releases(f"add-on {name} is new", count)
        return
    if change.changed("plan"):
        for app in change.map.apps_attached_to(change.resource):
            yield app, _releases(f"add-on {name} changes its plan")
    if change.changed("attachmentName"):
        # It is attached under the new name before the old one goes.
        yield change.map.app_of(change.resource), _releases(f"add-on {name} is attached under another name", 2)


def _attachment(change: Change) -> Iterator[tuple[str, Act]]:
    app, name = change.map.app_of(change.resource), str(change.input("name") or change.step.name)
    if change.gone:
        yield app, _releases(f"{name} is detached")
    if change.new:
        yield app, _releases(f"{name} is attached")


def _formation(change: Change) -> Iterator[tuple[str, Act]]:
    sizes = change.changed("size")
    process = change.input("type")
    if sizes and not change.new:
        why = f"{process} moves from {sizes[0].before} to {sizes[0].after}"
        yield change.map.app_of(change.resource), lambda reach: reach.restart(why)


def _deploy(what: str) -> Effect:
    def effect(change: Change) -> Iterator[tuple[str, Act]]:
        if change.new or change.step.operation == "update":
            yield change.map.app_of(change.resource), _releases(what)

    return effect


def _promotion(change: Change) -> Iterator[tuple[str, Act]]:
    for id in change.input("targets") or () if change.new else ():
        yield change.map.names.get(str(id), str(id)), _releases("code is promoted to it")


EFFECTS: Mapping[str, Effect] = {
    APP: _app,
    ADDON: _addon,
    ATTACHMENT: _attachment,
    CONFIG: _config,
    "heroku:formation/formation:Formation": _formation,
    "heroku:app/release:Release": _deploy("code is released"),
    "heroku:build/build:Build": _deploy("code is built and released"),
    "heroku:pipeline/promotion:Promotion": _promotion,
}
"""What makes releases or restarts dynos."""
WITHOUT_EFFECT = frozenset(
    {
        "heroku:account/authorization:Authorization",
        "heroku:account/feature:Feature",
        "heroku:addon/config:Config",
        "heroku:app/config:Config",  # only holds values for others
        "heroku:app/feature:Feature",
        "heroku:app/ociImage:OciImage",  # runs once it is released
        "heroku:app/webhook:Webhook",
        "heroku:cert/cert:Cert",
        "heroku:collaborator/collaborator:Collaborator",
        "heroku:domain/domain:Domain",
        "heroku:drain/drain:Drain",
        "heroku:drain/telemetryDrain:TelemetryDrain",
        "heroku:pipeline/configVar:ConfigVar",  # for CI runs and review apps that are still to come
        "heroku:pipeline/coupling:Coupling",
        "heroku:pipeline/pipeline:Pipeline",
        "heroku:review/appConfig:AppConfig",
        "heroku:slug/slug:Slug",  # runs once it is released
        "heroku:space/appAccess:AppAccess",
        "heroku:space/inboundRuleset:InboundRuleset",
        "heroku:space/peeringConnectionAccepter:PeeringConnectionAccepter",
        "heroku:space/space:Space",
        "heroku:space/vpnConnection:VpnConnection",
        "heroku:ssl/ssl:Ssl",
        "heroku:team/collaborator:Collaborator",
        "heroku:team/member:Member",
    }
)
"""What running dynos do not notice."""


def _lost(change: Change) -> Iterator[str]:
    """Data that goes with a resource, in words: nothing can bring it back but a backup."""
    before = change.before
    if before is None or not change.gone:
        return
    how = "is replaced: the new one is empty" if change.new else "is deleted"
    if before.type == ADDON and keeps_data(str(before.inputs.get("plan", ""))):
        yield f"add-on {before.name} ({before.inputs['plan']}) of {change.map.app_of(before)} {how}"
    elif before.type == APP:
        kept = change.map.kept_elsewhere(before) if change.new else ()
        again = f"; to be set again from elsewhere: {', '.join(kept)}" if kept else ""
        yield f"app {change.map.app_of(before)} {how}, with its releases and whatever its add-ons hold{again}"
