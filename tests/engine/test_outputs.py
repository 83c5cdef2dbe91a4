"""The engine's events as a plan."""

from __future__ import annotations

from typing import Any

from pulumi.automation import EngineEvent

from infra.engine.events import STACK, Collector
from infra.model.plan import Diagnostic, Step

ROOT = "urn:pulumi:staging::shop::pulumi:pulumi:Stack::shop-staging"
APP = "urn:pulumi:staging::shop::heroku:app/app:App::shop"


class Deaf:
    """Watches nothing."""

    def started(self, step: Step) -> None:
        """Nothing."""

    def finished(self, step: Step, seconds: float) -> None:
        """Nothing."""

    def said(self, diagnostic: Diagnostic) -> None:
        """Nothing."""


def done(urn: str, type: str, operation: str, outputs: dict[str, Any] | None) -> EngineEvent:
    """The event of a resource that is done."""
    named = {"type": type, "urn": urn, "id": "", "parent": "", "provider": ""}
    new = None if outputs is None else {**named, "inputs": {}, "outputs": outputs}
    metadata: dict[str, Any] = {"op": operation, "urn": urn, "type": type, "provider": "", "logical": True}
    metadata |= {"old": None, "new": new}
    return EngineEvent.from_json({"sequence": 1, "timestamp": 0, "resOutputsEvent": {"metadata": metadata}})


def test_the_stacks_outputs_are_the_plans_with_secrets_masked() -> None:
    """Also those of a stack that did not change; a resource's own are nobody's business."""
    collector = Collector("staging", "up", Deaf())
    outputs = {"app_url": "https://shop.example.com", "names": ["A", "[secret]"], "key": "[secret]"}

    collector.take(done(APP, "heroku:app/app:App", "create", {"name": "shop"}))
    collector.take(done(ROOT, STACK, "same", outputs))
    plan = collector.plan()

    assert plan.outputs == {"app_url": "https://shop.example.com", "names": ["A", "***"], "key": "***"}
    assert [step.name for step in plan.steps] == ["shop"]


def test_a_stack_that_was_destroyed_has_no_outputs() -> None:
    """Its event tells of nothing new."""
    collector = Collector("staging", "destroy", Deaf())

    collector.take(done(ROOT, STACK, "delete", None))

    assert collector.plan().outputs == {}
