"""Every way to write a report, and where it goes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.show import console, say
from infra.errors import TwelvefoldError

if TYPE_CHECKING:
    from infra.model.report import Report
    from infra.reports.cutting import Written

STYLES = {"+": "green", "~": "yellow", "±": "magenta", "-": "red"}


class ReportFormat(StrEnum):
    """How a report is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"
    sarif = "sarif"
    junit = "junit"
    gitlab = "gitlab"
    annotations = "annotations"


ReportFormatOption = Annotated[ReportFormat, typer.Option("--format", "-f", help="How the report is written.")]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Also keep the report as JSON in this file.")
]


def written(report: Report, format: ReportFormat, *, whole: bool = False) -> Written:
    """The report in a format, and how much of it was cut; with ``whole`` long values show whole on a terminal too."""
    from infra.reports import cutting

    match format:
        case ReportFormat.text:
            from infra.reports.terminal import WIDTH, report_text

            return cutting.Written(report_text(report, width=max(WIDTH, console().width), whole=whole))
        case ReportFormat.json:
            from infra.reports.document import report_document

            return cutting.Written(report_document(report))
        case ReportFormat.markdown:
            from infra.reports.markdown import step_summary

            return step_summary(report)
        case ReportFormat.html:
            from infra.reports.html import html

            return cutting.Written(html(report))
        case _:
            return _for_machines(report, format)


def _for_machines(report: Report, format: ReportFormat) -> Written:
    from infra.reports.annotations import workflow_commands
    from infra.reports.cutting import Written
    from infra.reports.gitlab import terraform_report
    from infra.reports.junit import junit
    from infra.reports.sarif import sarif

    if format is ReportFormat.gitlab:
        return Written(terraform_report(report))
    writers = {
        ReportFormat.sarif: sarif,
        ReportFormat.junit: junit,
        ReportFormat.annotations: workflow_commands,
    }
    return writers[format](report)


def show_report(report: Report, format: ReportFormat, file: Path | None = None, *, whole: bool = False) -> Written:
    """Write a report to standard output, and as JSON to ``file``; returns what was shown, and how much was cut."""
    if file is not None:
        _keep(report, file)
    result = written(report, format, whole=whole)
    if format is ReportFormat.text:
        for line in result.text.splitlines():
            say(line, style=STYLES.get(line.strip()[:1], "") if line.startswith("  ") else "")
    else:
        say(result.text.rstrip("\n"))
    return result


def _keep(report: Report, file: Path) -> None:
    from infra.reports.document import report_document

    write_file(file, report_document(report) + "\n")


def write_file(file: Path, text: str) -> None:
    """Write a file whole; a place that cannot be written to is the person's error."""
    try:
        file.write_text(text)
    except OSError as fault:
        raise TwelvefoldError(f"cannot be written ({fault.strerror})", where=str(file)) from None
