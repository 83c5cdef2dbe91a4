"""The pipeline's picture: boxes in their order, arrows between them, badges that fit."""

from __future__ import annotations

from infra.model.finding import Finding, Level
from infra.model.report import Picture, Report, StackReport
from infra.reports.pipeline import GAP, HEIGHT, WIDTH, drawings
from tests.reports.samples import CLEAN, DRIFT, FAILED, MADE_AT, PREVIEW


def test_a_pipeline_lies_and_stands() -> None:
    """For wide and for narrow screens, with an arrow from each box to the next."""
    abreast, upright = drawings(PREVIEW)
    assert (abreast.width, abreast.height) == (2 * WIDTH + GAP, HEIGHT)
    assert (upright.width, upright.height) == (WIDTH, 2 * HEIGHT + GAP)
    assert abreast.arrows == ((WIDTH, HEIGHT // 2, WIDTH + GAP, HEIGHT // 2),)
    assert upright.arrows == ((WIDTH // 2, HEIGHT, WIDTH // 2, HEIGHT + GAP),)


def test_what_a_box_says() -> None:
    """Apps, changes and findings; grave ones in a grave tone."""
    (staging, production) = drawings(PREVIEW)[0].boxes
    assert (staging.title, staging.apps, staging.state, staging.tone) == (
        "staging",
        ("banking-staging",),
        "3 changes",
        "warn",
    )
    assert production.apps == ("banking-production", "2 more apps")
    assert (production.state, production.tone) == ("5 changes", "bad")
    assert [badge.text for badge in production.badges] == ["1 error"]


def test_states() -> None:
    """A failure, no change, nothing planned."""
    assert [box.state for box in drawings(FAILED)[0].boxes] == ["no change", "failed"]
    assert [box.state for box in drawings(CLEAN)[0].boxes] == ["", ""]


def test_acknowledged_findings_are_not_counted() -> None:
    """Somebody answers for them."""
    badges = drawings(DRIFT)[0].boxes[1].badges
    assert [badge.text for badge in badges] == ["1 error", "3 warnings", "2 notes"]


def test_badges_that_do_not_fit_become_one() -> None:
    """In the tone of the gravest."""
    levels: tuple[Level, ...] = ("error", "warning", "note")
    findings = tuple(Finding("r", level, (), "m") for level in levels for _ in range(1_000))
    (box,) = drawings(Report("p", "drift", MADE_AT, 2, (StackReport("s", findings=findings),)))[0].boxes
    assert [(badge.level, badge.text) for badge in box.badges] == [("error", "3,000 findings")]


def test_many_stages_only_stand() -> None:
    """A row of them fits no screen; and nothing is drawn of nothing."""
    stacks = tuple(StackReport(f"s{number}", picture=Picture(f"s{number}", "review")) for number in range(5))
    (upright,) = drawings(Report("p", "drift", MADE_AT, 0, stacks))
    assert upright.upright
    assert [box.stage for box in upright.boxes] == ["review"] * 5
    assert drawings(Report("p", "drift", MADE_AT, 0)) == ()
