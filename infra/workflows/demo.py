"""The main job from nothing: a local cloud, two environments brought up in it, a change by hand seen and put right."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from infra.errors import CloudError, TwelvefoldError
from infra.model.plan import Plan
from infra.model.project import Project
from infra.workflows.check import check
from infra.workflows.cloud import LocalCloud
from infra.workflows.stacks import Stacks

Result = TypeVar("Result")


@dataclass(frozen=True)
class Stage:
    """Where the demo speaks: a heading for each step, a plan, a line."""

    step: Callable[[str], None]
    plan: Callable[[Plan], None]
    summary: Callable[[Plan], None]
    line: Callable[[str], None]
    working: AbstractContextManager[object]

    def watch(self, act: Callable[[], Result]) -> Result:
        """Do something long, and show that it is under way."""
        with self.working:
            return act()


def demo(project: Project, open_stacks: Callable[[Project], Stacks], stage: Stage, *, keep: bool) -> None:
    """Play the whole demo on ``stage``; the local cloud goes on running when ``keep``."""
    local = LocalCloud(project)
    with running(local, stage, keep=keep):
        os.environ.update(local.environment())
        stacks = open_stacks(project)
        names = [environment.stack for environment in check(project, []).environments]
        outputs = {}
        for name in names:
            stage.step(f"Bring {name} up")
            plan = stage.watch(partial(stacks.up, [name]))[0]
            stage.summary(plan)
            outputs[name] = plan.outputs
        stage.step("Preview both again: nothing is left to do")
        for plan in stage.watch(partial(stacks.preview, names)):
            stage.plan(plan)
            _expect(not plan.has_changes, "a preview right after up must be empty")
        _change_by_hand(project, local, stacks, names[0], stage)
        _summary(outputs, local, stage, keep=keep)


def _change_by_hand(project: Project, local: LocalCloud, stacks: Stacks, name: str, stage: Stage) -> None:
    app = next(iter(check(project, [name]).environments[0].apps.values()))
    key = max((name for name, value in app.config_vars.items() if isinstance(value, str)), key="LOG_LEVEL".__eq__)
    stage.step(f"Someone changes {key} of {app.name} by hand")
    local.by_hand("heroku", "PATCH", f"/apps/{app.name}/config-vars", {key: "changed-by-hand"})
    stage.step("pulumi refresh --preview-only sees it")
    seen = stage.watch(partial(stacks.preview_refresh, [name]))[0]
    stage.plan(seen)
    _expect(seen.has_changes, "the change by hand must be seen")
    stage.step("Put it right")
    stage.summary(stage.watch(partial(stacks.up, [name], refresh=True))[0])
    live: dict[str, Any] = local.by_hand("heroku", "GET", f"/apps/{app.name}/config-vars", None)
    _expect(live[key] == app.config_vars[key], "the declared value must be back")


def _summary(outputs: dict[str, Mapping[str, Any]], local: LocalCloud, stage: Stage, *, keep: bool) -> None:
    stage.step("That is all")
    for name, values in outputs.items():
        for key, value in sorted(values.items()):
            stage.line(f"{name}: {key}: {value if isinstance(value, str) else ', '.join(map(str, value))}")
    url = local.connection().url
    if keep:
        stage.line(f"The local cloud goes on at {url}. To work with it:")
        stage.line('  source .venv/bin/activate && eval "$(twelvefold cloud env)"')
        stage.line("  pulumi preview -s staging")
        stage.line("  twelvefold cloud stop")
    else:
        stage.line(f"The local cloud was at {url}. Keep it next time: KEEP=1 make demo")


def _expect(held: bool, what: str) -> None:
    if not held:
        raise TwelvefoldError(f"the demo went wrong: {what}")


@contextmanager
def running(local: LocalCloud, stage: Stage, *, keep: bool) -> Iterator[None]:
    """A running, empty cloud: started, or started over; stopped in the end unless ``keep``."""
    try:
        url = local.connection().url
        stage.step(f"The local cloud already runs at {url}: start over")
    except CloudError:
        url = local.start()
        stage.step(f"The local cloud runs at {url}")
    try:
        local.reset()
        yield
    finally:
        if not keep:
            local.stop()
