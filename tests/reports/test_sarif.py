"""SARIF as GitHub takes it: valid, stable identities, places, suppressions, within limits, harmless."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from infra.model.finding import Finding
from infra.model.report import Report, StackReport
from infra.model.rule import Rule
from infra.reports.sarif import MOST_RESULTS, sarif
from tests.reports.golden import check_golden
from tests.reports.hostile import NAMES, hostile_report, texts
from tests.reports.samples import DRIFT, FAILED, FINDINGS, MADE_AT, PREVIEW, SAMPLES

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(report: Report) -> dict[str, Any]:
    """The one run of a report's SARIF, which is valid."""
    document = json.loads(sarif(report).text)
    assert [fault.message for fault in VALIDATOR.iter_errors(document)] == []
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample, valid by the schema of OASIS."""
    run_of(SAMPLES[name])
    check_golden(f"{name}.sarif.json", sarif(SAMPLES[name]).text.replace(version("twelvefold"), "VERSION"))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_harmless(name: str) -> None:
    """Nothing unprintable, nothing a build log obeys, no path that leaves the repository."""
    run = run_of(hostile_report(name))
    text = sarif(hostile_report(name)).text
    assert all(line.isprintable() for line in text.splitlines())
    assert "##[" not in text
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not uri.startswith(("/", ".."))
        assert ":" not in uri.split("/")[0]


@given(texts)
def test_any_name_is_valid(name: str) -> None:
    """Whatever it is."""
    run_of(hostile_report(name))


def test_places() -> None:
    """The file and line that a finding names; else the first line of the stack's own file."""
    places = {
        result["message"]["text"].split("\n")[0]: result["locations"][0]["physicalLocation"]
        for result in run_of(DRIFT)["results"]
    }
    shared = places["staging and production share the secret SESSION_KEY"]
    assert (shared["artifactLocation"]["uri"], shared["region"]["startLine"]) == ("Pulumi.staging.yaml", 9)
    gone = places["production: add-on database of banking-production is gone, with what it held"]
    assert (gone["artifactLocation"]["uri"], gone["region"]["startLine"]) == ("Pulumi.production.yaml", 1)


def test_identities_are_stable_and_distinct() -> None:
    """The same finding has the same fingerprint in the next run, also with another message or line."""
    first = [result["partialFingerprints"]["twelvefold/v1"] for result in run_of(DRIFT)["results"]]
    changed = tuple(replace(finding, message="said otherwise", line=77) for finding in FINDINGS)
    again = replace(DRIFT, stacks=(DRIFT.stacks[0], replace(DRIFT.stacks[1], findings=changed)))
    assert [result["partialFingerprints"]["twelvefold/v1"] for result in run_of(again)["results"]] == first
    assert len(set(first)) == len(first)


def test_rules_carry_help_and_factors() -> None:
    """Each with a help text and at most ten tags, and each result points to its own."""
    run = run_of(DRIFT)
    rules = run["tool"]["driver"]["rules"]
    assert all(rule["help"]["text"] and len(rule["properties"]["tags"]) <= 10 for rule in rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    changed = next(rule for rule in rules if rule["id"] == "drift-changed")
    assert "factor 3: Config" in changed["properties"]["tags"]


def test_a_rule_is_explained_in_its_own_words() -> None:
    """Where the catalogue has it; its Markdown is ours."""
    text = "Put it back with `twelvefold drift --fix`."
    rule = Rule("drift-changed", "Config var was changed by hand", text, "note", 3)
    rules = json.loads(sarif(DRIFT, [rule]).text)["runs"][0]["tool"]["driver"]["rules"]
    changed = next(one for one in rules if one["id"] == "drift-changed")
    assert changed["shortDescription"]["text"] == "Config var was changed by hand"
    assert changed["help"] == {
        "text": "Put it back with twelvefold drift --fix.",
        "markdown": text,
    }
    assert changed["defaultConfiguration"]["level"] == "warning"


def test_acknowledged_findings_are_suppressed() -> None:
    """With who answers for them; the others are not."""
    suppressed = [result["suppressions"] for result in run_of(DRIFT)["results"] if "suppressions" in result]
    assert suppressed == [
        [{"kind": "external", "status": "accepted", "justification": "ada until 2026-12-31: on call until the move"}]
    ]


def test_runs_of_different_verbs_do_not_overwrite_each_other() -> None:
    """A preview and an audit are different analyses."""
    assert run_of(DRIFT)["automationDetails"]["id"] == "twelvefold/drift/banking-on-clojure/"
    assert run_of(PREVIEW)["automationDetails"]["id"] == "twelvefold/preview/banking-on-clojure/"


def test_a_failure_is_a_notification() -> None:
    """And the run was not successful."""
    (invocation,) = run_of(FAILED)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "production failed" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_limits_are_kept_by_gravity() -> None:
    """Of 30,000 findings the 5,000 gravest are kept, and the rest is counted."""
    notes = tuple(Finding(f"rule-{number % 40}", "note", (number,), "x" * 300) for number in range(29_990))
    errors = tuple(Finding("grave", "error", (number,), "y") for number in range(10))
    report = Report("p", "drift", MADE_AT, 2, (StackReport("s", findings=notes + errors),))
    written = sarif(report)
    run = json.loads(written.text)["runs"][0]
    assert len(run["results"]) == MOST_RESULTS
    assert written.cut == 25_000
    assert [result["ruleId"] for result in run["results"][:10]] == ["grave"] * 10
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"] == "25,000 more findings not shown"
    assert len(written.text.encode()) < 10_000_000
