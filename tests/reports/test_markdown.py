"""Markdown as a reader of it sees it: golden, within budget, closed, and harmless whatever the names are."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from infra.model.plan import Plan, PropertyChange, Step
from infra.model.report import Origin, Report, StackReport
from infra.reports.cutting import GITHUB_COMMENT, WHOLE, Budget
from infra.reports.markdown import markdown, step_summary
from tests.reports.golden import check_golden
from tests.reports.hostile import NAMES, hostile_report, texts
from tests.reports.large import LARGE
from tests.reports.samples import FAILED, MADE_AT, PREVIEW, SAMPLES, urn

OURS = re.compile(r"<details><summary>[\d,]+ \w[\w ]*</summary>|</details>")
ACTS = re.compile(r"(?<![\w`])@\w|(?<!\w)#\d|(?i:https?://|www\.\w|mailto:\w|\bGH-\d)")


def parsed(text: str) -> list[Token]:
    """The tokens of GitHub's Markdown, those inside of lines too."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    return [one for token in tokens for one in (token, *(token.children or ()))]


def assert_harmless(text: str) -> None:
    """No markup but ours, no link, no picture, nothing that notifies, refers or is a quick action."""
    for token in parsed(text):
        assert token.type not in ("link_open", "image"), token
        if token.type.startswith("html"):
            assert OURS.sub("", token.content).strip() == "", token
        if token.type == "text":
            assert not ACTS.search(token.content), token
    assert_closed(text)
    assert not re.search(r"^\s*/\w", text, re.MULTILINE)
    assert not re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)
    assert all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample as its comment on a pull request."""
    written = markdown(SAMPLES[name], GITHUB_COMMENT, "<!-- twelvefold:test -->")
    assert written.cut == 0
    check_golden(f"{name}.md", written.text)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_harmless(name: str) -> None:
    """Each of the known tricks, in every place that takes text."""
    assert_harmless(markdown(hostile_report(name), GITHUB_COMMENT).text)


@given(texts)
@example("@channelhttps://evil.example/x mailto:a@b.example")
def test_any_name_is_harmless(name: str) -> None:
    """And whatever can be made of them."""
    assert_harmless(markdown(hostile_report(name), GITHUB_COMMENT).text)


def test_a_marker_comes_first() -> None:
    """As the very first line, so that the comment is found again."""
    assert markdown(PREVIEW, GITHUB_COMMENT, "<!-- x -->").text.startswith("<!-- x -->\n## Twelvefold preview")
    assert markdown(PREVIEW, GITHUB_COMMENT).text.startswith("## Twelvefold preview")


@settings(max_examples=8)
@given(st.integers(10_000, 80_000))
@example(10_000)
def test_no_budget_is_exceeded(number: int) -> None:
    """Whatever it is; and the less room, the more is cut."""
    written = markdown(LARGE, Budget(number))
    assert len(written.text.encode()) <= number
    assert written.cut > 0
    assert f"{'Cut to what fits here.'}" in written.text
    assert_closed(written.text)


def assert_closed(text: str) -> None:
    """Every table, fence and fold that begins ends."""
    starts = Counter(line.split(">")[0] for line in text.splitlines() if line.startswith(("<details>", "</details>")))
    assert starts["<details"] == starts["</details"]
    assert sum(line.startswith("```") for line in text.splitlines()) % 2 == 0


def test_rows_are_cut_whole_and_by_risk() -> None:
    """What is deleted, replaced or secret stays; the creates go first, and every row that is there is whole."""
    whole = {line for line in markdown(LARGE, WHOLE).text.splitlines() if line.startswith(("- ", "  - "))}
    text = markdown(LARGE, GITHUB_COMMENT).text
    shown = [line for line in text.splitlines() if line.startswith(("- ", "  - "))]
    assert set(shown) <= whole
    kept = {
        label: sum(line.startswith(f"- **{label}**") for line in shown) for label in ("delete", "replace", "create")
    }
    assert (kept["delete"], kept["replace"]) == (20, 10)
    assert kept["create"] == 0
    cut = re.search(r"([\d,]+) more rows are not shown: ([^.]*)\.", text)
    assert cut
    assert "creates" in cut[2]


def test_what_is_cut_is_counted() -> None:
    """To the row: what is shown and what is told to be missing make up the whole."""
    total = sum(len(stack.plan.steps) for stack in LARGE.stacks if stack.plan) + len(LARGE.findings)
    written = markdown(LARGE, GITHUB_COMMENT)
    shown = sum(line.startswith("- **") for line in written.text.splitlines())
    cut = re.search(r"([\d,]+) more rows are not shown", written.text)
    assert cut
    assert shown + int(cut[1].replace(",", "")) == total
    assert written.cut >= total - shown


def test_a_summary_of_a_step_stays_below_its_limit() -> None:
    """A megabyte, above which GitHub drops all of it."""
    assert len(step_summary(LARGE).text.encode()) <= 1_000_000


def test_many_environments_share_a_table() -> None:
    """Of fifty lines; the others are counted as cut."""
    stacks = [StackReport(f"stack-{number}", Plan(f"stack-{number}", "preview")) for number in range(999)]
    last = StackReport("stack-999", Plan("stack-999", "preview", (Step("create", urn("a:b/c:D", "x")),)))
    written = markdown(replace(PREVIEW, stacks=(*stacks, last)), GITHUB_COMMENT)
    assert "950 environments" in written.text
    assert "`stack-999`" in written.text
    assert written.cut == 950
    assert len(written.text.encode()) < 60_000


def long_values(*values: str) -> Report:
    """A preview that changes config vars from one long value to another."""
    changes = tuple(PropertyChange(f"vars.K{index}", "update", value, value[1:]) for index, value in enumerate(values))
    step = Step("update", urn("heroku:app/configAssociation:ConfigAssociation", "web"), changes)
    return Report("shop", "preview", MADE_AT, 2, (StackReport("staging", Plan("staging", "preview", (step,))),))


@pytest.mark.parametrize("value", ["x" * 5_000, "<!-- \n/close\n``` ##[error]\u202e" * 50])
def test_a_long_value_can_be_read_whole(value: str) -> None:
    """Folded away below its row, as JSON of which nothing is missing; then nothing counts as cut."""
    written = markdown(long_values(value), GITHUB_COMMENT)
    assert (written.cut, written.values) == (0, ())
    assert_harmless(written.text)
    blocks = [token.content for token in parsed(written.text) if token.type == "fence"]
    told = ["".join(line.removeprefix("> ") for line in block.splitlines()) for block in blocks]
    assert [json.loads(text) for text in told] == [value, value[1:]]


def test_a_value_that_does_not_fit_counts_as_cut() -> None:
    """It is named, and the other ones are whole."""
    written = markdown(long_values("x" * 70_000), GITHUB_COMMENT)
    assert (written.cut, written.values) == (1, ("vars.K0 of web",))
    assert "1 row is shown with values that are too long" in written.text
    assert len(written.text.encode()) < 60_000


def test_links_lead_only_to_the_run() -> None:
    """And only where its address is one."""
    links = [token.attrGet("href") for token in parsed(markdown(PREVIEW, WHOLE).text) if token.type == "link_open"]
    assert links == [PREVIEW.origin.run_url]
    odd = replace(PREVIEW, origin=Origin(run_url="javascript:alert(1)"))
    assert "javascript" not in markdown(odd, WHOLE).text


def test_a_failure_is_told_in_its_own_words() -> None:
    """As a block of code that nothing in it ends."""
    text = markdown(FAILED, GITHUB_COMMENT).text
    assert "```text\n> Heroku: the token is refused" in text


def test_an_empty_report_says_so() -> None:
    """Nothing in it is no reason to say nothing."""
    assert "**Nothing to say.**" in markdown(Report("p", "preview", PREVIEW.made_at, 0), GITHUB_COMMENT).text
