"""Whether the code, what is live, or both make a change."""

from __future__ import annotations

from typing import Any

import pytest

from infra.engine.origin import Drift, Origins, differs, is_open, together
from infra.engine.wire import LATER
from infra.model.estate import Hidden
from infra.model.plan import MASK, Operation, Plan, PropertyChange, Resource, Step

URN = "urn:pulumi:staging::orders::heroku:app/app:App::web"
OTHER = "urn:pulumi:staging::orders::heroku:app/app:App::other"


def plan(*paths: str, operation: Operation = "update", urn: str = URN) -> Plan:
    """A plan of one step that changes ``paths``."""
    return Plan("staging", "preview", (Step(operation, urn, tuple(PropertyChange(path, "update") for path in paths)),))


def wanted(**inputs: Any) -> dict[str, Resource]:
    """What the program wants of the resource."""
    return {URN: Resource(URN, inputs=inputs)}


def origins(found: Plan) -> list[str]:
    """The origins of the properties of the only step."""
    return [change.origin for change in found.steps[0].changes]


@pytest.mark.parametrize(
    ("recorded", "path", "now", "origin"),
    [
        ({"a": "1"}, "a", "1", "drift"),
        ({"a": "1"}, "a", "2", "both"),
        ({"a": "1"}, "b", "2", "code"),
        ({"a": [1, 2]}, "a[1]", [1, 2], "drift"),
        ({"a": [1, 2]}, "a[0]", [1, 3], "both"),
        ({"a": Hidden("x")}, "a", Hidden("x"), "drift"),
        ({"a": Hidden("x")}, "a", Hidden("y"), "both"),
        ({"a": MASK}, "a", Hidden("y"), ""),
        ({"a": "1"}, "a", LATER, ""),
        ({}, "a", [], "drift"),
    ],
)
def test_one_run_tells_the_origin(recorded: Any, path: str, now: Any, origin: str) -> None:
    """A property that drifted is compared: what was recorded with what the program wants."""
    here = Origins({URN: Drift(recorded, ("a",))}, wanted(**{path.split("[")[0]: now}))
    found = here.tell(plan(path))

    assert origins(found) == [origin]
    assert is_open(found) == (origin == "")


def test_without_drift_all_is_code() -> None:
    """Nothing live differs anywhere, so whatever changes does so because of the code, also what is known later."""
    found = Origins({}, wanted(a=LATER)).tell(plan("a"))

    assert origins(found) == ["code"]
    assert found.steps[0].origin == "code"


@pytest.mark.parametrize(
    ("recorded", "now", "origin"),
    [
        ({"a": "1"}, {"a": "1"}, "drift"),
        ({"a": "1"}, {"a": "2"}, "both"),
        ({"a": "1"}, {"a": LATER}, "drift"),
        ({"a": "1"}, {"a": "1", "b": "2"}, "both"),
        ({"a": "1", "b": []}, {"a": "1"}, "drift"),
    ],
)
def test_made_again_because_it_is_gone(recorded: Any, now: Any, origin: str) -> None:
    """A resource deleted by hand is drift; wanted otherwise than it was, both."""
    found = Origins({URN: Drift(recorded, gone=True)}, wanted(**now)).tell(plan(operation="create"))

    assert found.steps[0].origin == origin


def test_what_is_new_or_no_longer_declared_is_code() -> None:
    """Making what never stood, and deleting what the program forgot."""
    drift = {OTHER: Drift(gone=True)}

    assert Origins(drift, wanted()).tell(plan(operation="create")).steps[0].origin == "code"
    assert Origins(drift, wanted()).tell(plan(operation="delete")).steps[0].origin == "code"


def test_a_second_run_tells_what_the_first_cannot() -> None:
    """What is known later, because something else is made again, is code only if the code alone would change it."""
    drift = {OTHER: Drift(gone=True)}
    first = Origins(drift, wanted(appId=LATER)).tell(plan("appId"))
    unchanged = Origins(drift, wanted(appId=LATER), Plan("staging", "preview")).tell(plan("appId"))
    changed = Origins(drift, wanted(appId=LATER), plan("appId")).tell(plan("appId"))
    elsewhere = Origins(drift, wanted(appId=LATER), plan("name")).tell(plan("appId"))

    assert [origins(found) for found in (first, unchanged, changed, elsewhere)] == [
        [""],
        ["drift"],
        ["code"],
        ["drift"],
    ]
    assert is_open(first)


def test_a_masked_secret_needs_the_second_run() -> None:
    """A secret that drifted and cannot be compared: the code alone says whether it was rotated."""
    drift = {URN: Drift({"a": MASK}, ("a",))}

    assert origins(Origins(drift, wanted(a=MASK), plan("a")).tell(plan("a"))) == ["both"]
    assert origins(Origins(drift, wanted(a=MASK), Plan("staging", "preview")).tell(plan("a"))) == ["drift"]


def test_a_step_sums_its_properties_up() -> None:
    """One origin when all agree, both when they do not, none as long as one is open."""
    assert together(["code", "code"]) == "code"
    assert together(["code", "drift"]) == "both"
    assert together(["code", "", "drift"]) == ""


def test_a_replacement_without_a_reason_follows_what_caused_it() -> None:
    """The engine may replace a resource only because another one is: then its properties tell nothing."""
    bare = plan(operation="replace")
    drift = {OTHER: Drift(gone=True)}

    assert Origins({}, wanted()).tell(bare).steps[0].origin == "code"
    assert Origins(drift, wanted()).tell(bare).steps[0].origin == ""
    assert Origins(drift, wanted(), Plan("staging", "preview")).tell(bare).steps[0].origin == "drift"


def test_empty_equals_absent() -> None:
    """A provider that drops an empty list, map or text has changed nothing."""
    assert differs({"a": {"b": [], "c": 1}}, {"a": {"c": 1}}, ("a",)) is False
    assert differs({"a": ""}, {}, ("a",)) is False
    assert differs({"a": 0}, {}, ("a",)) is True
