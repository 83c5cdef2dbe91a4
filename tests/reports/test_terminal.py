"""Plans as text: golden, 80 columns wide, secrets only by name, and harmless whatever the names are."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.plan import CHANGING, MASK, Plan, PropertyChange, Step
from infra.model.report import Report, StackReport
from infra.reports.escape import entire, plain
from infra.reports.terminal import (
    change_text,
    cut,
    plan_text,
    report_text,
    short_type,
    step_lines,
    summary,
    table,
    value_text,
)
from tests.reports.golden import check_golden
from tests.reports.hostile import hostile_report, texts
from tests.reports.plans import HOSTILE, ORDINARY, urn
from tests.reports.samples import MADE_AT, SAMPLES

GOLDEN = """\
staging: 1 to delete, 1 to replace, 1 to update, 1 to create, 12 unchanged
  - heroku:Domain                www.example.com
  ± heroku:App                   shop-staging
      ~ region: "us" → "eu"  (forces replacement)
      ~ buildpacks: ["heroku/nodejs"] → ["heroku/clojure"]
  ~ heroku:ConfigAssociation     shop-staging-config
      ~ vars.LOG_LEVEL: "info" → "debug"
      + vars.NEW: "größer"
      - vars.OLD: "x"
      ~ sensitiveVars.SESSION_KEY: changed (secret)
      + sensitiveVars.TOKEN: changed (secret)
      ~ vars.LONG: "aaaaaaaaaaaaaaaaaaaaaaaaaaa… → "bbbbbbbbbbbbbbbbbbbbbbbbbbb…
  + heroku:Drain                 shop-staging-archive"""

HARMLESS = """\
staging: 1 updated, 1 created
  ~ heroku:App                   �[2J�]0;owned�shop���gnp.exe�31m
      ~ vars.�[31m: "\\u001b[0m\\u0000" → "���"
  + heroku:App                   nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…"""


def test_a_plan_is_shown_gravest_first() -> None:
    """What is deleted comes before what is made; reads and refreshes are no news."""
    assert plan_text(ORDINARY) == GOLDEN


def test_hostile_names_are_harmless() -> None:
    """Nothing acts on the terminal, nothing hides."""
    text = plan_text(HOSTILE)
    assert text == HARMLESS
    assert all(line.isprintable() and len(line) <= 80 for line in text.splitlines())


def test_every_line_fits() -> None:
    """Into the columns there are; only the first one, which counts, may need more than a narrow terminal has."""
    assert all(len(line) <= 80 for line in plan_text(ORDINARY).splitlines())
    assert all(len(line) <= 40 for line in plan_text(ORDINARY, width=40).splitlines()[1:])


def test_what_is_let_go_of_is_no_deletion() -> None:
    """With a sign of its own, and said to stay, within the width for the longest type of them."""
    type, name = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", "staging-HEROKU_API_KEY"
    lines = list(step_lines(Step("forget", urn(type, name), origin="code")))
    assert lines == ["  ○ github:ActionsEnvironmentSecret staging-HEROKU_API_KEY  (its value stays)"]


@pytest.mark.parametrize(
    ("verb", "operations", "unchanged", "text"),
    [
        ("preview", [], 0, "no change"),
        ("preview", [], 3, "no change (3 resources)"),
        ("preview", ["same", "read", "refresh"], 3, "no change (3 resources)"),
        ("preview", ["create", "create", "update"], 0, "1 to update, 2 to create"),
        ("up", ["create", "create", "update"], 1, "1 updated, 2 created, 1 unchanged"),
        ("preview", ["delete", "forget", "forget", "create"], 0, "1 to delete, 2 to let go, 1 to create"),
        ("destroy", ["delete", "delete", "forget"], 0, "2 deleted, 1 let go"),
        ("refresh", ["update", "delete"], 1, "1 to delete, 1 to update, 1 unchanged"),
    ],
)
def test_a_summary_counts(verb: Any, operations: list[Any], unchanged: int, text: str) -> None:
    """In words, as what would happen or as what did."""
    steps = tuple(Step(operation, urn("a:b/c:D", str(index))) for index, operation in enumerate(operations))
    plan = Plan("staging", verb, steps, unchanged)
    assert summary(plan) == text
    assert plan.has_changes is any(operation in CHANGING for operation in operations)


@given(
    st.sampled_from(["add", "update", "delete"]),
    st.one_of(st.just(MASK), st.text()),
    st.booleans(),
)
def test_a_masked_value_tells_nothing(kind: Any, other: str, forced: bool) -> None:
    """Where either side is a secret, neither is shown: a value that becomes secret was one."""
    for before, after in ((MASK, other), (other, MASK)):
        text = change_text(PropertyChange("sensitiveVars.KEY", kind, before, after, forced))
        assert text[2:] == "sensitiveVars.KEY: changed (secret)" + "  (forces replacement)" * forced


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=5))
def test_values_are_one_line(value: Any) -> None:
    """Whatever they hold, and nothing of them is lost."""
    text = value_text(value)
    assert "\n" not in text
    assert json.loads(text) == value


@given(st.text(), st.integers(2, 100))
def test_cut_lines_fit_and_are_printable(line: str, width: int) -> None:
    """Short printable lines stay as they are."""
    found = cut(line, width)
    assert len(found) <= width
    assert found.isprintable()
    assert found == line or not line.isprintable() or len(line) > width


def test_types_are_short() -> None:
    """The module in the middle says nothing to a person."""
    assert short_type("heroku:app/configAssociation:ConfigAssociation") == "heroku:ConfigAssociation"
    assert short_type("pulumi:providers:github") == "pulumi:github"


def test_a_table_is_aligned() -> None:
    """Columns as wide as their widest cell, no blanks at the ends, lines cut, nothing for nothing."""
    rows = [("a", "1", "x"), ("long name", "22", ""), ("b", "3", "y" * 100)]
    lines = table(rows).splitlines()
    assert lines[:2] == ["a          1   x", "long name  22"]
    assert len(lines[2]) == 80
    assert table([]) == ""


def test_a_plan_without_steps_is_one_line() -> None:
    """Nothing to do, said once."""
    assert plan_text(replace(ORDINARY, steps=(), unchanged=4)) == "staging: no change (4 resources)"


@pytest.mark.parametrize("name", SAMPLES)
def test_reports_are_golden(name: str) -> None:
    """Each sample, within 80 columns."""
    text = report_text(SAMPLES[name])
    assert all(len(line) <= 80 for line in text.splitlines())
    check_golden(f"{name}.txt", text + "\n")


@given(texts)
def test_any_name_is_harmless(name: str) -> None:
    """Nothing acts on the terminal or in a build's log, and every line fits."""
    text = report_text(hostile_report(name))
    assert all(line.isprintable() and len(line) <= 82 for line in text.splitlines())
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "##[" not in text


def test_what_is_said_of_a_value_stays() -> None:
    """Values are shortened, not the words about them."""
    change = PropertyChange("plan", "update", "x" * 200, "y" * 200, True, "both")
    (_, line) = step_lines(Step("update", urn("a:b/c:D", "n"), (change,)))
    assert line.endswith("  (both)  (forces replacement)")
    assert 78 <= len(line) <= 80


@given(st.text(min_size=40, max_size=300), st.integers(40, 120))
def test_what_is_to_be_approved_shows_to_its_end(value: str, width: int) -> None:
    """A value that does not fit into its line takes several, and nothing of it is missing."""
    change = PropertyChange("vars.KEY", "update", value, "new", origin="code")
    plan = Plan("staging", "preview", (Step("update", urn("a:b/c:D", "n"), (change,)),))
    report = Report("shop", "preview", MADE_AT, 2, (StackReport("staging", plan),))
    lines = report_text(report, width=width, whole=True).splitlines()
    assert all(len(line) <= width and line.isprintable() for line in lines)
    start = next(index for index, line in enumerate(lines) if line.startswith("      ~ vars.KEY"))
    told = lines[start][8:] + "".join(line[10:] for line in lines[start + 1 :] if line.startswith(" " * 10))
    shown = plain(value_text(value), 1_000)
    assert told in (f'vars.KEY: {shown} → "new"  (code)', f'vars.KEY: {entire(value_text(value))} → "new"  (code)')


def test_long_names_show_to_their_end_too() -> None:
    """Of resources that are made."""
    plan = Plan("staging", "preview", (Step("create", urn("a:b/c:D", "n" * 100 + "end")),))
    text = report_text(Report("shop", "preview", MADE_AT, 2, (StackReport("staging", plan),)), whole=True)
    assert "end" in text
    assert "…" not in text
