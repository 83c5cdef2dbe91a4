"""The verb that looks ahead: preview, and saving what it saw for an approval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.formats import ReportFile, ReportFormat, ReportFormatOption, show_report, write_file
from infra.cli.show import QuietWatcher, Working, tell
from infra.cli.snapshot import Snapshot, preview_without_secrets
from infra.cli.stacks import Names, Refresh, checked_stacks, here, open_stacks, stopping
from infra.errors import NotApproved

if TYPE_CHECKING:
    from infra.model.project import Project
    from infra.model.report import Report
    from infra.reports.cutting import Written
    from infra.workflows.previewing import Foresight

Save = Annotated[
    Path | None,
    typer.Option(
        "--save", metavar="FILE", help="Save what is seen, to be approved: up --approved FILE. Looks at what is live."
    ),
]


def preview(
    names: Names = None,
    refresh: Refresh = False,
    format: ReportFormatOption = ReportFormat.text,
    report: ReportFile = None,
    save: Save = None,
    snapshot: Snapshot = None,
) -> int:
    """Show what up would change, why and how far it reaches; exit 2 when something would, 1 when a stack failed.

    Example: twelvefold preview staging production --refresh
    """
    import os
    import time

    from infra.engine.command import interrupts
    from infra.workflows.previewing import foresee, report_on
    from infra.workflows.surroundings import surroundings

    project, began = here(), time.monotonic()
    if snapshot is not None:
        if refresh or save is not None:
            raise NotApproved("what was seen without secrets cannot be approved", todo="Leave out --snapshot.")
        found = preview_without_secrets(project, names or [], snapshot)
        show_report(found, format, report)
        return found.exit_code
    _, ordered = checked_stacks(project, names)
    working = Working(f"Previewing {', '.join(ordered)}")
    stacks = open_stacks(project, QuietWatcher, working)
    with interrupts(stacks.command, stopping), working:
        foresight = foresee(stacks, ordered, os.environ, refresh=refresh or save is not None, live=save is not None)
        found = report_on(project, foresight, os.environ, origin=surroundings(os.environ).origin, began=began)
    shown = show_report(found, format, report, whole=save is not None)
    if save is not None:
        _save(project, foresight, found, shown, save)
    return found.exit_code


def _save(project: Project, foresight: Foresight, report: Report, shown: Written, file: Path) -> None:
    from infra.workflows.approval import cut_text, save
    from infra.workflows.binding import Now, readable_name, unreadable
    from infra.workflows.fingerprinting import project_name

    if not foresight.lasting:
        raise NotApproved("an approval needs the project's passphrase", todo="Set PULUMI_CONFIG_PASSPHRASE.")
    if any(one.preview is None for one in foresight.stacks):
        tell("Not saved: a stack failed.", style="yellow")
        return
    stacks = {one.stack: Now(one.preview, one.recorded.version, one.live) for one in foresight.stacks if one.preview}
    seen = [shown, *_as_comment(report)]
    cut, values = sum(one.cut for one in seen), sorted({name for one in seen for name in one.values})
    text = save(
        project_name(project),
        stacks,
        foresight.fingerprints,
        refreshed=foresight.refreshed,
        commit=report.origin.commit,
        cut=cut,
        values=values,
    )
    write_file(file, text)
    dark = {part: why for one in stacks.values() if one.live for part, why in unreadable(one.live).items()}
    for part, why in sorted(dark.items()):
        tell(f"Could not be read, so an approval does not cover it: {readable_name(part)} ({why})", style="yellow")
    if cut:
        tell(f"Saved, but it cannot be approved: {cut_text(cut, values)}.", style="yellow")
    else:
        tell(f"Saved. Once it is approved: twelvefold up {' '.join(stacks)} --approved {file}")


def _as_comment(report: Report) -> list[Written]:
    """The comment on a pull request, where there is one: there people approve what they see."""
    from infra.reports.cutting import GITHUB_COMMENT
    from infra.reports.markdown import markdown

    return [markdown(report, GITHUB_COMMENT)] if report.origin.pull_request else []
