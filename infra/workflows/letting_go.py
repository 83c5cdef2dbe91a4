"""Let go of what is kept elsewhere by now: out of the state before a run, so that the run does not delete it.

Only GitHub's secrets need it: our own provider leaves config vars alone that are kept elsewhere. A run that is cut off
in between has taken something out of the state that the code no longer writes, which is as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from infra.engine.command import EngineCommand
from infra.engine.recorded import Records
from infra.model.kept import Held, held, keeps_secrets
from infra.model.plan import Plan, Step
from infra.model.project import Project
from infra.workflows.read import examine


def kept_among(project: Project, stack: str, urns: Iterable[str]) -> frozenset[str]:
    """Which of the resources that the state of ``stack`` records (URNs) an update has to let go of first."""
    return frozenset(one.urn for one in _held(project, stack, lambda: urns))


def to_let_go(project: Project, command: EngineCommand, stack: str, *, destroying: bool = False) -> frozenset[str]:
    """What a run on ``stack`` has to let go of first; the state is read only where anything is kept elsewhere.

    Secrets of a GitHub environment are not saved by it when all is destroyed: they go with their environment.
    """
    kept = _held(project, stack, lambda: Records(command, project.folder).urns(stack))
    return frozenset(one.urn for one in kept if not (destroying and "environments" in one.path))


def _held(project: Project, stack: str, recorded: Callable[[], Iterable[str]]) -> tuple[Held, ...]:
    _, environment, _ = examine(project, stack)
    github = environment.service.github if environment else None
    return held(github, recorded()) if github and keeps_secrets(github) else ()


def with_let_go(plan: Plan, urns: Iterable[str]) -> Plan:
    """The plan of a run before which these resources were taken out of the state."""
    return replace(plan, steps=(*(Step("forget", urn) for urn in sorted(urns)), *plan.steps))
