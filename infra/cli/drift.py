"""The verb that looks back: what is live and not what the code says, and the ways to deal with it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.formats import ReportFile, ReportFormat, ReportFormatOption, show_report
from infra.cli.show import Watcher, Working, ask, say, show_plans, show_summary, tell
from infra.cli.stacks import Names, Yes, here, open_records, open_stacks, stopping
from infra.errors import EXIT_CLEAN, TwelvefoldError

if TYPE_CHECKING:
    from infra.engine.recorded import Records
    from infra.model.finding import Finding
    from infra.model.plan import Plan
    from infra.model.project import Project
    from infra.workflows.drift import Audit
    from infra.workflows.fix import Refused
    from infra.workflows.stacks import Stacks

MaxAge = Annotated[
    str, typer.Option("--max-age", metavar="AGE", help="Believe what was read in the last 30m or 1h; 0 reads all anew.")
]
Issue = Annotated[bool, typer.Option("--issue", help="Keep one GitHub issue per environment up to date.")]
Fix = Annotated[bool, typer.Option("--fix", help="Put back what is declared, after showing it.")]
Remove = Annotated[
    bool, typer.Option("--remove-unmanaged", help="With --fix: also take away what nobody declares, but no data.")
]
Adopt = Annotated[bool, typer.Option("--adopt", help="Write what is live into the stack files, after showing it.")]
Accept = Annotated[bool, typer.Option("--accept", help="Answer for what is found: adds it to drift.yaml.")]


def drift(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Every stack; so it is when none is named.")] = False,
    format: ReportFormatOption = ReportFormat.text,
    report: ReportFile = None,
    max_age: MaxAge = "0",
    issue: Issue = False,
    fix: Fix = False,
    remove_unmanaged: Remove = False,
    adopt: Adopt = False,
    accept: Accept = False,
    owner: Annotated[str, typer.Option(help="With --accept: who answers for it.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="With --accept: until which day, 2027-01-31.")] = "",
    reason: Annotated[str, typer.Option(help="With --accept: why it may be so.")] = "",
    yes: Yes = False,
) -> int:
    """Compare what is declared, recorded and live; exit 2 on drift, 3 when something could not be read. Writes nothing.

    Example: twelvefold drift production --format html > drift.html
    """
    _refuse_together(fix, adopt, accept, remove_unmanaged, everything and bool(names))
    day, age = _day(until), _seconds(max_age)
    if not accept and (owner or until or reason):
        raise TwelvefoldError("--owner, --until and --reason go with --accept", todo="Add --accept.")
    if accept and not (owner and reason):
        raise TwelvefoldError("whoever accepts drift answers for it", todo="Add --owner NAME and --reason TEXT.")
    working = Working("Looking at what is live")
    project = here()
    records = open_records(project)
    found = _audited(project, records, names or [], working, age)
    show_report(found.report, format, report)
    if issue:
        _keep_issues(found)
    if accept:
        return _accept(found, owner, day, reason)
    if adopt:
        return _adopt(found, records, yes)
    if fix:
        return _fix(open_stacks(project, Watcher, working), found, remove_unmanaged, yes, working)
    return found.report.exit_code


def _refuse_together(fix: bool, adopt: bool, accept: bool, remove: bool, named_all: bool) -> None:
    if fix + adopt + accept > 1:
        raise TwelvefoldError("--fix, --adopt and --accept each do another thing", todo="Choose one.")
    if remove and not fix:
        raise TwelvefoldError("--remove-unmanaged goes with --fix", todo="Add --fix.")
    if named_all:
        raise TwelvefoldError("stacks are named, and --all too", todo="Leave one of them out.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise TwelvefoldError(f"{text!r} is no day", todo="Write it so: --until 2027-01-31.") from None


def _seconds(age: str) -> float:
    found = re.fullmatch(r"(\d{1,6})([smhd]?)", age.strip())
    if not found:
        raise TwelvefoldError(f"{age!r} is no age", todo="Write it so: --max-age 1h, or 30m.")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]


def _audited(project: Project, records: Records, names: list[str], working: Working, max_age: float = 0.0) -> Audit:
    import os

    from infra.workflows.drift import Around, audit
    from infra.workflows.surroundings import surroundings

    environ = {**os.environ, **records.environment}
    with working:
        around = Around(environ, say=working.show, max_age=max_age)
        return audit(project, names, records, around, surroundings(os.environ).origin)


def _keep_issues(found: Audit) -> None:
    import asyncio
    import os

    from infra.workflows.posting import post_issues

    repository = next((one.environment.service.repository for one in found.known.values()), "") or ""
    for stack, kept in asyncio.run(post_issues(found.report, os.environ, repository, notice=tell)).items():
        tell(f"{stack}: issue {kept.action} {kept.url}".rstrip())


def _open(found: Audit) -> list[Finding]:
    return [one for one in found.report.every_finding() if not one.acknowledged]


def _accept(found: Audit, owner: str, until: date | None, reason: str) -> int:
    from infra.workflows.acknowledgements import accept

    project = here()
    findings = _open(found)
    if not findings:
        tell("There is nothing to answer for.")
        return EXIT_CLEAN
    file = accept(project, findings, owner, until, reason)
    tell(f"{owner} answers for {len(findings)} findings now, in {file.name}: commit it.")
    return EXIT_CLEAN


def _adopt(found: Audit, records: Records, yes: bool) -> int:
    from infra.workflows.taking_over import take_over

    code = found.report.exit_code
    for adopted in take_over(here(), found, records):
        say(adopted.diff.rstrip("\n"))
        for refusal in adopted.refused:
            tell(f"Not taken over: {refusal.finding.message}: {refusal.why}", style="yellow")
        if not adopted.taken:
            continue
        if yes or ask(f"Write {adopted.file.name}?"):
            adopted.write()
            tell(f"{adopted.file.name} is written: review and commit it.")
            for command in adopted.imports:
                say(command)
            code = EXIT_CLEAN if not adopted.refused else code
    return code


def _fix(stacks: Stacks, found: Audit, remove: bool, yes: bool, working: Working) -> int:
    from infra.engine.command import interrupts
    from infra.workflows.fix import repair, repairs

    names = [one.stack for one in found.report.stacks if not one.error]
    with interrupts(stacks.command, stopping):
        with working:
            plans = stacks.preview(names, refresh=True)
        wanted = repairs(found, plans, remove=remove)
        show_plans(plans)
        for line in wanted.lines:
            say(f"  {line}")
        if not wanted.stacks:
            tell("There is nothing to put back.")
            return found.report.exit_code
        if not (yes or ask("Put it back?")):
            return found.report.exit_code
        with working:
            for outcome in repair(stacks, found, wanted):
                _show_outcome(outcome)
    again = _audited(stacks.project, open_records(stacks.project), names, working)
    show_report(again.report, ReportFormat.text)
    return again.report.exit_code


def _show_outcome(outcome: Plan | Refused) -> None:
    from infra.workflows.fix import Refused

    if isinstance(outcome, Refused):
        tell(f"Not taken away: {outcome.removal.text}: {outcome.why.text()}", style="yellow")
    else:
        show_summary(outcome)
