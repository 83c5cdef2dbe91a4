"""A report as JUnit XML, as GitLab and CircleCI read it: a suite per environment, a case per finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from infra.model.finding import DRIFT, Finding
from infra.model.report import Report, StackReport
from infra.reports.cutting import Written, within
from infra.reports.escape import inert, lines_of, plain, prose
from infra.reports.ranking import gravity
from infra.reports.rows import finding_details
from infra.reports.words import Sharers, outcome, sharers, spoken, summary

MOST_CASES = 10_000
"""GitLab reads 30 MB; a case with its details stays below 3 kB."""
_LONGEST = 2_000
"""Characters of a case's details."""
Verdict = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True)
class _Case:
    suite: str
    name: str
    verdict: Verdict
    message: str = ""
    kind: str = ""
    lines: tuple[str, ...] = ()


def junit(report: Report) -> Written:
    """Drift and broken rules fail, what could not be verified is an error, what is acknowledged is skipped."""
    held = sharers(report)
    suites = [(stack.stack, list(_stack_cases(stack, held))) for stack in report.stacks]
    if report.findings:
        suites.append(("service", [_finding_case(finding, "service", held) for finding in report.findings]))
    kept, cut = _kept(suites)
    root = Element("testsuites", name=plain(f"twelvefold {report.verb} of {report.project}"))
    for number, (name, cases) in enumerate(kept):
        _write_suite(root, name, cases, report, number)
    _count(root, [case for _, cases in kept for case in cases])
    indent(root)
    return Written(f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n', cut)


def _stack_cases(stack: StackReport, held: Sharers) -> Iterator[_Case]:
    if stack.error:
        yield _Case(stack.stack, "run", "error", stack.error, "failed", tuple(lines_of(stack.error)))
    if stack.plan:
        yield _Case(stack.stack, "plan", "passed", lines=(summary(stack.plan),))
    for lost in stack.impact.data_loss if stack.impact else ():
        yield _Case(stack.stack, f"data loss: {lost}", "failure", f"Data would be lost: {lost}", "data-loss")
    yield from (_finding_case(finding, stack.stack, held) for finding in sorted(stack.findings, key=gravity))
    if not (stack.error or stack.plan or stack.findings):
        yield _Case(stack.stack, "as declared", "passed")


def _finding_case(finding: Finding, suite: str, held: Sharers) -> _Case:
    name = f"{finding.rule}: {finding.subject or '.'.join(map(str, finding.path))}"
    lines = tuple(inert(prose(spoken(words))) for words in finding_details(finding, finding.stack, held))
    return _Case(suite, name, _verdict(finding), finding.message, finding.kind, tuple(within(lines, _LONGEST)))


def _verdict(finding: Finding) -> Verdict:
    if finding.acknowledged:
        return "skipped"
    if finding.kind == "unverifiable":
        return "error"
    return "failure" if finding.kind in DRIFT or finding.level == "error" else "passed"


def _kept(suites: Sequence[tuple[str, list[_Case]]]) -> tuple[list[tuple[str, list[_Case]]], int]:
    """The suites with the gravest cases, and how many there were no room for."""
    every = [case for _, cases in suites for case in cases]
    if len(every) <= MOST_CASES:
        return list(suites), 0
    order = ("error", "failure", "skipped", "passed")
    kept = {id(case) for case in sorted(every, key=lambda case: order.index(case.verdict))[:MOST_CASES]}
    return [(name, [case for case in cases if id(case) in kept]) for name, cases in suites], len(every) - MOST_CASES


def _write_suite(root: Element, name: str, cases: list[_Case], report: Report, number: int) -> None:
    suite = SubElement(root, "testsuite", name=plain(name), id=str(number))
    suite.set("timestamp", report.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    suite.set("skipped", str(sum(case.verdict == "skipped" for case in cases)))
    suite.set("time", "0")
    _count(suite, cases)
    for case in cases:
        _write_case(suite, case)
    if number == 0:
        SubElement(suite, "system-out").text = prose(outcome(report))


def _count(element: Element, cases: Sequence[_Case]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.verdict == "failure" for case in cases)))
    element.set("errors", str(sum(case.verdict == "error" for case in cases)))


def _write_case(suite: Element, case: _Case) -> None:
    written = SubElement(suite, "testcase", classname=plain(case.suite), name=plain(case.name, 300), time="0")
    text = "\n".join(case.lines)
    if case.verdict != "passed":
        told = SubElement(written, case.verdict, message=prose(case.message), type=case.kind)
        told.text = text
    elif text or case.message:
        SubElement(written, "system-out").text = "\n".join(filter(None, (inert(prose(case.message)), text)))
