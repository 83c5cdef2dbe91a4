"""Check every stack's files, without an engine, a passphrase or a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.errors import InputError, Problem
from infra.model.environment import STAGE_ORDER, Environment
from infra.model.finding import Finding
from infra.model.project import Declared, Project
from infra.rules.declared.estate import declared_estate
from infra.rules.environment import judge_environment
from infra.rules.parity import judge_parity
from infra.rules.service import judge_service
from infra.rules.sides import Side
from infra.workflows.read import as_problems, choose_stacks, examine


@dataclass(frozen=True)
class Checked:
    """The sound environments in the order of their stages, and remarks that forbid nothing."""

    environments: tuple[Environment, ...]
    remarks: tuple[Problem, ...]


def check(project: Project, wanted: list[str]) -> Checked:
    """Check ``wanted`` stacks (all, when empty) alone and side by side, or raise ``InputError`` with every problem."""
    chosen = choose_stacks(project, wanted)
    if not project.stacks:
        raise InputError([Problem("Pulumi.yaml", 0, "", "has no stack beside it", "Write Pulumi.staging.yaml")])
    examined = {stack: examine(project, stack) for stack in project.stacks}
    problems = [problem for stack in chosen for problem in examined[stack][2]]
    sound = {stack: environment for stack, (_, environment, _) in in_order(examined).items() if environment is not None}
    for stack, findings in judge_service(sound).items():
        if stack in chosen:
            problems += as_problems(examined[stack][0], findings)
    if problems:
        raise InputError(problems)
    remarks = [remark for stack in chosen for remark in _remarks(examined[stack][0], sound[stack])]
    remarks += [
        examined[finding.stack][0].problem(finding.path, finding.message, finding.suggestion)
        for finding in _side_by_side(sound)
        if finding.stack in chosen
    ]
    return Checked(tuple(environment for stack, environment in sound.items() if stack in chosen), tuple(remarks))


Examined = dict[str, tuple[Declared, Environment | None, list[Problem]]]


def in_order(examined: Examined) -> Examined:
    """The stacks in the order of promotion, then by name."""

    def key(item: tuple[str, tuple[Declared, Environment | None, list[Problem]]]) -> tuple[int, str]:
        environment = item[1][1]
        stage = environment.stage if environment else None
        return (STAGE_ORDER.index(stage) if stage else len(STAGE_ORDER), item[0])

    return dict(sorted(examined.items(), key=key))


def _side_by_side(sound: Mapping[str, Environment]) -> list[Finding]:
    """What the environments, as they are declared, lack of each other; what is usual is left to the audit."""
    sides = {stack: Side(environment, declared_estate(environment)) for stack, environment in sound.items()}
    return [finding for finding in judge_parity(sides) if finding.level != "note"]


def _remarks(declared: Declared, environment: Environment) -> list[Problem]:
    findings = [finding for finding in judge_environment(environment) if finding.level != "error"]
    remarks = [declared.problem(finding.path, finding.message, finding.suggestion) for finding in findings]
    if declared.imports:
        message = f"values imported from {', '.join(declared.imports)} are checked when the engine runs"
        remarks.append(Problem(declared.environment.name, 0, "environment", message))
    return remarks
