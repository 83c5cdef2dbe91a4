"""Rows: everything that a report says, once, in its part, with its risk."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from infra.model.estate import Subject
from infra.model.finding import Finding
from infra.model.plan import Diagnostic, Plan, Step
from infra.model.report import Report, StackReport
from infra.reports.rows import finding_facts, rows_of, step_row, subject_text
from infra.reports.words import spoken
from tests.reports.large import LARGE
from tests.reports.samples import DRIFT, FAILED, FINDINGS, MADE_AT, PREVIEW


def test_everything_is_said_once() -> None:
    """A row for each step that changes something, consequence, message and finding."""
    parts = Counter((row.stack, row.part) for row in rows_of(PREVIEW))
    assert parts == {
        ("staging", "impact"): 1,
        ("staging", "steps"): 2,
        ("staging", "creates"): 1,
        ("production", "impact"): 5,
        ("production", "steps"): 5,
        ("production", "diagnostics"): 1,
        ("production", "findings"): 1,
    }
    assert len(rows_of(LARGE)) == 5_000 + len(LARGE.findings)


def test_details_belong_to_what_stays() -> None:
    """Properties are told of updates and replacements, with a sign each; not of what is made or deleted."""
    for row in rows_of(PREVIEW):
        if row.part in ("steps", "creates"):
            assert len(row.signs) == len(row.details)
            assert bool(row.details) <= (row.noun in ("update", "replace"))


def test_ranks() -> None:
    """Loss of data and failures before everything, acknowledged findings after everything."""
    rows = sorted([*rows_of(PREVIEW), *rows_of(DRIFT), *rows_of(FAILED)], key=lambda row: row.rank)
    assert {row.label for row in rows[:2]} == {"data loss", "failed"}
    assert {row.label for row in rows[2:4]} == {"delete", "replace"}
    order = [row.noun for row in rows if row.part in ("steps", "creates", "findings")]
    assert list(dict.fromkeys(order)) == ["delete", "replace", "error", "update", "warning", "import", "note", "create"]
    assert rows[-1].part == "known"


def test_what_is_done_is_told_as_done() -> None:
    """After an update, not before."""
    plan = replace(PREVIEW.stacks[0].plan, verb="up") if PREVIEW.stacks[0].plan else None
    rows = rows_of(Report("p", "up", MADE_AT, 0, (StackReport("staging", plan),)))
    assert [row.label for row in rows] == ["updated", "updated", "created"]


def test_what_is_let_go_of_is_told_so_before_and_after() -> None:
    """It is neither deleted nor changed."""
    step = Step("forget", "urn:pulumi:s::p::github:index/actionsSecret:ActionsSecret::TOKEN", origin="code")
    for done in (False, True):
        row = step_row(step, "s", {}, done)
        assert (row.label, row.part, spoken(row.head)) == (
            "let go",
            "steps",
            "github:ActionsSecret TOKEN (its value stays)",
        )


def test_messages_are_told_by_weight() -> None:
    """Errors before warnings; what is only information is not told."""
    said = (Diagnostic("info", "i"), Diagnostic("warning", "w"), Diagnostic("error", "e"))
    rows = rows_of(Report("p", "preview", MADE_AT, 0, (StackReport("s", Plan("s", "preview", diagnostics=said)),)))
    assert [row.label for row in sorted(rows, key=lambda row: row.rank)] == ["error", "warning"]


def test_owners_are_told_where_they_tell_something() -> None:
    """What an add-on brought, and what the platform made by itself."""
    findings = tuple(replace(FINDINGS[0], owner=owner) for owner in ("", "declared", "unmanaged", "addon", "platform"))
    rows = rows_of(Report("p", "drift", MADE_AT, 2, (StackReport("production", findings=findings),)))
    subject = "heroku/config-var/banking-production/LOG_LEVEL"
    first = [spoken(row.details[0]) for row in rows]
    assert first[3:] == [f"{subject}, brought by an add-on", f"{subject}, made by the platform"]
    assert all(text.startswith("value: ") for text in first[:3])


@pytest.mark.parametrize(
    ("message", "subject", "text"),
    [
        ("the config var A of web was changed", Subject("heroku", "config-var", "web", "A"), ""),
        ("the secret A of the environment e of o/r is gone", Subject("github", "secret", "o/r/e", "A"), ""),
        ("the app web is gone: 3 more in it", Subject("heroku", "app", "", "web"), ""),
        ("A was changed", Subject("heroku", "config-var", "web", "A"), "heroku/config-var/web/A"),
        ("BA of web was changed", Subject("heroku", "config-var", "web", "A"), "heroku/config-var/web/A"),
    ],
)
def test_a_subject_is_told_once(message: str, subject: Subject, text: str) -> None:
    """Not below a message that names it."""
    assert subject_text(Finding("r", "note", (), message, subject=subject)) == text


def test_facts_of_a_bare_finding() -> None:
    """Only which rule it is."""
    assert [(term, spoken(words)) for term, words in finding_facts(Finding("r", "note", (), "m"))] == [("rule", "r")]
    placed = Finding("r", "note", (), "m", file="a.yaml", line=3, factor=3)
    assert [spoken(words) for _, words in finding_facts(placed)] == ["r (factor 3: Config), in a.yaml:3"]
