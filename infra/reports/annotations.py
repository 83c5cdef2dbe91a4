"""A report as GitHub workflow commands, which become annotations of the job: ten of each level at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from infra.model.finding import Finding
from infra.model.report import Report
from infra.reports.cutting import Written
from infra.reports.escape import command_property, command_text
from infra.reports.ranking import ranked_findings
from infra.reports.words import counted, outcome

MOST = 10
"""GitHub keeps the first ten errors, warnings and notices of a step each, and drops the rest silently."""
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


class _Annotation(NamedTuple):
    command: str
    title: str
    message: str
    file: str = ""
    line: int = 0

    def text(self) -> str:
        place = [f"file={command_property(self.file, 400)}"] if self.file else []
        place += [f"line={self.line}"] if self.file and self.line > 0 else []
        properties = ",".join([*place, f"title={command_property(self.title)}"])
        return f"::{self.command} {properties}::{command_text(self.message)}"


def workflow_commands(report: Report) -> Written:
    """The gravest of a report as workflow commands, a line each; what is more is told in one of them."""
    found = list(_found(report))
    lines: list[str] = []
    cut = 0
    for command in _COMMANDS.values():
        same = [one for one in found if one.command == command]
        kept = same if len(same) <= MOST else same[: MOST - 1]
        lines += [one.text() for one in kept]
        if len(same) > len(kept):
            more = len(same) - len(kept)
            cut += more
            lines.append(_Annotation(command, "More", f"{counted(more, f'more {command}')}; see the report.").text())
    return Written("".join(f"{line}\n" for line in lines), cut)


def _found(report: Report) -> Iterator[_Annotation]:
    for stack in report.stacks:
        if stack.error:
            yield _Annotation("error", f"{stack.stack} failed", stack.error, f"Pulumi.{stack.stack}.yaml", 1)
        for lost in stack.impact.data_loss if stack.impact else ():
            yield _Annotation("warning", f"{stack.stack}: data loss", f"Data would be lost: {lost}")
    for finding in ranked_findings(report.every_finding()):
        if finding.acknowledged is None:
            yield _annotation(finding)
    yield _Annotation("notice", f"Twelvefold {report.verb}", outcome(report))


def _annotation(finding: Finding) -> _Annotation:
    title = f"{finding.stack}: {finding.rule}" if finding.stack else finding.rule
    message = f"{finding.message}. {finding.suggestion}" if finding.suggestion else finding.message
    file = finding.file or (f"Pulumi.{finding.stack}.yaml" if finding.stack else "Pulumi.yaml")
    return _Annotation(_COMMANDS[finding.level], title, message, file, finding.line or 1)
