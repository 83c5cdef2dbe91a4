"""Reports of thousands of rows, told by the command line to every format and into a crowded pull request."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from infra.model.estate import Cause, Subject
from infra.model.finding import FieldDifference, Finding
from infra.model.report import Report, StackReport
from infra.reports.document import report_document
from tests.journeys.checkout import Checkout, make_checkout
from tests.reports.large import LARGE
from tests.reports.samples import MADE_AT

REPOSITORY, COUNT, COMMENTS = "practicalli/banking-on-clojure", 5_000, 300
MOST_SECONDS_OF_WORK = 20.0
COMMENT_CHARACTERS, SUMMARY_BYTES = 65_536, 1024 * 1024


def _finding(number: int) -> Finding:
    name = f"KEY_{number}"
    return Finding(
        "config-var-changed",
        "warning",
        (),
        f"the config var {name} of app-{number % 100} was changed by hand",
        "Put it back: twelvefold drift staging --fix; or keep it: twelvefold drift staging --adopt",
        "changed",
        "staging",
        Subject("heroku", "config-var", f"app-{number % 100}", name),
        (FieldDifference("value", "secret 1f2e3d4c5b6a", "secret 1f2e3d4c5b6a", "secret 9a8b7c6d5e4f", True),),
        Cause("pat@example.com", MADE_AT, f"release v{number}: Set {name} config vars", number),
        "declared",
        3,
    )


DRIFT = Report(
    "banking-on-clojure", "drift", MADE_AT, 2, (StackReport("staging", findings=tuple(map(_finding, range(COUNT)))),)
)
REPORTS = {"drift": DRIFT, "preview": replace(LARGE, exit_code=2)}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout, and a pull request with hundreds of comments; nothing was deployed."""
    checkout = make_checkout(tmp_path_factory.mktemp("crowded") / "service")
    checkout.start_cloud()
    try:
        github = f"{checkout.environment['GITHUB_BASE_URL']}api/v3/repos/{REPOSITORY}"
        headers = {"Authorization": f"Bearer {checkout.environment['GITHUB_TOKEN']}"}
        with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
            main = client.get(f"{github}/git/ref/heads/main").json()["object"]["sha"]
            client.post(f"{github}/git/refs", json={"ref": "refs/heads/change", "sha": main}).raise_for_status()
            wish = {"message": "change", "tree": "0" * 40, "parents": [main]}
            commit = client.post(f"{github}/git/commits", json=wish).json()["sha"]
            client.patch(f"{github}/git/refs/heads/change", json={"sha": commit}).raise_for_status()
            pull = {"title": "A change", "head": "change", "base": "main"}
            client.post(f"{github}/pulls", json=pull).raise_for_status()
            for number in range(COMMENTS):
                said = client.post(f"{github}/issues/1/comments", json={"body": f"remark {number}"})
                said.raise_for_status()
        for name, report in REPORTS.items():
            (checkout.folder / f"{name}.json").write_text(report_document(report))
        yield checkout
    finally:
        checkout.cloud.stop()


def shown(checkout: Checkout, name: str, format: str) -> str:
    """A report in a format, from the command line, with a bounded amount of work."""
    before = _worked()
    outcome = checkout.twelvefold("report", f"{name}.json", "--format", format)
    assert outcome.code == 0, outcome.text
    assert _worked() - before < MOST_SECONDS_OF_WORK
    return outcome.stdout


def _worked() -> float:
    """How long processors have worked for the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", REPORTS)
def test_every_format_takes_it(crowded: Checkout, name: str) -> None:
    """Whole where the place takes it whole, else cut to what the place takes, saying so."""
    summary = shown(crowded, name, "markdown")
    assert len(summary.encode()) < SUMMARY_BYTES
    assert ("Cut to what fits here" in summary) == (name == "drift")
    text = shown(crowded, name, "text")
    assert max(map(len, text.splitlines())) <= 80
    assert len(text.splitlines()) > COUNT
    assert json.loads(shown(crowded, name, "json"))["exit_code"] == 2
    results = json.loads(shown(crowded, name, "sarif"))["runs"][0]["results"]
    assert len(results) == (COUNT if name == "drift" else len(LARGE.findings))
    cases = ElementTree.fromstring(shown(crowded, name, "junit"))  # noqa: S314 - our own
    assert len(cases.findall(".//testcase")) >= COUNT if name == "drift" else cases.tag == "testsuites"
    assert len(shown(crowded, name, "annotations").splitlines()) <= 50
    assert set(json.loads(shown(crowded, name, "gitlab"))) == {"create", "update", "delete"}
    page = shown(crowded, name, "html")
    assert page.count("<article") == (COUNT if name == "drift" else len(LARGE.findings))


@pytest.mark.parametrize("name", REPORTS)
def test_one_comment_among_hundreds(crowded: Checkout, name: str) -> None:
    """Found again behind three full pages of others, within GitHub's limit, and it says what was left out."""

    def comments() -> list[dict[str, str]]:
        path = f"/api/v3/repos/{REPOSITORY}/issues/1/comments?per_page=100&page={COMMENTS // 100 + 1}"
        found: list[dict[str, str]] = crowded.cloud.by_hand("github", "GET", path, None)
        return found

    before = len(comments())
    for _ in range(2):
        target = ("--repository", REPOSITORY, "--pull-request", "1")
        outcome = crowded.twelvefold("comment", "--report", str(Path(f"{name}.json")), *target)
        assert outcome.code == 0, outcome.text
    assert len(comments()) <= before + 1
    body = comments()[-1]["body"]
    assert len(body) <= COMMENT_CHARACTERS
    assert "Cut to what fits here" in body
