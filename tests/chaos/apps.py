"""One app of a program, with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.chaos.declared import Declared, Ref
from tests.chaos.sources import certificate, source_archive, source_folder
from tests.providers.heroku import tokens

PAIRS = tuple[tuple[str, str], ...]
Resources = Iterator[tuple[str, Declared]]
TEAM = "acme"
MATE = "pat@example.com"


@dataclass(frozen=True)
class App:
    """One app as the program wants it; an empty text or tuple means that there is none of it."""

    name: str
    region: str = "eu"
    team: str = ""
    maintenance: bool = False
    buildpacks: tuple[str, ...] = ("heroku/python",)
    vars: PAIRS = (("LOG_LEVEL", "info"),)
    secrets: PAIRS = (("SESSION_KEY", "one"),)
    database: str = "heroku-postgresql:essential-0"
    settings: PAIRS = ()
    cache: bool = False
    caches: int = 1
    domains: tuple[str, ...] = ("www",)
    certificate: str = ""
    drain: str = "https://logs.example.com/a"
    webhooks: tuple[str, ...] = ("https://hooks.example.com/a",)
    people: tuple[str, ...] = ("ops@example.com",)
    rights: tuple[str, ...] = ()
    preboot: bool = True
    code: str = ""
    size: str = "standard-1x"
    quantity: int = 1
    stage: str = "staging"


def declare_app(key: str, app: App, *, coupled: bool, promoted: str = "") -> Resources:
    """The app's resources; ``promoted`` is the promotion that brings its code, if one does."""
    yield key, Declared(tokens.APP, _app(app))
    within: dict[str, Any] = {"appId": Ref(key)}
    if app.vars or app.secrets:
        values = {"vars": dict(app.vars), "sensitiveVars": dict(app.secrets)}
        yield f"{key}-config", Declared(tokens.CONFIG, within | values)
    yield from _addons(key, app, within)
    yield from _domains(key, app, within)
    if app.drain:
        yield f"{key}-drain", Declared(tokens.DRAIN, within | {"sensitiveUrl": app.drain})
    for number, url in enumerate(app.webhooks):
        wanted = {"url": url, "level": "notify", "includes": ["api:release"], "secret": "canary"}
        yield f"{key}-hook-{number}", Declared(tokens.WEBHOOK, within | wanted)
    yield from _people(key, app, within)
    if app.preboot:
        yield f"{key}-preboot", Declared(tokens.FEATURE, within | {"name": "preboot"})
    deployed = tuple(name for name, _ in _code(key, app, within)) + ((promoted,) if promoted else ())
    yield from _code(key, app, within)
    scaled = {"type": "web", "quantity": app.quantity, "size": app.size}
    # Processes are there to be sized once there is code.
    yield f"{key}-web", Declared(tokens.FORMATION, within | scaled, after=deployed)
    if coupled:
        coupling = within | {"pipeline": Ref("pipeline"), "stage": app.stage}
        yield f"{key}-coupling", Declared(tokens.COUPLING, coupling)


def deploys(key: str, app: App) -> tuple[str, ...]:
    """The resources that bring the app's code."""
    return tuple(name for name, _ in _code(key, app, {}))


def _app(app: App) -> dict[str, Any]:
    inputs: dict[str, Any] = {"name": app.name, "region": app.region, "maintenance": app.maintenance}
    if app.team:
        inputs["organization"] = {"name": app.team}
    return inputs | {"buildpacks": list(app.buildpacks)}


def _addons(key: str, app: App, within: dict[str, Any]) -> Resources:
    if app.database:
        wanted = {"plan": app.database, "attachmentName": "DATABASE", "config": {"version": "16"}}
        yield f"{key}-database", Declared(tokens.ADDON, within | wanted)
        if app.settings:
            changed = {"addonId": Ref(f"{key}-database"), "config": dict(app.settings)}
            yield f"{key}-settings", Declared(tokens.ADDON_CONFIG, changed)
    if app.cache:
        yield f"{key}-cache", Declared(tokens.ADDON, within | {"plan": "heroku-redis:mini", "attachmentName": "CACHE"})
    # Without a name or attachment name of their own: two of them differ in nothing but their ids.
    for number in range(app.caches):
        yield f"{key}-cache-{number}", Declared(tokens.ADDON, within | {"plan": "heroku-redis:mini"})


def _domains(key: str, app: App, within: dict[str, Any]) -> Resources:
    certified: dict[str, Any] = {}
    if app.certificate:
        chain, private = certificate(f"{app.certificate}.{key}.example.com")
        yield f"{key}-ssl", Declared(tokens.SSL, within | {"certificateChain": chain, "privateKey": private})
        certified = {"sniEndpointId": Ref(f"{key}-ssl")}
    for host in app.domains:
        wanted = within | {"hostname": f"{host}.{key}.example.com"} | certified
        yield f"{key}-{host}", Declared(tokens.DOMAIN, wanted)


def _people(key: str, app: App, within: dict[str, Any]) -> Resources:
    for email in app.people:
        yield f"{key}-{email}", Declared(tokens.COLLABORATOR, within | {"email": email})
    if app.team and app.rights:
        wanted = within | {"email": MATE, "permissions": list(app.rights)}
        yield f"{key}-mate", Declared(tokens.TEAM_COLLABORATOR, wanted)


def _code(key: str, app: App, within: dict[str, Any]) -> Resources:
    kind, _, version = app.code.partition(" ")
    if kind == "slug":
        wanted = within | {"processTypes": {"web": "run"}, "filePath": source_archive(version), "commit": version}
        yield f"{key}-slug", Declared(tokens.SLUG, wanted)
        yield f"{key}-release", Declared(tokens.RELEASE, within | {"slugId": Ref(f"{key}-slug")})
    if kind == "build":
        source = {"path": source_folder(version), "version": version}
        yield f"{key}-build", Declared(tokens.BUILD, within | {"source": source})


HOSTS = ("www", "api", "shop")
URLS = ("https://hooks.example.com/a", "https://hooks.example.com/a", "https://hooks.example.com/b")
PEOPLE = ("ops@example.com", "dev@example.com")
LEVELS: tuple[PAIRS, ...] = ((), (("LOG_LEVEL", "info"),), (("LOG_LEVEL", "debug"), ("POOL", "5")))
KEYS: tuple[PAIRS, ...] = ((), (("SESSION_KEY", "one"),), (("SESSION_KEY", "two"), ("API_KEY", "three")))
CHANGES: dict[str, tuple[Any, ...]] = {
    "region": ("eu", "us"),
    "team": ("", TEAM),
    "maintenance": (False, True),
    "buildpacks": ((), ("heroku/python",), ("heroku/nodejs", "heroku/python")),
    "vars": LEVELS,
    "secrets": KEYS,
    "database": ("", "heroku-postgresql:essential-0", "heroku-postgresql:essential-1"),
    "settings": ((), (("log", "all"),), (("log", "none"), ("retain", "7"))),
    "cache": (False, True),
    "caches": (0, 1, 2),
    "domains": ((), HOSTS[:1], HOSTS[1:], HOSTS),
    "certificate": ("", "old", "new"),
    "drain": ("", "https://logs.example.com/a", "https://logs.example.com/b"),
    "webhooks": ((), URLS[:1], URLS[:2], URLS[2:], URLS),
    "people": ((), PEOPLE[:1], PEOPLE),
    "rights": ((), ("view",), ("deploy", "operate")),
    "preboot": (False, True),
    "code": ("", "slug one", "slug two", "build one", "build two"),
    "size": ("standard-1x", "standard-2x"),
    "quantity": (0, 1, 3),
    "stage": ("staging", "production"),
}
