"""Random lives of an estate: programs change, people change things by hand, Heroku fails, processes are killed.

Whatever happened, one undisturbed run ends at exactly what the program declares.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.chaos.engine import Engine
from tests.chaos.hands import DEEDS
from tests.chaos.oracle import Oracle, assert_converged
from tests.chaos.programs import Service, changed, services
from tests.chaos.world import Kill, World

KILLS = st.builds(
    Kill,
    at=st.integers(1, 120),
    when=st.sampled_from(("before", "after")),
    victim=st.sampled_from(("plugin", "engine")),
)
BEYOND = ("builds|releases|slugs|oci", "spaces|peerings|vpn", "authorizations|members|sni")
METHODS = st.sampled_from(("", "POST", "PATCH", "PUT", "DELETE", "GET"))
FAULTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("rate_limit", "status", "slow", "drop_before", "drop_after")),
        "method": METHODS,
        "path": st.sampled_from(
            ("", "addons", "config-vars", "/apps$", "pipeline", "webhooks|drains|domains", *BEYOND)
        ),
        "count": st.integers(1, 8),
        "status": st.sampled_from((500, 502, 503, 504)),
        "milliseconds": st.sampled_from((50, 2000)),
    }
)


class Estate(RuleBasedStateMachine):
    """One estate and what happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.oracle = Oracle(self.world)
        self.engine = Engine(self.world)
        self.service = Service()
        self.broken = False

    @initialize(service=services())
    def begin(self, service: Service) -> None:
        """Start with any program, brought up undisturbed."""
        self.service = service
        self.settle()

    @rule(data=st.data())
    def change_the_program(self, data: st.DataObject) -> None:
        """Somebody edits the stack files."""
        self.service = data.draw(changed(self.service))

    @rule(deed=st.sampled_from(sorted(DEEDS)), which=st.integers(0, 1))
    def change_by_hand(self, deed: str, which: int) -> None:
        """Somebody uses a dashboard."""
        apps = sorted(self.world.apps())
        if apps:
            DEEDS[deed](self.world, apps[which % len(apps)])

    @rule(fault=FAULTS)
    def fail(self, fault: dict[str, Any]) -> None:
        """Heroku has trouble, the next few times it is asked."""
        self.world.fault(**fault)

    @rule(kill=KILLS)
    def be_killed(self, kill: Kill) -> None:
        """A run that ends with SIGKILL, unless it is done before."""
        self.engine.up(self.service.program(), kill=kill)

    @rule(refresh=st.booleans())
    def run(self, refresh: bool) -> None:
        """A run that ends as it may."""
        self.engine.up(self.service.program(), refresh=refresh)

    @rule()
    def settle(self) -> None:
        """Nothing goes wrong any more: one run puts everything right."""
        self.world.calm()
        outcome = self.engine.up(self.service.program())
        assert outcome.clean, outcome.errors
        assert_converged(self.engine, self.oracle, self.service)

    def teardown(self) -> None:
        """In the end, too; and a destroy leaves nothing."""
        try:
            self.settle()
            self.service = Service(shop=None, pipeline="", test_vars=())
            self.settle()
        finally:
            self.world.close()


FULL = os.environ.get("CHAOS") == "all"
TestEstate = Estate.TestCase
TestEstate.settings = settings(
    max_examples=int(os.environ.get("CHAOS_EXAMPLES", 300 if FULL else 12)),
    stateful_step_count=30 if FULL else 14,
    # A sample that is always the same; with CHAOS=all, other lives every time.
    derandomize=not FULL,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    print_blob=True,
    report_multiple_bugs=False,
)
