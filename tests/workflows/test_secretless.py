"""The report of a pull request without secrets: also of what fails, and never more than can be known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.model.prices import Prices
from infra.model.project import Project
from infra.model.published import PublishedState
from infra.model.report import Report
from infra.reports.document import report_document
from infra.reports.reading import read_report
from infra.workflows.secretless import missing_report, secretless_report
from tests.workflows.recording import edit, example_project, publish

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PRICES = Prices({"heroku-postgresql:essential-0": 500, "papertrail:choklad": 0}, {"basic": 700, "standard-1x": 2500})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The shipped project."""
    return example_project(tmp_path)


@pytest.fixture
def published(project: Project) -> PublishedState:
    """What main has published."""
    stacks = {stack: publish(project, stack) for stack in ("staging", "production")}
    return PublishedState("banking-on-clojure", NOW, "0123456789abcdef", stacks, PRICES)


def report(project: Project, published: PublishedState | None, *names: str) -> Report:
    """The report on some stacks; it goes through its JSON document unharmed."""
    found = secretless_report(project, list(names), published, made_at=NOW)
    assert read_report(report_document(found)).stacks == found.stacks
    return found


def test_nothing_to_do(project: Project, published: PublishedState) -> None:
    """Clean, with what it was compared with."""
    found = report(project, published)
    assert (found.exit_code, [one.stack for one in found.stacks]) == (0, ["staging", "production"])
    assert found.notes[1] == "Compared with what main had applied at 0123456789ab on 2026-11-24 09:00 UTC."


def test_how_far_a_change_reaches(project: Project, published: PublishedState) -> None:
    """Restarts, releases and the monthly cost, from published prices."""
    edit(project, "Pulumi.staging.yaml", "LOG_LEVEL: debug", "LOG_LEVEL: trace")
    edit(project, "Pulumi.yaml", "web: { size: basic, quantity: 1 }", "web: { size: standard-1x, quantity: 1 }")
    found = report(project, published, "staging")
    impact = found.stacks[0].impact
    assert found.exit_code == 2
    assert impact is not None
    assert impact.restarts == {
        "banking-staging": ("web moves from basic to standard-1x", "config vars change: LOG_LEVEL")
    } or impact.restarts == {
        "banking-staging": ("config vars change: LOG_LEVEL", "web moves from basic to standard-1x")
    }
    assert impact.releases == {"banking-staging": 1}
    assert impact.cost is not None
    assert impact.cost.change == 1800


def test_data_that_would_be_lost(project: Project, published: PublishedState) -> None:
    """By a replacement that only the published state can tell."""
    edit(project, "Pulumi.yaml", "region: eu", "region: us")
    impact = report(project, published, "staging").stacks[0].impact
    assert impact is not None
    assert any("banking-staging-database" in lost for lost in impact.data_loss)


def test_problems_of_the_stack_files_are_findings_at_their_lines(project: Project, published: PublishedState) -> None:
    """All of them, and the report is one of failure."""
    edit(project, "Pulumi.yaml", "region: eu", "regoin: eu\n      stacks: x")
    found = report(project, published)
    assert found.exit_code == 1
    assert [(one.file, one.line) for one in found.findings] == [("Pulumi.yaml", 19), ("Pulumi.yaml", 20)]
    assert [one.error for one in found.stacks] == ["2 problems in the stack files"] * 2


def test_what_up_would_refuse_is_an_error(project: Project, published: PublishedState) -> None:
    """Together with the plan."""
    edit(project, "Pulumi.yaml", '        logs: { plan: "papertrail:choklad" }\n', "")
    production = report(project, published, "production").stacks[0]
    assert production.error == "banking-production-logs: it is protected: up will refuse to delete it"
    assert production.plan is not None


def test_before_anything_is_published(project: Project) -> None:
    """Everything is new, and the report says why."""
    found = report(project, None)
    assert found.exit_code == 2
    assert "No snapshot is published yet" in found.notes[1]


def test_a_preview_that_ended_without_a_report(project: Project) -> None:
    """Is told too."""
    found = missing_report(project, [], "the preview ended without a report", made_at=NOW)
    assert (found.exit_code, {one.error for one in found.stacks}) == (1, {"the preview ended without a report"})
    assert read_report(report_document(found)) == found
