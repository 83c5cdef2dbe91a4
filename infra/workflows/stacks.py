"""Drive one or several stacks through the engine, in the order of promotion, each with the program in this process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from infra.engine.command import EngineCommand
from infra.engine.events import Observer
from infra.engine.run import StackRun
from infra.model.plan import Diagnostic, Plan, Step
from infra.model.project import Project
from infra.rules.letting_go import let_go, told_as_let_go
from infra.workflows.declare import declare_stack
from infra.workflows.letting_go import to_let_go, with_let_go

# Read by our Heroku provider, which else refuses to delete what holds data.
ALLOW_DATA_LOSS = "HEROKU_ALLOW_DATA_LOSS"
Result = TypeVar("Result")


@dataclass(frozen=True)
class Quietly:
    """Watches a preview: hears what is said, and passes over steps that are only looked at."""

    observer: Observer

    def started(self, step: Step) -> None:
        """Nothing is done yet."""

    def finished(self, step: Step, seconds: float) -> None:
        """Nothing was done."""

    def said(self, diagnostic: Diagnostic) -> None:
        """Pass it on."""
        self.observer.said(diagnostic)


@dataclass(frozen=True)
class Stacks:
    """What every verb needs: the project, the engine's command, and who watches."""

    project: Project
    command: EngineCommand
    watch: Callable[[str], Observer]

    def run(self, stack: str) -> StackRun:
        """The stack, opened at the engine."""
        folder = self.project.folder
        return StackRun(self.command, folder, stack, partial(declare_stack, folder), self.watch(stack))

    def looking(self, stack: str, letting_go: Collection[str]) -> StackRun:
        """The stack, opened to be previewed as it is once the state has let go of something (URNs)."""
        program = partial(declare_stack, self.project.folder, letting_go)
        return StackRun(self.command, self.project.folder, stack, program, Quietly(self.watch(stack)))

    def preview(self, names: Sequence[str], *, refresh: bool = False) -> list[Plan]:
        """What ``up`` would change in each stack; side by side, because nothing is written."""
        return self.side_by_side(names, lambda name: self._preview(name, refresh))

    def _preview(self, name: str, refresh: bool) -> Plan:
        kept = self.to_let_go(name)
        return told_as_let_go(self.looking(name, kept).foresee(refresh=refresh), kept).plan

    def to_let_go(self, name: str, *, destroying: bool = False) -> frozenset[str]:
        """What is to be taken out of the state before a run, so that it does not delete it (URNs)."""
        return to_let_go(self.project, self.command, name, destroying=destroying)

    def side_by_side(self, names: Sequence[str], act: Callable[[str], Result]) -> list[Result]:
        """What ``act`` returns for each of ``names``, for what only reads."""
        with ThreadPoolExecutor(max_workers=4) as pool:
            return list(pool.map(act, names))

    def up(self, names: Sequence[str], *, refresh: bool = False) -> list[Plan]:
        """Bring each stack up, one after the other: later stages look up what earlier ones own."""
        return [self._up(name, refresh) for name in names]

    def _up(self, name: str, refresh: bool) -> Plan:
        run, kept = self.run(name), self.to_let_go(name)
        run.forget(sorted(kept))
        return with_let_go(told_as_let_go(run.up(refresh=refresh), ()).plan, kept)

    def preview_refresh(self, names: Sequence[str]) -> list[Plan]:
        """How what is live differs from what each stack recorded."""
        return [self.run(name).preview_refresh() for name in names]

    def preview_destroy(self, names: Sequence[str]) -> list[Plan]:
        """What ``destroy`` would delete, last stage first."""
        return [
            let_go(self.run(name).preview_destroy(), self.to_let_go(name, destroying=True)) for name in reversed(names)
        ]

    def destroy(self, names: Sequence[str], *, unprotect: bool = False) -> list[Plan]:
        """Destroy each stack, last stage first: earlier ones own what it refers to."""
        return [self._destroy(name, unprotect) for name in reversed(names)]

    def _destroy(self, name: str, unprotect: bool) -> Plan:
        run, kept = self.run(name), self.to_let_go(name, destroying=True)
        run.forget(sorted(kept))
        if unprotect:
            run.unprotect()
            self.command.environment[ALLOW_DATA_LOSS] = "true"
        return with_let_go(run.destroy(), kept)
