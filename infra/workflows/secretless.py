"""The report of a pull request that has no secrets: each stack's preview without them, or why there is none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime

from infra.errors import EXIT_CHANGES, EXIT_CLEAN, EXIT_ERROR, InputError, TwelvefoldError
from infra.model.environment import Environment
from infra.model.finding import Finding
from infra.model.plan import Diagnostic
from infra.model.project import Project
from infra.model.published import PublishedStack, PublishedState
from infra.model.report import HERE, Origin, Report, StackReport
from infra.rules.impact import impact
from infra.rules.uses import changed_names, find_uses
from infra.workflows.check import check
from infra.workflows.dry import dry_preview
from infra.workflows.fingerprinting import project_name
from infra.workflows.previewing import ci_files
from infra.workflows.read import choose_stacks

WITHOUT = "Made without secrets, engine and vendors: what somebody changed by hand since then does not show."


def secretless_report(
    project: Project,
    names: list[str],
    published: PublishedState | None,
    *,
    made_at: datetime,
    origin: Origin = HERE,
) -> Report:
    """What ``up`` would change in each stack, compared with what main has published; asks nobody anything."""
    began = time.monotonic()
    try:
        environments = check(project, names).environments
        texts = ci_files(project.folder)
        stacks = tuple(_stack_report(project, one, published, texts) for one in environments)
        findings: tuple[Finding, ...] = ()
    except InputError as wrong:
        stacks, findings = _unusable(project, names, wrong)
    return Report(
        project=project_name(project),
        verb="preview",
        made_at=made_at,
        exit_code=_exit_code(stacks),
        stacks=stacks,
        findings=findings,
        origin=origin,
        notes=(WITHOUT, _compared(published)),
        seconds=time.monotonic() - began,
    )


def _stack_report(
    project: Project, environment: Environment, published: PublishedState | None, texts: Mapping[str, str]
) -> StackReport:
    known = published.stacks.get(environment.stack) if published else None
    try:
        preview = dry_preview(project, environment, known or PublishedStack())
    except TwelvefoldError as error:
        return StackReport(environment.stack, error=error.text())
    reach = impact(preview, published.prices if published else None, find_uses(texts, changed_names(preview)))
    refused = dict.fromkeys(_about(said) for said in preview.plan.diagnostics if said.severity == "error")
    return StackReport(environment.stack, preview.plan, reach, error="; ".join(refused))


def _about(said: Diagnostic) -> str:
    name = said.urn.rpartition("::")[2]
    return f"{name}: {said.message}" if name else said.message


def _unusable(
    project: Project, names: list[str], wrong: InputError
) -> tuple[tuple[StackReport, ...], tuple[Finding, ...]]:
    """Nothing can be previewed; every problem of the files is a finding at its line."""
    findings = tuple(
        Finding(
            "stack-file",
            "error",
            tuple(one.path.split(".")) if one.path else (),
            f"{one.path}: {one.message}" if one.path else one.message,
            one.suggestion,
            file=one.file,
            line=one.line,
        )
        for one in wrong.problems
    )
    why = f"{len(findings)} problems in the stack files" if len(findings) > 1 else "a problem in the stack files"
    return tuple(StackReport(name, error=why) for name in choose_stacks(project, names)), findings


def _compared(published: PublishedState | None) -> str:
    if published is None:
        return "No snapshot is published yet, so everything that the code declares shows as new."
    commit = f" at {published.commit[:12]}" if published.commit else ""
    return f"Compared with what main had applied{commit} on {published.made_at:%Y-%m-%d %H:%M} UTC."


def _exit_code(stacks: tuple[StackReport, ...]) -> int:
    if any(stack.error for stack in stacks):
        return EXIT_ERROR
    return EXIT_CHANGES if any(stack.plan and stack.plan.has_changes for stack in stacks) else EXIT_CLEAN


def missing_report(project: Project, names: list[str], why: str, *, made_at: datetime, origin: Origin = HERE) -> Report:
    """The report to show where a preview ended without one, or with one that cannot be used."""
    stacks = tuple(StackReport(name, error=why) for name in choose_stacks(project, names))
    return Report(project_name(project), "preview", made_at, EXIT_ERROR, stacks, origin=origin)
