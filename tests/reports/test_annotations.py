"""GitHub's workflow commands: a line each, at most ten of a level, escaped so that no name makes one of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from infra.model.finding import Finding
from infra.model.report import Report, StackReport
from infra.reports.annotations import workflow_commands
from tests.reports.golden import check_golden
from tests.reports.hostile import NAMES, hostile_report, texts
from tests.reports.samples import DRIFT, FAILED, MADE_AT, SAMPLES

GRAMMAR = re.compile(
    r"::(?P<command>error|warning|notice) (?:file=(?P<file>[^:,\r\n]*),)?(?:line=\d+,)?title=(?P<title>[^:,\r\n]*)"
    r"::(?P<message>(?:[^%\r\n]|%(?:25|0A|0D|3A|2C))*)"
)
"""As GitHub's runner reads them: properties end at a comma, the list of them at ``::``, a command at the line's end."""


def read(text: str) -> list[dict[str, str]]:
    """Each line as a command."""
    found = [GRAMMAR.fullmatch(line) for line in text.splitlines()]
    assert all(found), text
    return [match.groupdict() for match in found if match]


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample, by the runner's grammar."""
    text = workflow_commands(SAMPLES[name]).text
    read(text)
    check_golden(f"{name}.annotations.txt", text)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_harmless(name: str) -> None:
    """There are exactly the commands that there should be."""
    assert_harmless(name)


@given(texts)
def test_any_name_is_harmless(name: str) -> None:
    """Whatever it is."""
    assert_harmless(name)


def assert_harmless(name: str) -> None:
    """A line for the failure, the loss, the two findings and the outcome, and nothing the runner obeys elsewhere."""
    text = workflow_commands(hostile_report(name)).text
    assert [one["command"] for one in read(text)] == ["error", "error", "error", "warning", "notice"]
    assert "##[" not in text


def test_the_gravest_ten_of_a_level() -> None:
    """GitHub drops the eleventh silently; so the tenth says how many there are."""
    findings = tuple(Finding("rule", "error", (number,), f"number {number}") for number in range(25))
    written = workflow_commands(Report("p", "check", MADE_AT, 4, (StackReport("s", findings=findings),)))
    errors = [one for one in read(written.text) if one["command"] == "error"]
    assert len(errors) == 10
    assert errors[-1]["message"] == "16 more errors; see the report."
    assert written.cut == 16


def test_exactly_ten_fit() -> None:
    """Without a remark."""
    findings = tuple(Finding("rule", "error", (number,), f"number {number}") for number in range(10))
    written = workflow_commands(Report("p", "check", MADE_AT, 4, (StackReport("s", findings=findings),)))
    assert written.cut == 0
    assert len(read(written.text)) == 11


def test_acknowledged_findings_are_not_shown() -> None:
    """Somebody answers for them."""
    assert "kim@example.com" not in workflow_commands(DRIFT).text


def test_a_failure_points_to_the_stack_file() -> None:
    """So that it is shown where somebody looks."""
    (failure,) = [one for one in read(workflow_commands(FAILED).text) if one["command"] == "error"]
    assert failure["file"] == "Pulumi.production.yaml"
