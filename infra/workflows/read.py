"""Read a stack's environment and judge it, so that nothing wrong ever reaches an engine or a vendor."""

from __future__ import annotations

from infra.errors import InputError, Problem, TwelvefoldError
from infra.model.environment import Environment
from infra.model.finding import Finding
from infra.model.project import Declared, EngineConfig, Project, closest, declare
from infra.model.reading import build
from infra.rules.environment import judge_environment


def read_environment(project: Project, stack: str, engine: EngineConfig | None = None) -> Environment:
    """The sound environment of ``stack``, or ``InputError`` with all that is wrong with it."""
    return read_declared(project, stack, engine)[1]


def read_declared(project: Project, stack: str, engine: EngineConfig | None = None) -> tuple[Declared, Environment]:
    """The sound environment of ``stack`` with the places of its settings, or ``InputError``."""
    declared, environment, problems = examine(project, stack, engine)
    if problems or environment is None:
        raise InputError(problems)
    return declared, environment


def examine(
    project: Project, stack: str, engine: EngineConfig | None = None
) -> tuple[Declared, Environment | None, list[Problem]]:
    """The environment as far as it can be built, and every problem of its files."""
    declared = declare(project, stack, engine)
    environment, problems = build(project, declared)
    if environment is not None:
        problems += as_problems(declared, judge_environment(environment))
    return declared, environment, problems


def as_problems(declared: Declared, findings: list[Finding]) -> list[Problem]:
    """The findings that forbid going on, as problems with file and line."""
    errors = (finding for finding in findings if finding.level == "error")
    return [declared.problem(finding.path, finding.message, finding.suggestion) for finding in errors]


def choose_stacks(project: Project, wanted: list[str]) -> tuple[str, ...]:
    """``wanted`` as they are, or all stacks; a name without a stack file is an error."""
    for name in wanted:
        if name not in project.stacks:
            near = closest(name, list(project.stacks))
            known = ", ".join(project.stacks) or "none"
            raise TwelvefoldError(
                f'there is no stack "{name}"', where=str(project.folder), todo=f"{near} Stacks: {known}".strip()
            )
    return tuple(wanted) or project.stacks
