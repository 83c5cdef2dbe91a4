"""The engine's events, taken up as they come."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.automation import EngineEvent

from infra.engine.events import Collector
from infra.engine.wire import LATER, SECRET, SIGNATURE, UNKNOWN
from infra.model.plan import MASK, Diagnostic, PropertyChange, Step

URN = "urn:pulumi:staging::orders::twelvefold:heroku:App$heroku:app/app:App::web"
PARENT = "urn:pulumi:staging::orders::twelvefold:heroku:App::web"
KINDS = ("resourcePreEvent", "resOutputsEvent")
HIDDEN = {SIGNATURE: SECRET, "ciphertext": "[secret]"}


class Silent:
    """Watches nothing."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def started(self, step: Step) -> None:
        """Keep the name."""
        self.begun.append(step.name)

    def finished(self, step: Step, seconds: float) -> None:
        """Nothing."""

    def said(self, diagnostic: Diagnostic) -> None:
        """Nothing."""


def event(kind: str, op: str, old: Any = None, new: Any = None, diff: Any = None) -> EngineEvent:
    """An event as the engine sends it, on one resource with these inputs."""

    def state(inputs: Any) -> Any:
        if inputs is None:
            return None
        base = {"type": "heroku:app/app:App", "urn": URN, "id": "id-1", "parent": PARENT, "provider": ""}
        return {**base, "custom": True, "inputs": inputs, "outputs": inputs}

    metadata = {
        "op": op, "urn": URN, "type": "heroku:app/app:App", "old": state(old), "new": state(new), "provider": "",
        "detailedDiff": {path: {"diffKind": how, "inputDiff": True} for path, how in (diff or {}).items()},
    }  # fmt: skip
    return EngineEvent.from_json({"sequence": 0, "timestamp": 0, kind: {"metadata": metadata}})


def collected(*events: EngineEvent) -> Collector:
    """A collector that took the events."""
    collector = Collector("staging", "preview", Silent())
    for one in events:
        collector.take(one)
    return collector


def test_what_a_refresh_finds_is_drift_and_no_step() -> None:
    """A refresh inside a preview tells where what is live differs, in the values the state had."""
    collector = collected(
        event("resourcePreEvent", "refresh", {"a": "1"}, {"a": "1"}),
        event("resOutputsEvent", "refresh", {"a": "1"}, {"a": "2"}, {"a": "update"}),
        event("resourcePreEvent", "same", {"a": "2"}, {"a": "2"}),
        event("resOutputsEvent", "same", {"a": "2"}, {"a": "2"}),
    )

    assert collector.drift[URN].paths == ("a",)
    assert collector.drift[URN].recorded == {"a": "1"}
    assert not collector.drift[URN].gone
    assert (collector.plan().steps, collector.plan().unchanged) == ((), 1)
    assert collector.before[URN].inputs == {"a": "2"}


def test_what_is_gone_and_made_again() -> None:
    """The refresh finds nothing; what follows is a create, and it stood not before it."""
    collector = collected(
        event("resOutputsEvent", "refresh", {"a": "1"}, None),
        event("resourcePreEvent", "create", None, {"a": "1"}),
        event("resOutputsEvent", "create", None, {"a": "1"}),
    )

    assert collector.drift[URN].gone
    assert [step.operation for step in collector.plan().steps] == ["create"]
    assert collector.plan().unchanged == 0
    assert URN not in collector.before


def test_what_is_gone_and_no_longer_wanted_is_nothing() -> None:
    """Neither a step nor an unchanged resource."""
    assert collected(event("resOutputsEvent", "refresh", {"a": "1"}, None)).plan().unchanged == 0


def test_secrets_are_masked_and_later_values_told() -> None:
    """Nested in maps too, and never as the engine's marks."""
    old = {"vars": {"A": HIDDEN}, "later": "x"}
    new = {"vars": {"A": HIDDEN, "B": UNKNOWN}, "later": UNKNOWN}
    diff = {"vars": "update", "vars.A": "update", "later": "update"}
    collector = collected(event("resourcePreEvent", "update", old, new, diff))
    whole, one, later = collector.plan().steps[0].changes

    assert whole == PropertyChange("vars", "update", {"A": MASK}, {"A": MASK, "B": "(known after it is made)"})
    assert (one.before, one.after) == (MASK, MASK)
    assert later.after == "(known after it is made)"
    assert collector.after[URN].inputs == {"vars": {"A": MASK, "B": LATER}, "later": LATER}
    assert (collector.after[URN].parent, collector.before[URN].id) == (PARENT, "id-1")


def test_components_are_no_resources_of_a_vendor() -> None:
    """They have no inputs that cost or restart anything."""
    one = event("resourcePreEvent", "create", None, {"a": 1})
    assert one.resource_pre_event is not None
    assert one.resource_pre_event.metadata.new is not None
    one.resource_pre_event.metadata.new.custom = False

    assert collected(one).after == {}


def test_another_token_for_a_vendor_is_no_change() -> None:
    """In CI every job has its own; the engine notes it as an update of the provider, which changes nothing live."""
    urn = "urn:pulumi:staging::orders::twelvefold:github:Repository$pulumi:providers:github::github"
    begun, ended = (event(kind, "update", {"token": HIDDEN}, {"token": HIDDEN}, {"token": "update"}) for kind in KINDS)
    for metadata in (begun.resource_pre_event.metadata, ended.res_outputs_event.metadata):  # type: ignore[union-attr]
        metadata.urn, metadata.type = urn, "pulumi:providers:github"
    collector = collected(begun, ended)

    assert (collector.plan().steps, collector.plan().unchanged) == ((), 1)


@pytest.mark.parametrize("name", ["default", "default_1_0_4"])
def test_the_engine_s_own_providers_are_nobody_s(name: str) -> None:
    """It makes one whenever the program asks something, also of the engine itself."""
    begun, ended = (event(kind, "create", None, {}) for kind in KINDS)
    for metadata in (begun.resource_pre_event.metadata, ended.res_outputs_event.metadata):  # type: ignore[union-attr]
        metadata.urn, metadata.type = (
            f"urn:pulumi:staging::orders::pulumi:providers:pulumi::{name}",
            "pulumi:providers:pulumi",
        )

    assert collected(begun, ended).plan().counts() == {}
