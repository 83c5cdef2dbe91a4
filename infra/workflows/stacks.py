"""Drive one or several stacks through the engine, in the order of promotion, each with the program in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from infra.engine.command import EngineCommand
from infra.engine.events import Observer
from infra.engine.run import StackRun
from infra.model.plan import Plan
from infra.model.project import Project
from infra.workflows.declare import declare_stack

# Read by our Heroku provider, which else refuses to delete what holds data.
ALLOW_DATA_LOSS = "HEROKU_ALLOW_DATA_LOSS"
Result = TypeVar("Result")


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

    def preview(self, names: Sequence[str], *, refresh: bool = False) -> list[Plan]:
        """What ``up`` would change in each stack; side by side, because nothing is written."""
        return self.side_by_side(names, lambda name: self.run(name).preview(refresh=refresh))

    def side_by_side(self, names: Sequence[str], act: Callable[[str], Result]) -> list[Result]:
        """What ``act`` returns for each of ``names``, for what only reads."""
        with ThreadPoolExecutor(max_workers=4) as pool:
            return list(pool.map(act, names))

    def up(self, names: Sequence[str], *, refresh: bool = False) -> list[Plan]:
        """Bring each stack up, one after the other: later stages look up what earlier ones own."""
        return [self.run(name).up(refresh=refresh) for name in names]

    def preview_refresh(self, names: Sequence[str]) -> list[Plan]:
        """How what is live differs from what each stack recorded."""
        return [self.run(name).preview_refresh() for name in names]

    def preview_destroy(self, names: Sequence[str]) -> list[Plan]:
        """What ``destroy`` would delete, last stage first."""
        return [self.run(name).preview_destroy() for name in reversed(names)]

    def destroy(self, names: Sequence[str], *, unprotect: bool = False) -> list[Plan]:
        """Destroy each stack, last stage first: earlier ones own what it refers to."""
        return [self._destroy(self.run(name), unprotect) for name in reversed(names)]

    def _destroy(self, run: StackRun, unprotect: bool) -> Plan:
        if unprotect:
            run.unprotect()
            self.command.environment[ALLOW_DATA_LOSS] = "true"
        return run.destroy()
