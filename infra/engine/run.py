"""Drive the engine on one stack, with the program in this process: preview, up, refresh, destroy."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pulumi.automation import CommandError, EngineEvent, LocalWorkspace, Stack, StackNotFoundError, UpdateSummary
from pulumi.automation._stack import StackInitMode  # no public name; requirements.txt pins the SDK

from infra.engine.command import EngineCommand
from infra.engine.events import Collector, Observer, Verb
from infra.engine.origin import Origins, is_open
from infra.engine.parting import parting
from infra.engine.registered import Program, Registered
from infra.engine.wire import unmask
from infra.errors import EngineError, Interrupted, StackLocked, WrongPassphrase
from infra.model.plan import Plan, Preview, Resource, Step
from infra.model.recorded import RecordedResource

Result = TypeVar("Result")
_LOCK = re.compile(r"created by (\S+) \(pid (\d+)\) at (\S+)")


class StackRun:
    """One stack of a project, ready to be driven."""

    def __init__(self, command: EngineCommand, project: Path, stack: str, program: Program, observer: Observer) -> None:
        self.command = command
        self.name = stack
        self.project = project
        self.observer = observer
        self._program = parting(program)
        workspace = LocalWorkspace(work_dir=str(project), program=self._program, pulumi_command=command)
        self._stack = _LeanStack(stack, workspace)

    def foresee(self, *, refresh: bool = False, recorded: Iterable[RecordedResource] = ()) -> Preview:
        """What ``up`` would change, why, and all resources before and after; ``recorded`` has the secrets before."""
        registered, known = Registered(), {one.urn: one.inputs for one in recorded}
        seen = self._preview(registered, refresh)
        drift = {urn: replace(one, recorded=unmask(one.recorded, known.get(urn))) for urn, one in seen.drift.items()}
        after = unmasked(seen.after, registered.inputs)
        plan = Origins(drift, after).tell(seen.plan())
        if is_open(plan):
            plan = Origins(drift, after, self._preview(Registered(), refresh=False).plan()).tell(plan)
        before = unmasked(seen.before, {urn: values for urn, values in known.items() if urn not in drift})
        return Preview(plan, before, after)

    def _preview(self, registered: Registered, refresh: bool) -> Collector:
        collector = Collector(self.name, "preview", self.observer)
        program = registered.listening(self._program)
        self._translate(
            lambda: self._stack.preview(program=program, on_event=collector.take, refresh=refresh or None), collector
        )
        return collector

    def watch_preview(self, take: Callable[[EngineEvent], None]) -> None:
        """Preview, and hand every event of the engine to ``take`` as it comes; secrets in them are masked."""
        self._translate(lambda: self._stack.preview(on_event=take))

    def up(self, *, refresh: bool = False) -> Preview:
        """Make the cloud what the program declares; what was done, and all resources before and after."""
        done = self._collect(
            "up", lambda take: self._stack.up(on_event=take, show_secrets=False, refresh=refresh or None)
        )
        return Preview(done.plan(), done.before, done.after)

    def preview_refresh(self) -> Plan:
        """How the cloud differs from what the state recorded; writes nothing."""
        return self._collect("refresh", lambda take: self._stack.preview_refresh(on_event=take)).plan()

    def preview_destroy(self) -> Plan:
        """What ``destroy`` would delete."""
        return self._collect("preview", lambda take: self._stack.preview_destroy(on_event=take)).plan()

    def destroy(self) -> Plan:
        """Delete everything the stack declared."""
        return self._collect("destroy", lambda take: self._stack.destroy(on_event=take, show_secrets=False)).plan()

    def forget(self, urns: Iterable[str]) -> None:
        """Take resources out of the state, and leave them as they are at the vendor."""
        for urn in urns:
            self.observer.started(step := Step("forget", urn))
            began = time.monotonic()
            arguments = ["state", "delete", urn, "--yes", "--stack", self.name]
            self._translate(partial(self.command.run, arguments, str(self.project), {}))
            self.observer.finished(step, time.monotonic() - began)

    def unprotect(self) -> None:
        """Take the protection off every resource of the stack."""
        arguments = ["state", "unprotect", "--all", "--yes", "--stack", self.name]
        self._translate(lambda: self.command.run(arguments, str(self.project), {}))

    def _created(self, act: Callable[[], Result]) -> Result:
        """The outcome of ``act``, on a stack that is made first if the backend has none of that name."""
        try:
            return act()
        except StackNotFoundError:
            self.command.run(["stack", "init", self.name], str(self.project), {})
            return act()

    def _collect(self, verb: Verb, act: Callable[[Callable[..., None]], object]) -> Collector:
        collector = Collector(self.name, verb, self.observer)
        self._translate(lambda: act(collector.take), collector)
        return collector

    def _translate(self, act: Callable[[], Result], collector: Collector | None = None) -> Result:
        try:
            return self._created(act)
        except CommandError as failure:
            if self.command.interrupted:
                advice = f"twelvefold up {self.name} goes on"
                raise Interrupted("stopped; what had begun was finished", where=self.name, todo=advice) from None
            said = collector.errors() if collector else ()
            raise explain(str(failure), self.name, said) from None


def unmasked(resources: Mapping[str, Resource], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Resource]:
    """Each resource with its masked inputs as they are ``known`` here."""
    return {urn: replace(one, inputs=unmask(one.inputs, known.get(urn))) for urn, one in resources.items()}


class _LeanStack(Stack):
    """A stack that starts the engine once for a run.

    It is used by name, not selected first; and what the Automation API would ask for after a run (all outputs twice,
    the history) has been told by the run's events.
    """

    def __init__(self, name: str, workspace: LocalWorkspace) -> None:
        self.name = name
        self.workspace = workspace
        self._mode = StackInitMode.SELECT

    def outputs(self) -> dict[str, Any]:
        """Nothing: the events told them."""
        return {}

    def info(self, show_secrets: bool = True) -> UpdateSummary:  # noqa: ARG002 - the Automation API's signature
        """Nothing that the run's events have not told."""
        return UpdateSummary("update", datetime.now(UTC), "", {}, {}, "succeeded")


def explain(output: str, stack: str, said: tuple[str, ...] = ()) -> EngineError:
    """The engine's failure in a person's words: what was ``said`` during the run, else the end of its ``output``."""
    if "stack is currently locked" in output:
        owner = _LOCK.search(output)
        who = f"by {owner[1]} (process {owner[2]}) since {owner[3]}" if owner else "by another update"
        advice = f"Wait for it; if it is gone for good: pulumi cancel {stack}"
        return StackLocked(f"the stack is locked {who}", where=stack, todo=advice)
    if "incorrect passphrase" in output or "passphrase must be set" in output:
        advice = "Put the right one into .twelvefold/passphrase or PULUMI_CONFIG_PASSPHRASE"
        return WrongPassphrase("the passphrase does not open this stack's secrets", where=stack, todo=advice)
    refused = "401 Bad credentials" in output
    advice = (
        "GitHub does not accept the token: look at GITHUB_TOKEN, or pulumi config get github:token" if refused else ""
    )
    return EngineError("\n".join(said) or _last_words(output), where=stack, todo=advice)


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error:")]
    return "; ".join(dict.fromkeys(errors)) or (lines[-1] if lines else "the engine failed without a word")
