"""The page as a document: golden, self-contained, whole, and harmless whatever the names are."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from infra.model.report import Report
from infra.reports.html import comparison, html
from tests.reports.golden import check_golden
from tests.reports.hostile import NAMES, hostile_report, texts
from tests.reports.large import LARGE
from tests.reports.samples import CLEAN, DRIFT, PREVIEW, SAMPLES

VOID = {"meta", "link", "wbr", "br", "line", "path", "rect"}
OURS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "nav",
        "section",
        "article",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "div",
        "dt",
        "dd",
        "a",
        "code",
        "pre",
        "span",
        "wbr",
        "time",
    ),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("svg", "g", "rect", "text", "line", "path"),
}


class Reader(HTMLParser):
    """Notes every element, whether they are nested well, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text.append(data)


def read(report: Report) -> Reader:
    """The page of a report, read."""
    reader = Reader()
    reader.feed(html(report))
    reader.close()
    assert reader.open == []
    return reader


def assert_harmless(report: Report) -> None:
    """Only our elements, no handler, no style and no address of others."""
    reader = read(report)
    assert reader.tags <= OURS
    assert not [name for name in reader.attributes if name.startswith("on") or name in ("style", "srcdoc")]
    assert {link for link in reader.links if not link.startswith("#")} <= {"data:,", PREVIEW.origin.run_url}
    assert all(line.isprintable() for line in html(report).splitlines())


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample, without the style that all of them share."""
    text = html(SAMPLES[name])
    assert_harmless(SAMPLES[name])
    bare = re.sub(r"<style>.*</style>", "<style></style>", text, flags=re.DOTALL)
    check_golden(f"{name}.html", re.sub(r"sha256-[^&]+", "sha256-", bare))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_harmless(name: str) -> None:
    """Each of the known tricks, in every place that takes text."""
    assert_harmless(hostile_report(name))


@given(texts)
def test_any_name_is_harmless(name: str) -> None:
    """Whatever it is."""
    assert_harmless(hostile_report(name))


def test_the_page_is_one_file() -> None:
    """No script, nothing loaded, and a policy that would not allow it."""
    reader, text = read(PREVIEW), html(PREVIEW)
    assert reader.tags.isdisjoint({"script", "img", "iframe", "object"})
    assert "default-src &#39;none&#39;" in text
    assert not re.search(r"@import|url\(", text)


def test_every_finding_is_told_with_its_cause() -> None:
    """Its message, difference, who, when, how, and what was there before."""
    text = " ".join("".join(read(DRIFT).text).split())
    for said in (
        *(finding.message for finding in DRIFT.every_finding()),
        'by eve@example.com on 2026-11-23 22:14 UTC, release v42: Set LOG_LEVEL config vars; before: "info"',
        "factor 3: Config",
        "acknowledged by ada until 2026-12-31: on call until the move",
        "administration: write on the repository",
        "secret 9a8b7c6d5e4f (same as staging)",
    ):
        assert said in text


def test_environments_are_compared_line_by_line() -> None:
    """Labels aligned, what differs marked, what is not there told apart from what is empty."""
    compared = {one.label: one for one in comparison(PREVIEW)}
    assert list(compared)[:2] == ["stack", "add-on DATABASE"]
    assert compared["config var BASE_URL"].values == ("https://staging.example.com", None)
    assert [label for label, one in compared.items() if not one.differs] == ["stack", "config var LOG_LEVEL"]


def test_a_clean_report_says_so() -> None:
    """On a short page."""
    assert "Everything is as declared." in html(CLEAN)


def test_a_large_plan_is_told_whole() -> None:
    """All of its 5,000 changes, in a few megabytes."""
    text = html(LARGE)
    assert text.count('<li><p class="line">') == 5_000
    assert len(text) < 5_000_000
