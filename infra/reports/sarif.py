"""A report's findings as SARIF 2.1.0, for code scanning: stable rules and identities, within GitHub's limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from infra.model.finding import DRIFT, Finding
from infra.model.report import Report, StackReport
from infra.model.rule import Rule
from infra.reports.cutting import Written, within
from infra.reports.escape import json_text, plain, prose
from infra.reports.ranking import loses_data, ranked_findings
from infra.reports.rows import finding_details
from infra.reports.words import Sharers, counted, factor_text, sharers, spoken

MOST_RESULTS = 5_000
"""GitHub takes 25,000 results of a run and shows the 5,000 gravest; more would only be dropped there, unsaid."""
_LONGEST = 4_000
"""Characters of a finding's details."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RANKS = {"error": 80.0, "warning": 50.0, "note": 20.0}
_KINDS = {
    "rule": "The stack files break a rule of the service.",
    "changed": "What is live differs from what is declared.",
    "missing": "Something that is declared does not exist.",
    "unmanaged": "Something exists that no code declares.",
    "unverifiable": "Something could not be read, so nobody knows whether it is as declared.",
    "pending": "Code that is not applied yet.",
}
_HELP = {
    "rule": "Change the stack file as the finding says.",
    "changed": "Put back what is declared (`twelvefold drift --fix`), or take it over (`twelvefold drift --adopt`).",
    "missing": "Make it anew with `twelvefold up`, or take its declaration away.",
    "unmanaged": "Declare it, acknowledge it, or remove it by hand.",
    "unverifiable": "Grant the permission that the finding names, or acknowledge it.",
    "pending": "Apply the code with `twelvefold up`.",
}


def sarif(report: Report, rules: Iterable[Rule] = ()) -> Written:
    """The findings as one SARIF run; acknowledged ones are suppressed, failed environments are notifications.

    ``rules`` explain findings by their id; one without a rule is explained by its class.
    """
    ranked = ranked_findings(report.every_finding())
    kept = ranked[:MOST_RESULTS]
    gravest = {_rule_id(finding): finding for finding in reversed(kept)}
    numbers = {rule: index for index, rule in enumerate(sorted(gravest))}
    known = {rule.id: rule for rule in rules}
    held = sharers(report)
    run = {
        "tool": {"driver": {**_driver(), "rules": [_rule(gravest[id], known.get(id)) for id in sorted(gravest)]}},
        "automationDetails": {"id": f"twelvefold/{report.verb}/{_id(report.project)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, len(ranked) - len(kept))],
        "results": [_result(finding, numbers[_rule_id(finding)], held) for finding in kept],
        **_provenance(report),
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return Written(json_text(json.dumps(document, indent=1, ensure_ascii=False)), len(ranked) - len(kept))


def _driver() -> dict[str, Any]:
    return {"name": "Twelvefold", "semanticVersion": version("twelvefold")}


def _id(text: str) -> str:
    """A name as part of an identity that holds slashes."""
    return plain(text, 100).replace("/", "-")


def _rule(finding: Finding, rule: Rule | None) -> dict[str, Any]:
    """A rule in its own words, else in those of its class; as grave as the gravest finding of it."""
    title, text = (rule.title, rule.help) if rule else (_KINDS[finding.kind], _HELP[finding.kind])
    return {
        "id": _rule_id(finding),
        "shortDescription": {"text": title},
        "fullDescription": {"text": text.replace("`", "")},
        "help": {"text": text.replace("`", ""), "markdown": text},
        "defaultConfiguration": {"level": finding.level},
        "properties": {
            "tags": list(_tags(finding)),
            "problem.severity": {"note": "recommendation"}.get(finding.level, finding.level),
            "precision": "very-high",
        },
    }


def _rule_id(finding: Finding) -> str:
    return plain(finding.rule or finding.kind)


def _tags(finding: Finding) -> Iterator[str]:
    """At most ten, which is what GitHub keeps."""
    yield finding.kind
    if finding.kind in DRIFT:
        yield "drift"
    if finding.factor:
        yield f"factor-{finding.factor}"
        yield factor_text(finding.factor)
    if finding.subject:
        yield finding.subject.vendor


def _result(finding: Finding, index: int, held: Sharers) -> dict[str, Any]:
    details = [prose(spoken(words)) for words in finding_details(finding, finding.stack, held)]
    result: dict[str, Any] = {
        "ruleId": _rule_id(finding),
        "ruleIndex": index,
        "level": finding.level,
        "kind": "fail",
        "message": {"text": "\n".join([_sentence(finding), *within(details, _LONGEST)])},
        "locations": [_location(finding)],
        "partialFingerprints": {"twelvefold/v1": hashlib.sha256(_bytes(finding.identity)).hexdigest()},
        "rank": 100.0 if loses_data(finding) else _RANKS[finding.level],
        "properties": {"class": finding.kind, "stack": plain(finding.stack), "owner": finding.owner},
    }
    known = finding.acknowledged
    if known:
        until = f" until {known.until}" if known.until else ""
        justification = prose(f"{known.owner}{until}: {known.reason}")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result


def _sentence(finding: Finding) -> str:
    where = f"{plain(finding.stack)}: " if finding.stack else ""
    return f"{where}{prose(finding.message)}"


def _location(finding: Finding) -> dict[str, Any]:
    file = finding.file or (f"Pulumi.{finding.stack}.yaml" if finding.stack else "Pulumi.yaml")
    physical = {"artifactLocation": {"uri": _uri(file)}, "region": {"startLine": max(finding.line, 1)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.subject:
        name = plain(str(finding.subject), 400)
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    return location


def _uri(file: str) -> str:
    """A path as a relative address within the repository, whatever it holds."""
    parts = [part for part in file.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return quote("/".join(plain(part) for part in parts)) or "Pulumi.yaml"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _invocation(report: Report, cut: int) -> dict[str, Any]:
    said = [_notification(f"{plain(stack.stack)} failed: {prose(stack.error)}") for stack in _failed(report)]
    if cut:
        said.append(_notification(f"{counted(cut, 'more finding')} not shown", "warning"))
    invocation: dict[str, Any] = {
        "executionSuccessful": not any(True for _ in _failed(report)),
        "exitCode": report.exit_code,
        "endTimeUtc": report.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {**invocation, "toolExecutionNotifications": said} if said else invocation


def _failed(report: Report) -> Iterator[StackReport]:
    return (stack for stack in report.stacks if stack.error)


def _notification(text: str, level: str = "error") -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


def _provenance(report: Report) -> dict[str, Any]:
    """The code it was made of, where that is known; GitHub has its own word on the commit."""
    properties = {"made_at": report.made_at.isoformat(), "commit": plain(report.origin.commit, 64)}
    return {"properties": properties}
