"""A run that does what was not approved is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine.command import EngineCommand
from infra.model.plan import Diagnostic, Operation, PropertyChange, Step
from infra.workflows.applying import Guard, is_approved


class Heard:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def started(self, step: Step) -> None:
        """Keep it."""
        self.heard.append(f"started {step.name}")

    def finished(self, step: Step, seconds: float) -> None:
        """Keep it."""
        self.heard.append(f"finished {step.name} in {seconds} s")

    def said(self, diagnostic: Diagnostic) -> None:
        """Keep it."""
        self.heard.append(diagnostic.message)


def step(operation: Operation, *paths: str, name: str = "a") -> Step:
    """A step on properties."""
    changes = tuple(PropertyChange(path, "update") for path in paths)
    return Step(operation, f"urn:pulumi:staging::orders::heroku:app/app:App::{name}", changes)


@pytest.mark.parametrize(
    ("approved", "begun", "fine"),
    [
        (step("update", "vars.A", "vars.B"), step("update", "vars.A"), True),
        (step("update", "vars"), step("update", "vars.A"), True),
        (step("update", "vars.A"), step("update", "vars"), True),
        (step("update", "events"), step("update", "events[0]"), True),
        (step("update", "vars.A"), step("update", "vars.AB"), False),
        (step("update", "vars.A"), step("update", "vars.A", "vars.B"), False),
        (step("update", "vars.A"), step("replace", "vars.A"), False),
        (step("create"), step("create"), True),
        (step("delete"), step("create"), False),
        (None, step("delete"), False),
    ],
)
def test_a_step_may_do_less_than_was_approved(approved: Step | None, begun: Step, fine: bool) -> None:
    """What was unknown in the preview may turn out to be no change; more than was approved may not be done."""
    assert is_approved(begun, approved) == fine


def test_the_first_step_that_was_not_approved_stops_the_run() -> None:
    """It is named; what only reads is never in question; the watcher goes on hearing everything."""
    heard, command = Heard(), EngineCommand(Path("/bin/true"), "3.256.0", {})
    guard = Guard(heard, {step("create").urn: step("create")}, command)

    guard.started(step("create"))
    guard.started(step("read", name="looked-up"))
    assert not command.interrupted
    guard.started(step("delete", name="stranger"))
    guard.finished(step("delete", name="stranger"), 0.1)
    guard.said(Diagnostic("info", "a word"))

    assert command.interrupted
    assert [one.name for one in guard.strangers] == ["stranger"]
    assert heard.heard[-2:] == ["finished stranger in 0.1 s", "a word"]
