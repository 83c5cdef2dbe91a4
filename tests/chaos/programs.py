"""Programs to bring up: two apps, a pipeline, two spaces and an account with all that Heroku has, and ways to change.

Every type that the provider serves is in them but one: ``heroku:cert/cert:Cert``, which is always refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.chaos.apps import CHANGES, LEVELS, PAIRS, TEAM, App, Resources, declare_app, deploys
from tests.chaos.declared import Declared, Program, Ref
from tests.chaos.spaces import MEMBER, Fir, Space, firs, spaces
from tests.providers.heroku import tokens

FEATURE = "metrics-request-volume"
NAMES = {"shop": ("acme-shop", "acme-store"), "jobs": ("acme-jobs", "acme-work")}


@dataclass(frozen=True)
class Account:
    """What the account and the team have on top of apps; an empty text or tuple means that there is none of it."""

    tokens: tuple[str, ...] = ("deploys",)
    scopes: tuple[str, ...] = ("write-protected",)
    feature: bool = True
    role: str = "member"

    def declare(self) -> Resources:
        """Its resources."""
        for number, description in enumerate(self.tokens):
            wanted = {"description": description, "scopes": list(self.scopes), "triggers": {"number": str(number)}}
            yield f"token-{number}", Declared(tokens.AUTHORIZATION, wanted)
        if self.feature:
            yield "feature", Declared(tokens.ACCOUNT_FEATURE, {"name": FEATURE, "enabled": True})
        if self.role:
            yield "member", Declared(tokens.MEMBER, {"team": TEAM, "email": MEMBER, "role": self.role})
        yield "shared-vars", Declared(tokens.APP_CONFIG, {"vars": {"ROLE": self.role or "none"}})


@dataclass(frozen=True)
class Service:
    """What a program declares."""

    shop: App | None = field(default_factory=lambda: App("acme-shop"))
    jobs: App | None = None
    pipeline: str = "acme"
    test_vars: PAIRS = (("CI", "yes"),)
    review: bool | None = None
    shared: bool = False
    promoted: str = ""
    account: Account | None = None
    space: Space | None = None
    fir: Fir | None = None

    @property
    def promotes(self) -> bool:
        """Whether the shop's code is promoted to the jobs."""
        shop, jobs = self.shop, self.jobs
        staged = shop and jobs and (shop.stage, jobs.stage) == ("staging", "production")
        return bool(self.promoted and self.pipeline and staged and shop and shop.code and jobs and not jobs.code)

    def apps(self) -> dict[str, App]:
        """Its apps by their keys."""
        return {key: app for key, app in (("shop", self.shop), ("jobs", self.jobs)) if app is not None}

    def code(self) -> frozenset[str]:
        """The names of the apps whose code it declares; that of others is nobody's business."""
        image = {"acme-image"} if self.fir and self.fir.image else set()
        return frozenset(image | {app.name for app in self.apps().values() if app.code})

    def program(self) -> Program:
        """Its resources, each after what it needs."""
        declared = dict(self._pipeline())
        for key, app in self.apps().items():
            promoted = "promotion" if key == "jobs" and self.promotes else ""
            declared |= dict(declare_app(key, app, coupled=bool(self.pipeline), promoted=promoted))
        declared |= dict(self._between()) | dict(self.account.declare() if self.account else ())
        # Admins may do everything in a space, whatever is declared of them.
        member = "member" if self.account and self.account.role == "member" else ""
        declared |= dict(self.space.declare(member) if self.space else ())
        return _sorted(declared | dict(self.fir.declare() if self.fir else ()))

    def _pipeline(self) -> Resources:
        if not self.pipeline:
            return
        yield "pipeline", Declared(tokens.PIPELINE, {"name": self.pipeline})
        within: dict[str, Any] = {"pipelineId": Ref("pipeline")}
        if self.test_vars:
            yield (
                "pipeline-test",
                Declared(tokens.PIPELINE_VARS, within | {"pipelineStage": "test", "vars": dict(self.test_vars)}),
            )
        if self.review is not None:
            target = {"id": "eu", "type": "region"}
            wanted = {"orgRepo": "acme/shop", "deployTarget": target, "automaticReviewApps": self.review}
            yield "pipeline-review", Declared(tokens.REVIEW_APPS, within | wanted)

    def _between(self) -> Resources:
        """What leads from one app to the other."""
        if self.shared and self.jobs and self.shop and self.shop.database:
            inputs = {"appId": Ref("jobs"), "addonId": Ref("shop-database"), "name": "SHARED"}
            yield "jobs-shared", Declared(tokens.ATTACHMENT, inputs)
        if self.promotes and self.shop:
            inputs = {
                "pipeline": Ref("pipeline"),
                "sourceAppId": Ref("shop"),
                "targetAppIds": [Ref("jobs")],
                "triggers": {"of": self.shop.code, "number": self.promoted},
            }
            before = (*deploys("shop", self.shop), "shop-coupling", "jobs-coupling")
            yield "promotion", Declared(tokens.PROMOTION, inputs, after=before)


def _sorted(declared: Program) -> Program:
    """The same resources, each after what it needs."""
    found: dict[str, Declared] = {}

    def add(name: str) -> None:
        for needed in declared[name].needs:
            add(needed)
        found.setdefault(name, declared[name])

    for name in declared:
        add(name)
    return found


def accounts() -> st.SearchStrategy[Account]:
    """Any account."""
    return st.builds(
        Account,
        tokens=st.sampled_from(((), ("deploys",), ("deploys", "deploys"), ("deploys", "reads"))),
        scopes=st.sampled_from((("read",), ("write-protected",), ("read-protected", "write"))),
        feature=st.booleans(),
        role=st.sampled_from(("", "member", "admin")),
    )


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


def _whole() -> dict[str, st.SearchStrategy[Any]]:
    """Any value of each field that is no app."""
    return {
        "pipeline": st.sampled_from(("", "acme", "acme-two")),
        "test_vars": st.sampled_from(LEVELS),
        "review": st.sampled_from((None, False, True)),
        "shared": st.booleans(),
        "promoted": st.sampled_from(("", "1", "2")),
        "account": st.none() | accounts(),
        "space": st.none() | spaces(),
        "fir": st.none() | firs(),
    }


def services() -> st.SearchStrategy[Service]:
    """Any program."""
    return st.builds(Service, shop=st.none() | apps("shop"), jobs=st.none() | apps("jobs"), **_whole())


def _with(service: Service, name: str, value: Any) -> Service:
    return replace(service, **{name: value})


def _switched(service: Service, key: str, there: bool) -> Service:
    return _with(service, key, App(NAMES[key][0]) if there else None)


def _changed_apps(service: Service) -> Iterator[st.SearchStrategy[Service]]:
    for key in NAMES:
        yield st.booleans().map(partial(_switched, service, key))
        app: App | None = getattr(service, key)
        if app is not None:
            yield from [changed_app(key, app).map(partial(_with, service, key))] * 4


def changed(service: Service) -> st.SearchStrategy[Service]:
    """The program with something changed."""
    ways = [values.map(partial(_with, service, name)) for name, values in _whole().items()]
    return st.one_of([*ways, *_changed_apps(service)])
