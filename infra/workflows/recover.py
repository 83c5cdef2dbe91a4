"""Bring a stack up after a run that was cut off: what it made without being able to say so is found and kept.

A killed engine leaves its lock, and creates that are pending for ever. A killed plugin leaves nothing: the engine
forgets what it had asked it for. So the lock of a process that is gone is taken off, pending creates are cleared, and
everything that the program still wants made is looked for first: on Heroku by our plugin, which is told since when; on
GitHub by ``workflows/recover_github.py``.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pulumi.automation import CommandError, EngineEvent

from infra.engine.command import EngineCommand
from infra.engine.recorded import Records
from infra.engine.run import explain
from infra.engine.state import folder_at
from infra.errors import StackLocked
from infra.model.plan import Plan
from infra.model.times import read_time
from infra.providers.heroku.lost import RESUME_SINCE
from infra.providers.kit.values import SIGNATURE
from infra.workflows.letting_go import kept_among
from infra.workflows.recover_github import GITHUB, PROVIDER, adopt
from infra.workflows.stacks import Stacks

Json = dict[str, Any]
Result = TypeVar("Result")
SKEW = timedelta(minutes=1)
MASKED = "[secret]"
STACK = "pulumi:pulumi:Stack"
_OWNER = re.compile(r"by \S+@(\S+) \(process (\d+)\)")


def recover(stacks: Stacks, name: str, environ: Mapping[str, str]) -> Plan:
    """Resume the last run of a stack, which was cut off, and bring it up; does no harm to a stack that is whole."""
    mend_backend(stacks.command.environment.get("PULUMI_BACKEND_URL") or environ.get("PULUMI_BACKEND_URL", ""))
    stacks.run(name)
    state = _State(stacks, name)
    deployment = state.read()
    since = state.began(deployment)
    pending = deployment["deployment"].pop("pending_operations", None)
    planned = _planned(stacks, name, deployment)
    found = bool(planned) and asyncio.run(
        adopt(_resources(deployment), planned, since, state.github_token(environ), environ)
    )
    if pending or found:
        _unlocked(state, lambda: state.write(deployment))
    with _resuming(stacks.command, since):
        return _unlocked(state, lambda: stacks.up([name], refresh=True)[0])


def mend_backend(url: str) -> None:
    """Take away what a killed engine half wrote beside its state, at an address without our ``metadata=skip``."""
    folder = folder_at(url)
    if folder is None:
        return
    for attributes in [*folder.glob(".pulumi/stacks/**/*.attrs"), *folder.glob(".pulumi/locks/**/*.attrs")]:
        try:
            json.loads(attributes.read_text())
        except ValueError:
            attributes.unlink()


@contextmanager
def _resuming(command: EngineCommand, since: datetime) -> Iterator[None]:
    """While inside, our plugin looks for what it is asked to make before it makes it."""
    command.environment[RESUME_SINCE] = since.isoformat()
    try:
        yield
    finally:
        del command.environment[RESUME_SINCE]


def _unlocked(state: _State, act: Callable[[], Result]) -> Result:
    """What ``act`` returns; the lock of a process of this machine that is gone does not stop it."""
    try:
        return act()
    except StackLocked as locked:
        if not is_gone(locked.what):
            raise
        state.run("cancel", "--yes")
        return act()


def is_gone(lock: str) -> bool:
    """Whether the owner that a lock names was a process of this machine and has ended."""
    owner = _OWNER.search(lock)
    if owner is None or owner[1] != socket.gethostname():
        return False
    try:
        os.kill(int(owner[2]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@dataclass(frozen=True)
class _State:
    """The engine's state of one stack; its secrets stay sealed."""

    stacks: Stacks
    name: str

    def run(self, *arguments: str) -> str:
        """A command of the engine on the stack; what it printed."""
        command, folder = self.stacks.command, self.stacks.project.folder
        try:
            return str(command.run([*arguments, "--stack", self.name], str(folder), {}).stdout)
        except CommandError as failure:
            raise explain(str(failure), self.name) from None

    def read(self) -> Json:
        """The deployment, as ``pulumi stack export`` writes it."""
        document: Json = json.loads(self.run("stack", "export"))
        return document

    def write(self, document: Json) -> None:
        """Put a deployment in the place of the one that is there."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            self.run("stack", "import", "--file", file.name)

    def github_token(self, environ: Mapping[str, str]) -> str:
        """The token that the program gives to the GitHub provider: the configuration's, else GITHUB_TOKEN."""
        settings = json.loads(self.run("config", "--json", "--show-secrets"))
        return str(settings.get("github:token", {}).get("value") or environ.get("GITHUB_TOKEN", ""))

    def began(self, document: Json) -> datetime:
        """Since when something may have been made that the state does not know: the last update that ended well."""
        runs = Records(self.stacks.command, self.stacks.project.folder).updates(self.name)
        ended = [run.ended for run in runs if run.kind == "update" and run.succeeded]
        made = [read_time(one.get("created")) for one in _resources(document) if one["type"] == STACK]
        return max((*ended, *filter(None, made)), default=datetime.now(UTC)) - SKEW


def _resources(document: Json) -> list[Json]:
    found: list[Json] = document["deployment"].get("resources") or []
    return found


def _planned(stacks: Stacks, name: str, document: Json) -> list[Json]:
    """The GitHub resources that a preview would make, as the state would hold them but for their ids."""
    if not any(one["type"] == PROVIDER for one in _resources(document)):
        return []
    found: list[Json] = []

    def take(event: EngineEvent) -> None:
        step = event.resource_pre_event.metadata if event.resource_pre_event else None
        if step and step.new and step.op.value == "create" and step.type in GITHUB:
            found.append(
                {
                    "urn": step.urn,
                    "custom": True,
                    "type": step.type,
                    "inputs": _without_secrets(step.new.inputs or {}),
                    "outputs": {},
                    "parent": step.new.parent,
                    "provider": step.provider,
                }
            )

    kept = kept_among(stacks.project, name, (one["urn"] for one in _resources(document)))
    stacks.looking(name, kept).watch_preview(take)
    return found


def _without_secrets(value: Any) -> Any:
    """What the engine masked is left out: the next update sees that it is missing, and sets it."""
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in value.items() if not _is_masked(item)}
    return [_without_secrets(item) for item in value if not _is_masked(item)] if isinstance(value, list) else value


def _is_masked(value: Any) -> bool:
    return value == MASKED or (isinstance(value, dict) and SIGNATURE in value)
