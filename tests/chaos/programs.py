"""Programs to bring up: two apps and a pipeline with everything that belongs to them, and ways to change one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.chaos.engine import Declared, Program, Ref
from tests.providers.heroku import tokens

PAIRS = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class App:
    """One app as the program wants it; an empty text or tuple means that there is none of it."""

    name: str
    region: str = "eu"
    maintenance: bool = False
    buildpacks: tuple[str, ...] = ("heroku/python",)
    vars: PAIRS = (("LOG_LEVEL", "info"),)
    secrets: PAIRS = (("SESSION_KEY", "one"),)
    database: str = "heroku-postgresql:essential-0"
    cache: bool = False
    caches: int = 1
    domains: tuple[str, ...] = ("www",)
    drain: str = "https://logs.example.com/a"
    webhooks: tuple[str, ...] = ("https://hooks.example.com/a",)
    people: tuple[str, ...] = ("ops@example.com",)
    preboot: bool = True
    size: str = "standard-1x"
    quantity: int = 1
    stage: str = "staging"


@dataclass(frozen=True)
class Service:
    """What a program declares."""

    shop: App | None = App("acme-shop")
    jobs: App | None = None
    pipeline: str = "acme"
    test_vars: PAIRS = (("CI", "yes"),)
    shared: bool = False

    def program(self) -> Program:
        """Its resources, each after what it needs."""
        declared = dict(self._pipeline())
        for key, app in (("shop", self.shop), ("jobs", self.jobs)):
            if app is not None:
                declared |= dict(_app(key, app, coupled=bool(self.pipeline)))
        if self.shared and self.jobs and self.shop and self.shop.database:
            inputs = {"appId": Ref("jobs"), "addonId": Ref("shop-database"), "name": "SHARED"}
            declared["jobs-shared"] = Declared(tokens.ATTACHMENT, inputs)
        return declared

    def _pipeline(self) -> Iterator[tuple[str, Declared]]:
        if self.pipeline:
            yield "pipeline", Declared(tokens.PIPELINE, {"name": self.pipeline})
            if self.test_vars:
                inputs = {"pipelineId": Ref("pipeline"), "pipelineStage": "test", "vars": dict(self.test_vars)}
                yield "pipeline-test", Declared(tokens.PIPELINE_VARS, inputs)


def _app(key: str, app: App, *, coupled: bool) -> Iterator[tuple[str, Declared]]:
    inputs: dict[str, Any] = {"name": app.name, "region": app.region, "maintenance": app.maintenance}
    yield key, Declared(tokens.APP, inputs | {"buildpacks": list(app.buildpacks)})
    within: dict[str, Any] = {"appId": Ref(key)}
    if app.vars or app.secrets:
        values = {"vars": dict(app.vars), "sensitiveVars": dict(app.secrets)}
        yield f"{key}-config", Declared(tokens.CONFIG, within | values)
    yield from _addons(key, app, within)
    for host in app.domains:
        yield f"{key}-{host}", Declared(tokens.DOMAIN, within | {"hostname": f"{host}.{key}.example.com"})
    if app.drain:
        yield f"{key}-drain", Declared(tokens.DRAIN, within | {"sensitiveUrl": app.drain})
    for number, url in enumerate(app.webhooks):
        wanted = {"url": url, "level": "notify", "includes": ["api:release"], "secret": "canary"}
        yield f"{key}-hook-{number}", Declared(tokens.WEBHOOK, within | wanted)
    for email in app.people:
        yield f"{key}-{email}", Declared(tokens.COLLABORATOR, within | {"email": email})
    if app.preboot:
        yield f"{key}-preboot", Declared(tokens.FEATURE, within | {"name": "preboot"})
    scaled = {"type": "web", "quantity": app.quantity, "size": app.size}
    yield f"{key}-web", Declared(tokens.FORMATION, within | scaled)
    if coupled:
        coupling = within | {"pipeline": Ref("pipeline"), "stage": app.stage}
        yield f"{key}-coupling", Declared(tokens.COUPLING, coupling)


def _addons(key: str, app: App, within: dict[str, Any]) -> Iterator[tuple[str, Declared]]:
    if app.database:
        wanted = {"plan": app.database, "attachmentName": "DATABASE", "config": {"version": "16"}}
        yield f"{key}-database", Declared(tokens.ADDON, within | wanted)
    if app.cache:
        yield f"{key}-cache", Declared(tokens.ADDON, within | {"plan": "heroku-redis:mini", "attachmentName": "CACHE"})
    # Without a name or attachment name of their own: two of them differ in nothing but their ids.
    for number in range(app.caches):
        yield f"{key}-cache-{number}", Declared(tokens.ADDON, within | {"plan": "heroku-redis:mini"})


HOSTS = ("www", "api", "shop")
URLS = ("https://hooks.example.com/a", "https://hooks.example.com/a", "https://hooks.example.com/b")
PEOPLE = ("ops@example.com", "dev@example.com")
LEVELS: tuple[PAIRS, ...] = ((), (("LOG_LEVEL", "info"),), (("LOG_LEVEL", "debug"), ("POOL", "5")))
KEYS: tuple[PAIRS, ...] = ((), (("SESSION_KEY", "one"),), (("SESSION_KEY", "two"), ("API_KEY", "three")))
CHANGES: dict[str, tuple[Any, ...]] = {
    "region": ("eu", "us"),
    "maintenance": (False, True),
    "buildpacks": ((), ("heroku/python",), ("heroku/nodejs", "heroku/python")),
    "vars": LEVELS,
    "secrets": KEYS,
    "database": ("", "heroku-postgresql:essential-0", "heroku-postgresql:essential-1"),
    "cache": (False, True),
    "caches": (0, 1, 2),
    "domains": ((), HOSTS[:1], HOSTS[1:], HOSTS),
    "drain": ("", "https://logs.example.com/a", "https://logs.example.com/b"),
    "webhooks": ((), URLS[:1], URLS[:2], URLS[2:], URLS),
    "people": ((), PEOPLE[:1], PEOPLE),
    "preboot": (False, True),
    "size": ("standard-1x", "standard-2x"),
    "quantity": (0, 1, 3),
    "stage": ("staging", "production"),
}
NAMES = {"shop": ("acme-shop", "acme-store"), "jobs": ("acme-jobs", "acme-work")}


def apps(key: str) -> st.SearchStrategy[App]:
    """Any app under that key."""
    return st.builds(
        App, name=st.sampled_from(NAMES[key]), **{name: st.sampled_from(values) for name, values in CHANGES.items()}
    )


def changed_app(key: str, app: App) -> st.SearchStrategy[App]:
    """The app with one to three fields changed."""
    fields = {"name": NAMES[key], **CHANGES}
    one = st.sampled_from(sorted(fields)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(fields[name])))
    return st.lists(one, min_size=1, max_size=3).map(lambda found: replace(app, **dict(found)))


def services() -> st.SearchStrategy[Service]:
    """Any program."""
    return st.builds(
        Service,
        shop=st.none() | apps("shop"),
        jobs=st.none() | apps("jobs"),
        pipeline=st.sampled_from(("", "acme", "acme-two")),
        test_vars=st.sampled_from(LEVELS),
        shared=st.booleans(),
    )


def _with_app(service: Service, key: str, app: App) -> Service:
    return replace(service, shop=app) if key == "shop" else replace(service, jobs=app)


def changed(service: Service) -> st.SearchStrategy[Service]:
    """The program with something changed."""
    ways: list[st.SearchStrategy[Service]] = [
        st.sampled_from(("", "acme", "acme-two")).map(lambda name: replace(service, pipeline=name)),
        st.sampled_from(LEVELS).map(lambda pairs: replace(service, test_vars=pairs)),
        st.booleans().map(lambda shared: replace(service, shared=shared)),
        st.booleans().map(lambda there: replace(service, jobs=App(NAMES["jobs"][0]) if there else None)),
        st.booleans().map(lambda there: replace(service, shop=App(NAMES["shop"][0]) if there else None)),
    ]
    for key in ("shop", "jobs"):
        app: App | None = getattr(service, key)
        if app is not None:
            ways += [changed_app(key, app).map(partial(_with_app, service, key))] * 3
    return st.one_of(ways)
