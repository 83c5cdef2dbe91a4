"""Findings that somebody answers for: matched by patterns, until a day; entries that fit nothing are told."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra.model.estate import Subject
from infra.model.finding import Acknowledgement, Finding
from infra.rules.acknowledged import Entry, acknowledge, baseline_text, unused_entries

TODAY = date(2026, 11, 24)
VAR = Subject("heroku", "config-var", "shop-staging", "A")


def finding(rule: str = "config-var-changed", subject: Subject | None = VAR, stack: str = "staging") -> Finding:
    """Something found."""
    return Finding(rule, "warning", ("config_vars", "A"), "is changed", stack=stack, subject=subject)


def entry(rule: str = "", subject: str = "", stack: str = "", until: date | None = None) -> Entry:
    """Somebody answers for it."""
    return Entry(rule, subject, stack, Acknowledgement("ann", until, "known"), 3)


@pytest.mark.parametrize(
    ("given_entry", "fits"),
    [
        (entry("config-var-changed"), True),
        (entry("config-var-*"), True),
        (entry("config-var-changed", "heroku/config-var/shop-staging/A"), True),
        (entry("", "*/shop-staging/*"), True),
        (entry("config-var-changed", stack="production"), False),
        (entry("domain-*"), False),
        (entry("config-var-changed", "heroku/config-var/shop-staging/[A]"), False),
    ],
)
def test_an_entry_fits_by_its_patterns(given_entry: Entry, fits: bool) -> None:
    """Whatever it does not say fits."""
    assert (acknowledge([finding()], [given_entry], TODAY)[0].acknowledged is not None) is fits


def test_findings_without_a_subject_go_by_their_path() -> None:
    """Parity has none."""
    found = finding("parity-stack", None)
    assert acknowledge([found], [entry("parity-*", "config_vars.A")], TODAY)[0].acknowledged


@pytest.mark.parametrize(("day", "known"), [(24, True), (25, True), (23, False)])
def test_an_entry_holds_through_its_last_day(day: int, known: bool) -> None:
    """Afterwards the finding comes back, and says that it was acknowledged once."""
    found = acknowledge([finding()], [entry("config-var-changed", until=date(2026, 11, day))], TODAY)[0]
    assert (found.acknowledged is not None, found.expired) == (known, not known)


def test_a_newer_entry_takes_the_place_of_an_expired_one() -> None:
    """In any order."""
    old, new = entry("config-*", until=date(2026, 1, 1)), entry("config-*", until=date(2027, 1, 1))
    for entries in ([old, new], [new, old]):
        assert acknowledge([finding()], entries, TODAY)[0].acknowledged == new.acknowledgement


def test_entries_that_fit_nothing_are_told() -> None:
    """With their line; not those for stacks that nobody looked at."""
    entries = [entry("config-var-changed"), entry("domain-*"), entry("domain-*", stack="production")]
    found = unused_entries(entries, [finding()], ["staging"])
    assert [(one.rule, one.file, one.line) for one in found] == [("acknowledgement-unused", "drift.yaml", 3)]
    assert "domain-*" in found[0].message


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_a_baseline_acknowledges_just_what_was_found(name: str, reason: str) -> None:
    """Whatever the names are, the text is YAML that fits them."""
    found = finding(subject=Subject("heroku", "config-var", "shop", name))
    text = baseline_text([found], "ann", date(2027, 1, 31), reason)
    (told,) = yaml.safe_load(text)
    assert (told["rule"], told["owner"], str(told["until"])) == ("config-var-changed", "ann", "2027-01-31")
    assert told.get("reason", "") == reason
    assert Entry(told["rule"], told["subject"], told["stack"], Acknowledgement("ann", None)).fits(found)


def test_a_baseline_leaves_out_what_is_known() -> None:
    """It is in the file already."""
    known = acknowledge([finding()], [entry("config-*")], TODAY)
    assert baseline_text(known, "ann", None, "known") == ""
