"""A stranger's pull request: previewed without any secret, and told in a comment that main's code writes."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from infra.model.plan import PropertyChange, Step
from infra.model.report import StackReport
from infra.reports.document import report_document
from infra.reports.reading import read_report
from tests.ci.conftest import Desk

pytestmark = pytest.mark.journey
HOSTILE = "x<script>alert(1)</script> @practicalli ![](https://evil.example/p.png) | `` ` `` </details> #1 ::error::y"
URN = "urn:pulumi:staging::banking-on-clojure::heroku:app/configAssociation:ConfigAssociation::"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = (folder / name).read_text()
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new))


@pytest.fixture
def report_of(desk: Desk) -> Path:
    """Where the preview's report is kept."""
    return desk.github.artifact("twelvefold-report") / "report.json"


def test_from_a_change_to_its_comment(desk: Desk, report_of: Path, tmp_path: Path) -> None:
    """No secret, no request: and the comment follows every push, by one comment."""
    before = len(desk.main.requests())
    edit(desk.fork, "Pulumi.staging.yaml", "LOG_LEVEL: debug", "LOG_LEVEL: trace")
    preview = desk.preview(tmp_path)
    assert not preview.failed, preview.text
    assert preview.known["exit-code"] == "2"
    assert len(desk.main.requests()) == before
    assert "LOG_LEVEL" in preview.summary
    assert json.loads(report_of.read_text())["exit_code"] == 2

    assert not desk.comment(tmp_path).failed
    (comment,) = desk.comments()
    assert comment["user"]["login"] == "github-actions[bot]"
    for told in ("LOG_LEVEL", "banking-staging", "restarts", "without secrets"):
        assert told in comment["body"]

    desk.put_back()
    again = desk.preview(tmp_path)
    assert (again.failed, again.known["exit-code"]) == (False, "0")
    assert not desk.comment(tmp_path).failed
    (comment,) = desk.comments()
    assert "Nothing would change" in comment["body"]


def test_a_mistake_fails_the_check_and_is_told(desk: Desk, tmp_path: Path) -> None:
    """With file and line, in the log for GitHub to show beside it, and in the comment."""
    edit(desk.fork, "Pulumi.yaml", "region: eu", "regoin: eu")
    preview = desk.preview(tmp_path)
    assert preview.failed
    assert preview.known["exit-code"] == "1"
    assert "::error" in preview.text
    assert "Pulumi.yaml" in preview.text
    assert not desk.comment(tmp_path).failed
    (comment,) = desk.comments()
    assert "regoin" in comment["body"]


def test_a_hostile_report_comes_out_harmless(desk: Desk, report_of: Path, tmp_path: Path) -> None:
    """Its names are shown as names, and where it goes is not its own word."""
    desk.preview(tmp_path)
    report = read_report(report_of.read_text())
    changes = (PropertyChange(HOSTILE, "update", HOSTILE, HOSTILE, origin="code"),)
    plan = report.stacks[0].plan
    assert plan is not None
    plan = replace(plan, steps=(Step("update", URN + HOSTILE, changes, "code"),))
    evil = replace(report, project="another", exit_code=2, stacks=(StackReport("staging", plan),), notes=(HOSTILE,))
    report_of.write_text(report_document(evil))
    known = len(desk.comments())
    assert not desk.comment(tmp_path).failed
    *_, comment = desk.comments()
    assert len(desk.comments()) == max(known, 1)
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(comment["body"])
    # In code GitHub mentions nobody and links nothing.
    outside = re.sub(r"<code>.*?</code>", "", shown, flags=re.DOTALL)
    for harm in ("<script", "<img", 'href="https://evil', " @practicalli", " #1"):
        assert harm not in outside
    assert "<script" not in shown


@pytest.mark.parametrize("left", ["", "{}", "[" * 5_000, "no json", None])
def test_a_preview_that_left_nothing_useful_is_told(
    desk: Desk, report_of: Path, tmp_path: Path, left: str | None
) -> None:
    """Not passed over: an older comment would look as if it still held."""
    shutil.rmtree(report_of.parent, ignore_errors=True)
    if left is not None:
        report_of.parent.mkdir()
        report_of.write_text(left)
    assert not desk.comment(tmp_path).failed
    *_, comment = desk.comments()
    assert "ended without a report" in comment["body"]
