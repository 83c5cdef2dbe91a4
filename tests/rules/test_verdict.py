"""How an audit ends: the gravest open finding decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from infra.model.finding import Acknowledgement, Class, Finding
from infra.model.report import Report, StackReport
from infra.rules.verdict import verdict_of

DRIFTED: tuple[Class, ...] = ("missing", "changed", "unmanaged", "pending")


def _finding(kind: Class, level: str = "error") -> Finding:
    found = Finding("a-rule", "error", (), "something", kind=kind)
    return (
        replace(found, level="warning")
        if level == "warning"
        else replace(found, level="note")
        if level == "note"
        else found
    )


def _ends(*findings: Finding, error: str = "", of_service: tuple[Finding, ...] = ()) -> int:
    stacks = (StackReport("staging", findings=findings), *((StackReport("production", error=error),) if error else ()))
    report = Report(
        project="shop",
        verb="drift",
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
        exit_code=0,
        stacks=stacks,
        findings=of_service,
    )
    return verdict_of(report)


@pytest.mark.parametrize("kind", DRIFTED)
def test_drift_of_any_class_is_two(kind: Class) -> None:
    """Errors and warnings count alike."""
    assert _ends(_finding(kind)) == 2
    assert _ends(_finding(kind, "warning")) == 2


def test_the_order_of_precedence() -> None:
    """A failed stack, drift, what is dark, a broken rule, nothing."""
    dark, broken = _finding("unverifiable"), _finding("rule")
    assert _ends(_finding("changed"), dark, broken, error="no passphrase") == 1
    assert _ends(_finding("changed"), dark, broken) == 2
    assert _ends(dark, broken) == 3
    assert _ends(broken) == 4
    assert _ends() == 0


def test_a_rule_that_only_warns_ends_well() -> None:
    """Only broken rules of level error are 4, also those of the service as a whole."""
    assert _ends(_finding("rule", "warning")) == 0
    assert _ends(of_service=(_finding("rule"),)) == 4


@pytest.mark.parametrize("kind", [*DRIFTED, "unverifiable", "rule"])
def test_what_is_acknowledged_or_a_note_never_counts(kind: Class) -> None:
    """Somebody answers for it, or it is only worth knowing."""
    answered = Acknowledgement("ops", date(2027, 1, 31))
    assert _ends(replace(_finding(kind), acknowledged=answered)) == 0
    assert _ends(_finding(kind, "note")) == 0
