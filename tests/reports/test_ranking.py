"""What comes first: loss, then secrets, then updates, then creates; errors before warnings before notes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from infra.model.estate import Subject
from infra.model.finding import Acknowledgement, Finding
from infra.model.plan import MASK, PropertyChange, Step
from infra.reports.ranking import CREATE, IMPORT, LOSS, SECRET, UPDATE, is_secret, ranked_findings, ranked_steps, risk
from tests.reports.samples import DRIFT, PRODUCTION, urn

SECRET_CHANGE = PropertyChange("k", "update", MASK, MASK)


def step(operation: Any, *changes: PropertyChange) -> Step:
    """A step of that operation."""
    return Step(operation, urn("a:b/c:D", operation), changes)


def test_steps_are_ranked_by_risk() -> None:
    """And what changes nothing is left out."""
    steps = [step(one) for one in ("create", "read", "import", "update", "same", "replace", "delete", "refresh")]
    steps.insert(0, step("update", SECRET_CHANGE))
    assert [one.operation for one in ranked_steps(steps)] == [
        "delete",
        "replace",
        "update",
        "update",
        "import",
        "create",
    ]
    assert ranked_steps(steps)[2].changes


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (step("delete"), LOSS),
        (step("replace", SECRET_CHANGE), LOSS),
        (step("update", PropertyChange("k", "add", None, MASK)), SECRET),
        (step("update", PropertyChange("k", "update", fingerprints=("a", "b"))), SECRET),
        (step("update", PropertyChange("k", "update", 1, 2)), UPDATE),
        (step("import"), IMPORT),
        (step("create", SECRET_CHANGE), CREATE),
    ],
)
def test_risk(one: Step, place: int) -> None:
    """A secret matters where a value that is there changes; a new thing is new."""
    assert risk(one) == place


def test_a_value_that_becomes_secret_is_one() -> None:
    """Either side is enough."""
    assert is_secret(PropertyChange("k", "update", "x", MASK))
    assert not is_secret(PropertyChange("k", "update", "x", "y"))


def test_the_order_in_which_they_came_stays() -> None:
    """Among the same risk."""
    assert [one.name for one in ranked_steps(PRODUCTION.steps)] == [
        "old.example.com",
        "banking-production-database",
        "banking-production-config",
        "banking-production-web",
        "www.example.com",
    ]


def test_findings_are_ranked() -> None:
    """By level, lost data first, then by class; what somebody answers for comes last."""
    ranked = ranked_findings(DRIFT.stacks[1].findings)
    assert [(one.level, one.kind) for one in ranked] == [
        ("error", "missing"),
        ("warning", "changed"),
        ("warning", "changed"),
        ("warning", "unmanaged"),
        ("note", "pending"),
        ("note", "unverifiable"),
        ("warning", "unmanaged"),
    ]
    assert ranked[-1].acknowledged


def test_lost_data_comes_before_other_errors() -> None:
    """An add-on that is gone before a broken rule, and an acknowledged error after any note."""
    rule = Finding("a", "error", (), "")
    lost = Finding("b", "error", (), "", kind="missing", subject=Subject("heroku", "addon", "app", "db"))
    note = Finding("c", "note", (), "")
    known = Finding("d", "error", (), "", acknowledged=Acknowledgement("ada", date(2027, 1, 1)))
    assert [one.rule for one in ranked_findings([known, note, rule, lost])] == ["b", "a", "c", "d"]
