"""JUnit as GitLab and CircleCI read it: valid, counted, drift fails, harmless."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given

from infra.model.finding import Finding
from infra.model.report import Report, StackReport
from infra.reports.junit import MOST_CASES, junit
from tests.reports.golden import check_golden
from tests.reports.hostile import NAMES, hostile_report, texts
from tests.reports.samples import DRIFT, FAILED, MADE_AT, PREVIEW, SAMPLES

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")


def suites_of(report: Report) -> ElementTree.Element:
    """The root of a report's JUnit, which is valid."""
    text = junit(report).text
    SCHEMA.validate(text)
    return ElementTree.fromstring(text)  # noqa: S314 our own text


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample, valid by the schema of Jenkins."""
    suites_of(SAMPLES[name])
    check_golden(f"{name}.junit.xml", junit(SAMPLES[name]).text)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_harmless(name: str) -> None:
    """Nothing ends an element early, nothing is forbidden in XML, nothing acts in a build log."""
    assert_harmless(hostile_report(name))


@given(texts)
def test_any_name_is_harmless(name: str) -> None:
    """Whatever it is."""
    assert_harmless(hostile_report(name))


def assert_harmless(report: Report) -> None:
    """Valid, the cases that there should be, and printable."""
    root = suites_of(report)
    assert len(root.findall("testsuite")) == 3
    text = junit(report).text
    assert all(line.isprintable() for line in text.splitlines())
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_verdicts() -> None:
    """Drift and broken rules fail, the unverifiable is an error, the acknowledged is skipped."""
    root = suites_of(DRIFT)
    production = root.findall("testsuite")[1]
    told = [(case.get("name", "").split(":")[0], child.tag) for case in production for child in case]
    assert told == [
        ("drift-missing", "failure"),
        ("drift-changed", "failure"),
        ("drift-changed", "failure"),
        ("drift-unmanaged", "failure"),
        ("drift-pending", "failure"),
        ("drift-unverifiable", "error"),
        ("drift-unmanaged", "skipped"),
    ]


def test_counts_agree() -> None:
    """Of the whole and of each suite, with the cases that are there."""
    for report in SAMPLES.values():
        root = suites_of(report)
        for element in (root, *root.findall("testsuite")):
            assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
            assert int(element.get("failures", "")) == len(list(element.iter("failure")))
            assert int(element.get("errors", "")) == len(list(element.iter("error")))


def test_a_plan_is_no_failure_but_lost_data_is() -> None:
    """Nobody wants a red pipeline because something changes."""
    production = suites_of(PREVIEW).findall("testsuite")[1]
    assert [(case.get("name"), [child.tag for child in case]) for case in production.findall("testcase")][:2] == [
        ("plan", ["system-out"]),
        ("data loss: heroku-postgresql database of banking-production (10 tables)", ["failure"]),
    ]


def test_a_failed_environment_is_an_error() -> None:
    """With its message."""
    (error,) = suites_of(FAILED).iter("error")
    assert "the token is refused" in (error.text or "")


def test_limits_are_kept_by_gravity() -> None:
    """Failures are kept before what passes."""
    notes = tuple(Finding("rule", "note", (number,), "x") for number in range(MOST_CASES))
    errors = tuple(Finding("grave", "error", (number,), "y") for number in range(10))
    written = junit(Report("p", "drift", MADE_AT, 2, (StackReport("s", findings=notes + errors),)))
    root = ElementTree.fromstring(written.text)  # noqa: S314 our own text
    assert (root.get("tests"), root.get("failures"), written.cut) == (str(MOST_CASES), "10", 10)
    assert len(written.text.encode()) < 30_000_000
