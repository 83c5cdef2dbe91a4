"""The verbs on a report that another run kept: show it in any format, and put it into the pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from infra.cli.formats import ReportFormat, ReportFormatOption, show_report
from infra.cli.show import say, tell
from infra.cli.stacks import here
from infra.errors import TwelvefoldError

if TYPE_CHECKING:
    from infra.model.report import Report

File = Annotated[Path, typer.Argument(metavar="FILE", help="A report, as --report FILE keeps it.")]
LARGEST_BYTES = 256_000_000


def report(file: File, format: ReportFormatOption = ReportFormat.text) -> None:
    """Show a report that another run kept; exit 0 whatever it says.

    Example: twelvefold report report.json --format markdown
    """
    show_report(_read(file), format)


def comment(
    file: Annotated[Path, typer.Option("--report", metavar="FILE", help="The report, as --report FILE kept it.")],
    repository: Annotated[str, typer.Option(help="owner/name; in CI it is known.")] = "",
    pull_request: Annotated[int, typer.Option(min=0, help="Its number; in CI it is known, or looked up.")] = 0,
    vendor: Annotated[str, typer.Option(help="github or gitlab; in CI it is known.")] = "",
) -> None:
    """Keep the one comment of a pull or merge request up to date with a report, which is taken as data.

    Example: twelvefold comment --report report.json --repository acme/shop --pull-request 12
    """
    import asyncio
    import os

    from infra.workflows.posting import Target, post_comment

    target = Target(_vendor(vendor), repository, pull_request)
    kept = asyncio.run(post_comment(_ours(file), os.environ, target, notice=tell))
    say(f"{kept.action}: {kept.url}")


def _vendor(said: str) -> Literal["", "github", "gitlab"]:
    if said not in ("", "github", "gitlab"):
        raise TwelvefoldError(f"there is no vendor {said!r}", todo="Known: github, gitlab.")
    return said  # type: ignore[return-value]  # one of the three


def _ours(file: Path) -> Report:
    """The report, under this project's own name; one that is missing or cannot be used is told as such."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from infra.workflows.fingerprinting import project_name
    from infra.workflows.secretless import missing_report

    project = here()
    try:
        # Which comment is ours depends on the project's name: a report does not choose it.
        return replace(_read(file), project=project_name(project))
    except TwelvefoldError as unusable:
        tell(unusable.text(), style="yellow")
        why = "the preview ended without a report: see its run"
        return missing_report(project, [], why, made_at=datetime.now(UTC))


def _read(file: Path) -> Report:
    from infra.reports.reading import read_report

    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise TwelvefoldError(f"larger than {LARGEST_BYTES:,} bytes", where=str(file))
        return read_report(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8"
        raise TwelvefoldError(f"the report cannot be read ({why})", where=str(file)) from None
