"""Names that somebody chose to do harm, made at the vendors by hand: an audit finds them, and shows them as names."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from infra.errors import CloudError
from infra.model.report import Report
from infra.reports.reading import read_report
from tests.journeys.checkout import Checkout
from tests.reports.hostile import NAMES
from tests.reports.test_html import assert_harmless as assert_harmless_page
from tests.reports.test_markdown import assert_harmless as assert_harmless_markdown

HUB, APP = "/api/v3/repos/practicalli/banking-on-clojure", "/apps/banking-staging"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"
# Half a character cannot be sent, and nothing with it comes from a vendor. Not all: each is a dozen calls.
CHOSEN = [name for name in NAMES if "\ud800" not in name][::2]
MARK = "\u2622"
"""Stands in every name, so that each format can be asked whether it tells of them at all."""
Body = dict[str, Any]


def hostile_calls(name: str, number: int) -> Iterator[tuple[str, str, str, Body]]:
    """Every call that takes a name or text of somebody's own choosing."""
    text = f"{MARK}{name}"
    key = f"{KEY}{number:042d}B"
    yield "github", "POST", f"{HUB}/keys", {"title": text, "key": key, "read_only": True}
    rules = {"target": "branch", "enforcement": "active", "rules": []}
    conditions = {"ref_name": {"include": [f"refs/heads/{text}"], "exclude": []}}
    yield "github", "POST", f"{HUB}/rulesets", {"name": text, **rules, "conditions": conditions}
    yield "github", "POST", f"{HUB}/hooks", {"config": {"url": f"https://evil.example/{text}"}, "events": ["push"]}
    yield "github", "PATCH", HUB, {"description": text}
    policy = {"deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True}}
    yield "github", "PUT", f"{HUB}/environments/e{number}", policy
    yield "github", "POST", f"{HUB}/environments/e{number}/deployment-branch-policies", {"name": text}
    hook = {"include": ["api:release"], "level": "notify", "url": f"https://evil.example/{text}"}
    yield "heroku", "POST", f"{APP}/webhooks", hook
    yield "heroku", "POST", f"{APP}/domains", {"hostname": f"{text}.evil.example", "sni_endpoint": None}
    yield "heroku", "POST", f"{APP}/collaborators", {"user": f"{text}@evil.example", "silent": True}
    yield "heroku", "POST", f"{APP}/releases", {"slug": "none", "description": text}
    yield "heroku", "PATCH", f"{APP}/config-vars", {f"V{number}": text}
    yield "heroku", "POST", f"{APP}/log-drains", {"url": f"https://evil.example/{text}"}


@pytest.fixture(scope="module")
def haunted(estate: Checkout) -> tuple[Checkout, Report]:
    """The estate with all of them, and the report of its audit."""
    taken = set()
    for number, name in enumerate(CHOSEN):
        for vendor, method, path, body in hostile_calls(name, number):
            # Many are refused, as the vendors refuse them.
            with contextlib.suppress(CloudError):
                estate.cloud.by_hand(vendor, method, path, body)
                taken.add((method, path.replace(str(number), "")))
    assert len(taken) >= 6, taken
    outcome = estate.twelvefold("drift", "--format", "json", "--report", "report.json")
    assert outcome.code == 2, outcome.text
    assert outcome.stdout.count(MARK) + outcome.stdout.count("\\u2622") > len(CHOSEN)
    return estate, read_report((estate.folder / "report.json").read_text())


def shown(checkout: Checkout, format: str) -> str:
    """The kept report in a format."""
    outcome = checkout.twelvefold("report", "report.json", "--format", format)
    assert outcome.code == 0, outcome.text
    return outcome.stdout


def test_formats_for_people(haunted: tuple[Checkout, Report]) -> None:
    """No markup, no link, no mention, no control character, no line of their own."""
    checkout, report = haunted
    text = shown(checkout, "text")
    assert MARK in text
    assert all(line.isprintable() and len(line) <= 80 for line in text.splitlines())
    markdown = shown(checkout, "markdown")
    assert MARK in markdown
    assert_harmless_markdown(markdown)
    assert_harmless_page(report)
    assert MARK in shown(checkout, "html")


def test_formats_for_machines(haunted: tuple[Checkout, Report]) -> None:
    """Well-formed whatever the names are, and nothing in them that a build obeys."""
    checkout, report = haunted
    assert len(json.loads(shown(checkout, "sarif"))["runs"][0]["results"]) == len(report.every_finding())
    assert ElementTree.fromstring(shown(checkout, "junit")).tag == "testsuites"  # noqa: S314 - our own
    for format in ("json", "sarif", "junit", "gitlab", "annotations"):
        for line in shown(checkout, format).splitlines():
            assert line.isprintable()
            assert "##[" not in line
            assert "##vso[" not in line
            assert not line.startswith("::") or line.startswith(("::warning ", "::error ", "::notice ")), line


def test_the_issue_and_what_is_put_to_people(haunted: tuple[Checkout, Report]) -> None:
    """The issue is harmless, commands to copy are quoted, and accepting them writes a file that can be read."""
    checkout, report = haunted
    kept = checkout.twelvefold("drift", "staging", "--issue")
    assert kept.code == 2, kept.text
    issues = checkout.cloud.by_hand("github", "GET", f"{HUB}/issues?state=open", None)
    (body,) = [issue["body"] for issue in issues if "Drift in staging" in issue["title"]]
    assert MARK in body
    ours = body[body.index("## Twelvefold drift") : body.index("<!-- twelvefold: everything below")]
    assert_harmless_markdown(ours)
    accepted = checkout.twelvefold("drift", "--accept", "--owner", "ada", "--reason", "a test")
    assert accepted.code == 0, accepted.text
    again = checkout.twelvefold("drift", "--format", "json")
    assert again.code == 0, again.text[-2000:]
    assert all("known" in str(one) or one["level"] == "note" or one["acknowledged"] for one in _findings(again.json()))
    assert len(_findings(again.json())) == len(report.every_finding())


def _findings(document: Any) -> list[Any]:
    return [*(one for stack in document["stacks"] for one in stack["findings"]), *document["findings"]]
