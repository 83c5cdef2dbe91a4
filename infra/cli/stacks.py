"""The verbs on stacks: check, up, destroy, and the schema of their files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.formats import ReportFormat, show_report
from infra.cli.show import (
    Format,
    QuietWatcher,
    Watcher,
    Working,
    ask,
    progress,
    say,
    show_plans,
    show_summary,
    tell,
)
from infra.errors import EXIT_CLEAN, EngineError, TwelvefoldError

if TYPE_CHECKING:
    from infra.engine.command import EngineCommand
    from infra.engine.recorded import Records
    from infra.model.plan import Plan
    from infra.model.project import Project
    from infra.workflows.check import Checked
    from infra.workflows.stacks import Stacks

Names = Annotated[list[str] | None, typer.Argument(metavar="STACK", help="Stacks; left out, all of them.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="text for people, json for machines.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Refresh = Annotated[bool, typer.Option("--refresh", help="Look at what is live first.")]


def here() -> Project:
    """The project that this folder is in."""
    from infra.model.project import find_project

    return find_project(Path.cwd())


def checked_stacks(project: Project, names: list[str] | None) -> tuple[Checked, list[str]]:
    """Everything checked, and the stacks in the order of promotion."""
    from infra.workflows.check import check as check_stacks

    checked = check_stacks(project, names or [])
    return checked, [environment.stack for environment in checked.environments]


def open_stacks(project: Project, watcher: type[Watcher], working: Working) -> Stacks:
    """The composition root of every verb that needs the engine."""
    import os

    from infra.engine.command import EngineCommand
    from infra.engine.install import ensure_engine
    from infra.engine.state import state_environment
    from infra.workflows.stacks import Stacks

    found = ensure_engine(progress())
    environment = {**found.environment(), **state_environment(project.folder, os.environ)}
    command = EngineCommand(found.pulumi, found.version, environment)
    return Stacks(project, command, lambda stack: watcher(stack, working))


def open_records(project: Project) -> Records:
    """The states; the engine itself is only looked for where it is needed to read them."""
    import os

    from infra.engine.late import LateCommand
    from infra.engine.recorded import Records
    from infra.engine.state import state_environment

    def command() -> EngineCommand:
        return open_stacks(project, QuietWatcher, Working("Reading the state")).command

    records = Records(LateCommand(command, state_environment(project.folder, os.environ)), project.folder)
    records.begin(project.stacks)
    return records


def check(names: Names = None, format: FormatOption = Format.text) -> int:
    """Check the stack files, without an engine, a passphrase or a network.

    Example: twelvefold check production
    """
    checked, _ = checked_stacks(here(), names)
    if format is Format.json:
        from infra.reports.document import checked_document

        apps_of = {found.stack: [app.name for app in found.apps.values()] for found in checked.environments}
        say(checked_document(apps_of, checked.remarks))
        return EXIT_CLEAN
    for remark in checked.remarks:
        tell(remark.text(), style="yellow")
    for environment in checked.environments:
        apps = ", ".join(app.name for app in environment.apps.values())
        say(f"{environment.stack}: fine ({apps})")
    return EXIT_CLEAN


def up(
    names: Names = None,
    yes: Yes = False,
    refresh: Refresh = False,
    recover: Annotated[bool, typer.Option("--recover", help="First find what a run that was killed has made.")] = False,
    approved: Annotated[
        Path | None, typer.Option("--approved", metavar="FILE", help="Apply exactly what preview --save saved there.")
    ] = None,
    format: FormatOption = Format.text,
) -> int:
    """Make what is live what the code declares, stack by stack in the order of promotion.

    Example: twelvefold up staging --yes
    """
    from infra.engine.command import interrupts
    from infra.reports.document import plans_document

    if approved and (refresh or recover):
        raise TwelvefoldError("an approval says itself what is looked at", todo="Leave out --refresh and --recover.")
    project = here()
    _, ordered = checked_stacks(project, names)
    working = Working(f"Bringing up {', '.join(ordered) if names or not approved else 'what was approved'}")
    stacks = open_stacks(project, Watcher, working)

    def one_by_one() -> Iterator[Plan]:
        for name in ordered:
            if yes or _agreed(stacks, name, refresh):
                with working:
                    plan = _recovered(stacks, name) if recover else stacks.up([name], refresh=refresh)[0]
                yield plan

    plans = []
    with interrupts(stacks.command, stopping):
        for plan in _up_approved(stacks, approved, names, working) if approved else one_by_one():
            plans.append(plan)
            if format is Format.text:
                show_summary(plan)
                _show_outputs(plan)
    if format is Format.json:
        say(plans_document(plans, EXIT_CLEAN))
    return EXIT_CLEAN


def destroy(
    names: Annotated[list[str] | None, typer.Argument(metavar="STACK", help="Which stacks.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every stack.")] = False,
    yes: Yes = False,
    unprotect: Annotated[bool, typer.Option("--unprotect", help="Also what is protected (production's data).")] = False,
    format: FormatOption = Format.text,
) -> int:
    """Delete everything that the stacks declared, last stage first.

    Example: twelvefold destroy staging
    """
    from infra.engine.command import interrupts
    from infra.reports.document import plans_document

    project = here()
    if not names and not everything:
        raise TwelvefoldError("which stack?", todo=f"Name it, or say --all. Stacks: {', '.join(project.stacks)}")
    _, ordered = checked_stacks(project, names)
    working = Working(f"Destroying {', '.join(ordered)}")
    stacks = open_stacks(project, Watcher, working)
    plans = []
    with interrupts(stacks.command, stopping):
        if not yes:
            show_plans(stacks.preview_destroy(ordered))
            if not ask(f"Destroy {', '.join(ordered)}?"):
                return EXIT_CLEAN
        with working:
            plans = stacks.destroy(ordered, unprotect=unprotect)
    if format is Format.json:
        say(plans_document(plans, EXIT_CLEAN))
    else:
        for plan in plans:
            show_summary(plan)
    return EXIT_CLEAN


def schema() -> None:
    """Print the JSON Schema of the stack files, for editors.

    Example: twelvefold schema > docs/schema/stackfile.json
    """
    from infra.workflows.schema import schema as stackfile_schema

    sys.stdout.write(stackfile_schema())


def demo() -> None:
    """Bring staging and production up in a local cloud, and show what the tool is for.

    Example: KEEP=1 twelvefold demo
    """
    import os

    from infra.workflows.demo import Stage
    from infra.workflows.demo import demo as play

    working = Working("working")
    title = partial(say, style="bold")
    stage = Stage(lambda text: title(f"\n== {text}"), lambda plan: show_plans([plan]), show_summary, say, working)
    play(here(), lambda project: open_stacks(project, Watcher, working), stage, keep=os.environ.get("KEEP") == "1")


def _recovered(stacks: Stacks, name: str) -> Plan:
    import os

    from infra.workflows.recover import recover

    return recover(stacks, name, os.environ)


def _agreed(stacks: Stacks, name: str, refresh: bool) -> bool:
    import os

    from infra.workflows.previewing import preview_report

    report = preview_report(stacks, [name], os.environ, refresh=refresh)
    if report.stacks[0].error:
        raise EngineError(report.stacks[0].error)
    show_report(report, ReportFormat.text)
    return report.exit_code == EXIT_CLEAN or ask(f"Update {name}?")


def _up_approved(stacks: Stacks, file: Path, names: list[str] | None, working: Working) -> Iterator[Plan]:
    """Exactly what was approved: the approval is the yes, and names the stacks unless they are named here."""
    import os

    from infra.workflows.applying import open_approval, up_approved

    saved, fingerprints = open_approval(stacks, file, os.environ)
    _, ordered = checked_stacks(stacks.project, names or list(saved.stacks))
    plans = up_approved(stacks, saved, fingerprints, ordered, os.environ)
    while True:
        with working:
            plan = next(plans, None)
        if plan is None:
            return
        yield plan


def _show_outputs(plan: Plan) -> None:
    from infra.reports.terminal import table, value_text

    rows = [("  " + key, value_text(value)) for key, value in sorted(plan.outputs.items())]
    if rows:
        say(table(rows))


def stopping(times: int) -> None:
    """Say what an interrupt does."""
    tell("Stopping when what runs is done; once more to stop at once." if times == 1 else "Stopping now.")
