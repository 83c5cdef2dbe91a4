"""A process is killed at every request of an update, before and after it took effect; then the run is resumed."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import Literal, get_args

import pytest

from tests.chaos.apps import App
from tests.chaos.engine import Engine
from tests.chaos.oracle import Oracle, assert_converged
from tests.chaos.programs import Account, Service
from tests.chaos.spaces import Fir, Space
from tests.chaos.world import Kill, World

Moment = Literal["before", "after"]
Victim = Literal["plugin", "engine"]
POINTS = 3
NOTHING = Service(shop=None, pipeline="")
SHOP = App(
    "acme-shop",
    caches=2,
    cache=True,
    settings=(("log", "all"),),
    certificate="old",
    webhooks=("https://hooks.example.com/a", "https://hooks.example.com/a"),
    people=("ops@example.com", "dev@example.com"),
    code="slug one",
)
WHOLE = Service(
    SHOP,
    App("acme-jobs", team="acme", rights=("view",), stage="production"),
    shared=True,
    review=False,
    promoted="1",
    account=Account(tokens=("deploys", "deploys")),
    space=Space(),
    fir=Fir(whole_space=True),
)
OTHER = replace(
    WHOLE,
    shop=replace(
        SHOP,
        team="acme",
        rights=("deploy",),
        maintenance=True,
        vars=(("LOG_LEVEL", "debug"), ("POOL", "5")),
        secrets=(),
        database="heroku-postgresql:essential-1",
        settings=(("log", "none"), ("retain", "7")),
        cache=False,
        caches=1,
        domains=("api",),
        certificate="new",
        drain="https://logs.example.com/b",
        webhooks=("https://hooks.example.com/b",),
        people=("dev@example.com",),
        preboot=False,
        code="slug two",
        name="acme-store",
    ),
    jobs=replace(App("acme-jobs"), region="us", code="build one"),
    pipeline="acme-two",
    test_vars=(("CI", "no"),),
    review=True,
    account=Account(scopes=("read",), feature=False, role="admin"),
    space=Space("acme-room", rules=("198.51.100.7/32",), vpn=("172.17.0.0/16",), access=(), peered=False),
    fir=Fir(image="1", signals=("metrics", "traces"), key="two"),
)


def sampled(requests: int) -> list[int]:
    """Every request with CHAOS=all, else some; others with another CHAOS_SEED."""
    every = [*range(1, requests + 1)]
    if os.environ.get("CHAOS") == "all":
        return every
    chance = random.Random(int(os.environ.get("CHAOS_SEED", "0")))  # noqa: S311 - no secret
    return sorted(chance.sample(every, min(POINTS, requests)))


@pytest.mark.parametrize("victim", get_args(Victim))
@pytest.mark.parametrize("when", get_args(Moment))
@pytest.mark.parametrize(
    ("before", "after"),
    [(NOTHING, WHOLE), (WHOLE, OTHER), (OTHER, WHOLE), (WHOLE, NOTHING)],
    ids=["create", "change", "change back", "destroy"],
)
def test_killed_at_every_request(before: Service, after: Service, when: Moment, victim: Victim) -> None:
    """Wherever it is killed, the resumed run ends at exactly what is declared, and a second one has nothing to do."""
    with World() as calm:
        oracle, standing = Oracle(calm), Engine(calm)
        assert standing.up(before.program()).clean
        for at in sampled(_requests_of(standing, after)):
            kill = Kill(at, when, victim)
            with calm.copy() as world:
                engine = standing.copy(world)
                assert engine.up(after.program(), kill=kill).killed, kill
                resumed = engine.up(after.program())
                assert resumed.clean, (kill, resumed.errors)
                assert_converged(engine, oracle, after, note=str(kill))


def _requests_of(standing: Engine, service: Service) -> int:
    with standing.world.copy() as world:
        outcome = standing.copy(world).up(service.program())
    assert outcome.clean
    assert len(outcome.requests) > 10
    return len(outcome.requests)
