"""How things are said: counts, money, changes, causes, and whose secret it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.estate import Cause
from infra.model.finding import Acknowledgement, FieldDifference
from infra.model.plan import MASK, PropertyChange
from infra.model.report import FACTORS, Cost, Impact, Report, StackReport, Use
from infra.reports.escape import LONGEST_VALUE
from infra.reports.words import (
    Name,
    Words,
    acknowledgement_words,
    advice_words,
    cause_words,
    change_words,
    cost_text,
    counted,
    difference_words,
    dollars,
    factor_text,
    impact_words,
    moment,
    outcome,
    sharers,
    spoken,
    tally,
)
from tests.reports.samples import CLEAN, DRIFT, FAILED, MADE_AT, NEW_KEY, OLD_KEY, PREVIEW, UNCHANGED

HELD = {NEW_KEY: ("staging", "production"), OLD_KEY: ("production",)}


def test_counts() -> None:
    """With the noun in the right number."""
    assert [counted(number, "row") for number in (0, 1, 2, 1_200)] == ["0 rows", "1 row", "2 rows", "1,200 rows"]


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "$0.00"), (5, "$0.05"), (-1_050, "-$10.50"), (123_456_789, "$1,234,567.89")]
)
def test_dollars(cents: int, text: str) -> None:
    """To the cent."""
    assert dollars(cents) == text


def test_cost() -> None:
    """Before and after, and the difference; or that there is none."""
    assert cost_text(Cost(1_400, 700)) == "$14.00 → $7.00 a month (-$7.00)"
    assert cost_text(Cost(700, 700)) == "$7.00 a month, as before"


def test_moments_are_utc() -> None:
    """Wherever they were taken."""
    assert moment(datetime(2026, 11, 24, 1, tzinfo=timezone(timedelta(hours=2)))) == "2026-11-23 23:00 UTC"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (PropertyChange("a", "update", 1, [2]), "a: 1 → [2]"),
        (PropertyChange("a", "add", None, "x"), 'a: "x"'),
        (PropertyChange("a", "delete", "x"), 'a: "x"'),
        (PropertyChange("a", "update", 1, 2, True, "both"), "a: 1 → 2  (both)  (forces replacement)"),
        (PropertyChange("a", "forget", "x", origin="code"), "a: let go, its value stays  (code)"),
        (PropertyChange("a", "forget", MASK, fingerprints=(OLD_KEY, "")), "a: let go, its value stays"),
        (PropertyChange("a", "update", MASK, MASK), "a: changed (secret)"),
        (
            PropertyChange("a", "update", MASK, MASK, fingerprints=(OLD_KEY, NEW_KEY)),
            f"a: secret {OLD_KEY} → {NEW_KEY} (same as staging)",
        ),
        (
            PropertyChange("a", "update", MASK, MASK, fingerprints=(OLD_KEY, OLD_KEY)),
            f"a: secret {OLD_KEY} → {OLD_KEY} (the same value)",
        ),
        (
            PropertyChange("a", "add", None, MASK, fingerprints=("", NEW_KEY)),
            f"a: new secret {NEW_KEY} (same as staging)",
        ),
        (PropertyChange("a", "delete", MASK, fingerprints=(OLD_KEY, "")), f"a: secret taken away {OLD_KEY}"),
        (PropertyChange("a", "update", MASK, fingerprints=("", OLD_KEY)), f"a: secret (another value) → {OLD_KEY}"),
        (PropertyChange("a", "update", MASK, fingerprints=(OLD_KEY, "")), f"a: secret {OLD_KEY} → (another value)"),
    ],
)
def test_changes(change: PropertyChange, text: str) -> None:
    """A secret is a name and a fingerprint, never a value."""
    assert spoken(change_words(change, "production", HELD)) == text


@given(st.text(), st.text(), st.sampled_from(["add", "update", "delete"]))
def test_a_secret_is_never_told(before: str, after: str, kind: Any) -> None:
    """Not even where only one side of it is marked, or only a fingerprint says that it is one."""
    for change in (
        PropertyChange("k", kind, MASK, after),
        PropertyChange("k", kind, before, MASK),
        PropertyChange("k", kind, before, after, fingerprints=(OLD_KEY, NEW_KEY)),
    ):
        assert spoken(change_words(change)).removeprefix("k: ") in (
            "changed (secret)",
            f"secret {OLD_KEY} → {NEW_KEY}",
            f"new secret {OLD_KEY} → {NEW_KEY}",
            f"secret taken away {OLD_KEY} → {NEW_KEY}",
        )


def test_a_long_value_is_shown_where_it_differs() -> None:
    """With a little of what comes before, and its length."""
    before, after = "a" * 1_000 + "1" + "b" * 500, "a" * 1_000 + "2" + "b" * 500
    text = spoken(change_words(PropertyChange("k", "update", before, after)))
    assert "aaa1bbb" in text
    assert "aaa2bbb" in text
    assert text.count("(1,503 characters)") == 2
    assert len(text) < 500


def test_a_long_value_that_only_grows_differs_at_its_end() -> None:
    """Where the shorter one is over."""
    text = spoken(change_words(PropertyChange("k", "update", "a" * 1_000, "a" * 1_000 + "tail")))
    assert "tail" in text


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (FieldDifference("f", "1", "1", "2"), "f: declared and recorded 1, live 2"),
        (FieldDifference("f", "1", "2", "3"), "f: declared 1, recorded 2, live 3"),
        (FieldDifference("f", "1", "", "1"), "f: declared and live 1, recorded nothing"),
        (
            FieldDifference("f", f"secret {OLD_KEY}", "(write-only)", f"secret {NEW_KEY}", True),
            f"f: declared secret {OLD_KEY}, recorded (write-only), live secret {NEW_KEY} (same as staging)",
        ),
    ],
)
def test_differences(difference: FieldDifference, text: str) -> None:
    """What says the same is said once; what is not there is nothing."""
    assert spoken(difference_words(difference, "production", HELD)) == text


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (Cause(), ""),
        (Cause("eve"), "by eve"),
        (Cause(when=MADE_AT), "on 2026-11-24 09:05 UTC"),
        (
            Cause("eve", MADE_AT, "rollback to v12", 13, "1"),
            "by eve on 2026-11-24 09:05 UTC, rollback to v12; before: 1",
        ),
        (Cause(version=13), "release v13"),
        (Cause(before="1"), "before: 1"),
    ],
)
def test_causes(cause: Cause, text: str) -> None:
    """As much as is known."""
    assert spoken(cause_words(cause)) == text


def test_acknowledgements() -> None:
    """Who, until when, why; without an end where there is none."""
    assert spoken(acknowledgement_words(Acknowledgement("ada", date(2027, 1, 2), "why"))) == (
        "acknowledged by ada until 2027-01-02: why"
    )
    assert spoken(acknowledgement_words(Acknowledgement("ada", None))) == "acknowledged by ada"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Say production's own address", ("Say production's own address",)),
        ("twelvefold drift staging --fix", (Name("twelvefold drift staging --fix", LONGEST_VALUE),)),
        (
            "Declare it: twelvefold drift s --adopt; or take it away: heroku access:remove e@x.example --app a.",
            (
                "Declare it: ",
                Name("twelvefold drift s --adopt", LONGEST_VALUE),
                "; or take it away: ",
                Name("heroku access:remove e@x.example --app a", LONGEST_VALUE),
                ".",
            ),
        ),
        ("The gh command is missing", ("The gh command is missing",)),
        ("", ()),
    ],
)
def test_advice(text: str, words: Words) -> None:
    """Commands are code, the rest is prose."""
    assert advice_words(text) == words
    assert spoken(advice_words(text)) == text


def test_factors() -> None:
    """All twelve by name, and nothing beyond."""
    assert [factor_text(number) for number in (0, 1, 12, 13)] == [
        "",
        "factor 1: Codebase",
        f"factor 12: {FACTORS[11]}",
        "",
    ]


def test_impact() -> None:
    """Restarts with releases and reasons, releases alone, uses, cost."""
    impact = Impact(
        {"web": ("config vars change", "an add-on changes"), "silent": ()},
        {"web": 1, "other": 2},
        ("database",),
        (Use("a.yml", 3, "KEY"), Use("b.yml", 0, "KEY")),
        Cost(0, 100, ("x", "y")),
    )
    assert [spoken(words) for words in impact_words(impact)] == [
        "web restarts and gets 1 release: config vars change; an add-on changes",
        "silent restarts",
        "other gets 2 releases and does not restart",
        "KEY is used in a.yml:3",
        "KEY is used in b.yml",
        "$0.00 → $1.00 a month (+$1.00); no price is known of 2 things: x, y",
    ]


def test_secrets_held_in_several_stacks() -> None:
    """From what stands there, and from what a plan would put there."""
    assert sharers(PREVIEW) == {NEW_KEY: ("staging", "production"), OLD_KEY: ("production",)}


def test_tallies() -> None:
    """By class, broken rules by level, with the acknowledged ones apart."""
    assert (
        tally(DRIFT.every_finding())
        == "1 missing, 2 changed, 1 unmanaged, 1 pending, 1 unverifiable, 1 error, 1 acknowledged"
    )
    assert tally([]) == ""


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (PREVIEW, "8 changes: 1 to delete, 1 to replace, 4 to update, 1 to import, 1 to create. Rules: 1 error."),
        (DRIFT, "Noticed: 1 missing, 2 changed, 1 unmanaged, 1 pending, 1 unverifiable. Rules: 1 error."),
        (FAILED, "production failed. Nothing would change."),
        (CLEAN, "Everything is as declared."),
        (UNCHANGED, "Nothing would change."),
        (Report("p", "check", MADE_AT, 0), "The stack files are sound."),
        (Report("p", "up", MADE_AT, 130), "It was interrupted."),
        (Report("p", "drift", MADE_AT, 1, (StackReport("s", error="no"),)), "s failed."),
    ],
)
def test_outcomes(report: Report, text: str) -> None:
    """A sentence or a few."""
    assert outcome(report) == text


def test_many_failures_are_not_listed() -> None:
    """Three of them are."""
    stacks = tuple(StackReport(f"s{number}", error="no") for number in range(9))
    assert outcome(Report("p", "preview", datetime.now(UTC), 1, stacks)) == "s0, s1, s2 and others failed."
