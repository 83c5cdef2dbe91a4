"""One environment as it is compared with others: live where that is known, else as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from infra.model.environment import Environment
from infra.model.estate import Estate, Hidden, Subject, Thing, Unknown
from infra.model.values import Kept, Path, Secret
from infra.rules.owners import owner_of
from infra.rules.places import by_scope
from infra.rules.suspicious import looks_secret


class Place(NamedTuple):
    """Where in the document something stands, and its path as ``differences`` names it."""

    path: Path
    name: str


@dataclass(frozen=True)
class Service:
    """A backing service: its add-on service, its plan, and what it is called."""

    service: str
    plan: str


@dataclass(frozen=True)
class Side:
    """One environment: what it declares, and what is live there, if somebody looked."""

    environment: Environment
    declared: Estate
    live: Estate | None = None

    @property
    def stack(self) -> str:
        """The stack's name."""
        return self.environment.stack

    @cached_property
    def app_names(self) -> dict[str, str]:
        """The keys of its apps, by the app's declared name."""
        return {app.name: key for key, app in self.environment.apps.items()}

    def place(self, app: str, *steps: str) -> Place:
        """Where something of an app (by key) is, or would be, declared."""
        prefix = () if self.environment.single else ("apps", app)
        return Place((*prefix, *steps), ".".join((*prefix, *steps)))

    def allows(self, place: Place) -> bool:
        """Whether a difference is meant: named for this app, or for all of them."""
        return bool({place.name, _bare(place.name)} & set(self.environment.service.differences))


def _bare(name: str) -> str:
    return name.split(".", 2)[2] if name.startswith("apps.") and name.count(".") > 1 else name


@dataclass
class AppFacts:
    """One app of one environment, as far as environments are compared."""

    key: str
    name: str
    stack: str = ""
    buildpacks: tuple[str, ...] = ()
    formation: frozenset[str] | None = None
    features: frozenset[str] = frozenset()
    addons: dict[str, Service] = field(default_factory=dict)
    config_vars: dict[str, Any] | None = None
    """Names that people set, with their values; ``None`` when nobody could look."""


def facts(side: Side) -> dict[str, AppFacts]:
    """What is known of each app of an environment, by the app's key."""
    estate = side.live if side.live is not None else side.declared
    within = by_scope(estate.things)
    return {key: _facts(side, key, app.name, within.get(app.name, {})) for key, app in side.environment.apps.items()}


def _facts(side: Side, key: str, name: str, inside: Mapping[Subject, Thing]) -> AppFacts:
    estate = side.live if side.live is not None else side.declared
    itself = estate.things.get(Subject("heroku", "app", "", name)) or Thing({})
    declared = side.declared.things[Subject("heroku", "app", "", name)]
    return AppFacts(
        key,
        name,
        stack=str(itself.fields.get("stack", declared.fields.get("stack", ""))),
        buildpacks=tuple(itself.fields.get("buildpacks", declared.fields["buildpacks"])),
        formation=_names(side, inside, "formation"),
        features=frozenset(one.name for one, thing in inside.items() if one.kind == "feature" and _is_on(thing)),
        addons=dict(_addon(side, one, thing) for one, thing in inside.items() if one.kind == "addon"),
        config_vars=_config_vars(side, inside, name),
    )


def _names(side: Side, inside: Mapping[Subject, Thing], kind: str) -> frozenset[str] | None:
    found = frozenset(subject.name for subject in inside if subject.kind == kind)
    # Before the first deploy Heroku knows no process type.
    return found if found or side.live is None else None


def _is_on(thing: Thing) -> bool:
    return bool(thing.fields.get("enabled"))


def _addon(side: Side, subject: Subject, thing: Thing) -> tuple[str, Service]:
    """An add-on by its declared key; one that nobody declared is named anew everywhere, and goes by its service."""
    service, _, plan = str(thing.fields.get("plan", "")).partition(":")
    return subject.name if subject in side.declared.things else service, Service(service, plan)


def _config_vars(side: Side, inside: Mapping[Subject, Thing], app: str) -> dict[str, Any] | None:
    live = side.live
    if live is not None and not any(subject.kind == "config-var" for subject in inside):
        dark = any(part.kind in ("config-var", "app") and part.scope in ("", app) for part in live.unreadable)
        return None if dark else {}
    found = {}
    for subject, thing in inside.items():
        mine = live is None or owner_of(subject, thing, live, side.declared.things) == "unmanaged"
        if subject.kind == "config-var" and mine:
            found[subject.name] = thing.fields.get("value", Unknown("kept elsewhere"))
    return found


class Told(NamedTuple):
    """A value of an environment that is known: where it stands, its text, and whether it is a secret."""

    place: Place
    what: str
    text: str
    secret: bool
    lent: bool = False
    """Whether an add-on said it."""
    found: bool = False
    """Whether nobody declared it."""


def values(side: Side, apps: Mapping[str, AppFacts]) -> Iterator[Told]:
    """Every value that is known: its ``apps``' config vars, and those declared for its part of the repository."""
    for key, app in apps.items():
        found = app.config_vars or {}
        yield from _told(side, key, found)
        # What is declared otherwise by now, or could not be read, counts as well.
        differing = {name: one for name, one in _wanted(side, app) if text_of(one) != text_of(found.get(name))}
        yield from _told(side, key, differing)
    yield from _of_github(side)


def _told(side: Side, key: str, config_vars: Mapping[str, Any]) -> Iterator[Told]:
    wanted = side.environment.apps[key].config_vars
    for name, value in config_vars.items():
        text = text_of(value)
        if text is not None:
            # Plain text is known to be none; what nobody declared may be one, or RAILS_ENV.
            found = name not in wanted
            secret = looks_secret(name, text) if found else isinstance(wanted[name], Secret | Kept)
            yield Told(side.place(key, "config_vars", name), name, text, secret, found=found)


def _wanted(side: Side, app: AppFacts) -> Iterator[tuple[str, Any]]:
    for name in side.environment.apps[app.key].config_vars:
        thing = side.declared.things.get(Subject("heroku", "config-var", app.name, name))
        if thing is not None:
            yield name, thing.fields.get("value")


def lent(side: Side) -> Iterator[Told]:
    """What else opens a door in an environment: what its add-ons say, and the config vars of its pipeline's stages."""
    for subject, thing in side.live.things.items() if side.live else ():
        text, key = text_of(thing.fields.get("value")), side.app_names.get(subject.scope)
        if subject.kind == "config-var" and thing.owner == "addon" and key and text is not None:
            secret = looks_secret(subject.name, text)
            yield Told(side.place(key, "config_vars", subject.name), subject.name, text, secret, lent=True)
    yield from _of_pipeline(side)


def _of_pipeline(side: Side) -> Iterator[Told]:
    found = {**side.declared.things, **(side.live.things if side.live else {})}
    for subject, thing in found.items():
        text = text_of(thing.fields.get("value"))
        if subject.kind == "pipeline-config-var" and text is not None:
            wanted = side.declared.things.get(subject)
            secret = wanted is None or not isinstance(wanted.fields.get("value"), str)
            stage = subject.scope.rpartition("/")[2]
            path = ("pipeline", "config_vars", stage, subject.name)
            yield Told(Place(path, ".".join(path)), f"the pipeline's {subject.name} ({stage})", text, secret)


def _of_github(side: Side) -> Iterator[Told]:
    for subject, thing in side.declared.things.items():
        text = text_of(thing.fields.get("value"))
        environment = subject.scope.split("/", 2)[2:] if subject.vendor == "github" else []
        if environment and subject.kind in ("secret", "variable") and text is not None:
            path = ("github", "environments", environment[0], f"{subject.kind}s", subject.name)
            yield Told(Place(path, ".".join(path)), f"GitHub's {subject.name}", text, subject.kind == "secret")


def text_of(value: Any) -> str | None:
    """The text of a value, if it is known."""
    if isinstance(value, Hidden):
        return value.reveal()
    return value if isinstance(value, str) else None
