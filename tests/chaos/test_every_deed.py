"""Everything that people do by hand, one at a time, in a whole estate, another and a bare one: ``up`` puts it right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.apps import App
from tests.chaos.engine import Engine
from tests.chaos.hands import DEEDS
from tests.chaos.oracle import Oracle, assert_converged
from tests.chaos.programs import Service
from tests.chaos.test_every_kill import OTHER, WHOLE
from tests.chaos.world import World

# What a program does not declare may still have a say in what is live: teams, owners, defaults.
BARE = Service(shop=App("acme-shop"), jobs=App("acme-jobs"), pipeline="", test_vars=())
SERVICES = {"whole": WHOLE, "other": OTHER, "bare": BARE}


@pytest.fixture(scope="module", params=sorted(SERVICES))
def standing(request: pytest.FixtureRequest) -> Iterator[tuple[Service, World, Engine, Oracle]]:
    """A program that is brought up, with what knows how its estate looks."""
    service = SERVICES[request.param]
    with World() as world:
        engine = Engine(world)
        outcome = engine.up(service.program())
        assert outcome.clean, outcome.errors
        yield service, world, engine, Oracle(world)


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_deed(standing: tuple[Service, World, Engine, Oracle], deed: str) -> None:
    """Done to each app in turn, and put right each time."""
    service, first, engine, oracle = standing
    for which in sorted(first.apps()):
        with first.copy() as world:
            copy = engine.copy(world)
            DEEDS[deed](world, which)
            outcome = copy.up(service.program())
            assert outcome.clean, outcome.errors
            assert_converged(copy, oracle, service, note=which)
