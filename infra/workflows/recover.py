"""Bring a stack up after a run that was cut off: what it made without being able to say so is found and kept.

A killed engine leaves its lock, and creates that are pending for ever. A killed plugin leaves nothing: the engine
forgets what it had asked it for. So the lock of a process that is gone is taken off, pending creates are cleared, and
everything that the program still wants made is looked for first: on Heroku by our plugin, which is told since when; on
GitHub here, because the published plugin cannot.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from pulumi.automation import CommandError, EngineEvent

from infra.apis.rest import Answer, Request, Rest
from infra.engine.command import EngineCommand
from infra.engine.run import explain
from infra.errors import ApiError, NotFound, StackLocked
from infra.model.plan import Plan
from infra.providers.heroku.lost import RESUME_SINCE
from infra.providers.kit.values import SIGNATURE
from infra.workflows.stacks import Stacks

Json = dict[str, Any]
Result = TypeVar("Result")
SKEW = timedelta(minutes=1)
MASKED = "[secret]"
STACK = "pulumi:pulumi:Stack"
GITHUB_PROVIDER = "pulumi:providers:github"
_OWNER = re.compile(r"by \S+@(\S+) \(process (\d+)\)")


def recover(stacks: Stacks, name: str, environ: Mapping[str, str]) -> Plan:
    """Resume the last run of a stack, which was cut off, and bring it up; does no harm to a stack that is whole."""
    mend_backend(stacks.command.environment.get("PULUMI_BACKEND_URL") or environ.get("PULUMI_BACKEND_URL", ""))
    stacks.run(name)
    state = _State(stacks, name)
    deployment = state.read()
    since = state.began(deployment)
    pending = deployment["deployment"].pop("pending_operations", None)
    found = asyncio.run(_adopt(deployment, _planned(stacks, name, deployment), since, environ))
    if pending or found:
        _unlocked(state, lambda: state.write(deployment))
    with _resuming(stacks.command, since):
        return _unlocked(state, lambda: stacks.up([name], refresh=True)[0])


def mend_backend(url: str) -> None:
    """Take away what a killed engine half wrote beside its state; only files of attributes are not written at once."""
    if not url.startswith("file://"):
        return
    folder = Path(unquote(urlsplit(url).path), ".pulumi")
    for attributes in [*folder.glob("stacks/**/*.attrs"), *folder.glob("locks/**/*.attrs")]:
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

    def began(self, document: Json) -> datetime:
        """Since when something may have been made that the state does not know: the last update that ended well."""
        updates = [one for one in json.loads(self.run("stack", "history", "--json")) if one["kind"] == "update"]
        ended = [one["endTime"] for one in updates if one["result"] == "succeeded"]
        made = [one["created"] for one in _resources(document) if one["type"] == STACK and "created" in one]
        times = [_time(text) for text in (*ended, *made)]
        return max(times, default=datetime.now(UTC)) - SKEW


def _time(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))


def _resources(document: Json) -> list[Json]:
    found: list[Json] = document["deployment"].get("resources") or []
    return found


def _planned(stacks: Stacks, name: str, document: Json) -> list[Json]:
    """The GitHub resources that a preview would make, as the state would hold them but for their ids."""
    if not any(one["type"] == GITHUB_PROVIDER for one in _resources(document)):
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

    stacks.run(name).watch_preview(take)
    return found


def _without_secrets(value: Any) -> Any:
    """What the engine masked is left out: the next update sees that it is missing, and sets it."""
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in value.items() if not _is_masked(item)}
    return [_without_secrets(item) for item in value if not _is_masked(item)] if isinstance(value, list) else value


def _is_masked(value: Any) -> bool:
    return value == MASKED or (isinstance(value, dict) and SIGNATURE in value)


async def _adopt(document: Json, planned: list[Json], since: datetime, environ: Mapping[str, str]) -> bool:
    """Add to the state what is planned and stands already, made since then; says whether there was any."""
    resources = _resources(document)
    providers = {f"{one['urn']}::{one['id']}": one["inputs"] for one in resources if one["type"] == GITHUB_PROVIDER}
    found = False
    for wanted in planned:
        inputs = providers.get(wanted["provider"])
        if inputs is None:
            continue
        known = {re.split("[:/]", one["id"])[-1] for one in resources if one["type"] == wanted["type"]}
        id = await _Search(inputs["owner"], known, since, _github(inputs, environ)).find(wanted)
        if id is not None:
            resources.append({**wanted, "id": id})
            found = True
    return found


def _github(provider: Json, environ: Mapping[str, str]) -> Rest:
    base = str(provider.get("baseUrl") or environ.get("GITHUB_BASE_URL") or "https://api.github.com/").rstrip("/")
    url = base if base.endswith("//api.github.com") else f"{base}/api/v3"
    headers = {"Accept": "application/vnd.github+json", "User-Agent": "twelvefold"}
    token = environ.get("GITHUB_TOKEN", "")
    return Rest(url, vendor="GitHub", headers={**headers, "Authorization": f"Bearer {token}"}, refusal=_refusal)


def _refusal(request: Request, answer: Answer) -> ApiError:
    kind = NotFound if answer.status == 404 else ApiError
    return kind(
        str((answer.body or {}).get("message", "GitHub gave no reason")), where=request.path, status=answer.status
    )


@dataclass
class _Search:
    """Looks for what a run made on GitHub: not in the state, and made since then."""

    owner: str
    known: set[str]
    since: datetime
    rest: Rest

    async def find(self, wanted: Json) -> str | None:
        """The id to import it by, or None."""
        try:
            return await GITHUB[wanted["type"]](self, wanted["inputs"])
        except NotFound:
            return None
        finally:
            await self.rest.aclose()

    def path(self, inputs: Json, *parts: str) -> str:
        """A path below the repository of a resource."""
        return "/" + "/".join(quote(part, safe="") for part in ("repos", self.owner, inputs["repository"], *parts))

    def is_new(self, row: Json) -> bool:
        """Whether the run may have made it; what tells no time is its own natural key."""
        made = row.get("created_at")
        return str(row.get("id", "")) not in self.known and (made is None or _time(made) >= self.since)

    async def get(self, path: str) -> Any:
        """The body behind ``path``."""
        return (await self.rest.get(path)).body

    async def first(self, path: str, key: str, fits: Callable[[Json], bool]) -> Json | None:
        """The first new one of a list (100 at a time) that fits; ``key`` names the list inside the answer, if any."""
        page = 1
        while True:
            body = await self.get(f"{path}?per_page=100&page={page}")
            rows: list[Json] = body[key] if key else body
            for row in rows:
                if fits(row) and self.is_new(row):
                    return row
            if len(rows) < 100:
                return None
            page += 1


async def _variable(search: _Search, inputs: Json) -> str | None:
    name = inputs["variableName"]
    row = await search.get(search.path(inputs, "actions", "variables", name))
    return f"{inputs['repository']}:{name}" if search.is_new(row) else None


async def _environment_variable(search: _Search, inputs: Json) -> str | None:
    name, environment = inputs["variableName"], inputs["environment"]
    row = await search.get(search.path(inputs, "environments", environment, "variables", name))
    return f"{inputs['repository']}:{_escaped(environment)}:{name}" if search.is_new(row) else None


async def _policy(search: _Search, inputs: Json) -> str | None:
    environment, pattern = inputs["environment"], inputs.get("branchPattern") or inputs.get("tagPattern")
    kind = "branch" if inputs.get("branchPattern") else "tag"
    path = search.path(inputs, "environments", environment, "deployment-branch-policies")
    prefix = f"{inputs['repository']}:{_escaped(environment)}:"
    row = await search.first(
        path, "branch_policies", lambda one: one["name"] == pattern and one.get("type", "branch") == kind
    )
    return f"{prefix}{row['id']}" if row else None


async def _webhook(search: _Search, inputs: Json) -> str | None:
    # Its address counts as a secret, and is not told; should it be another one, the next update sets it.
    row = await search.first(search.path(inputs, "hooks"), "", lambda one: set(one["events"]) == set(inputs["events"]))
    return f"{inputs['repository']}/{row['id']}" if row else None


async def _ruleset(search: _Search, inputs: Json) -> str | None:
    row = await search.first(search.path(inputs, "rulesets"), "", lambda one: one["name"] == inputs["name"])
    return f"{inputs['repository']}:{row['id']}" if row else None


async def _deploy_key(search: _Search, inputs: Json) -> str | None:
    wanted = inputs["key"].split()[:2]
    row = await search.first(search.path(inputs, "keys"), "", lambda one: one["key"].split()[:2] == wanted)
    return f"{inputs['repository']}:{row['id']}" if row else None


async def _repository(search: _Search, inputs: Json) -> str | None:
    row = await search.get(search.path({"repository": inputs["name"]}))
    return str(inputs["name"]) if search.is_new(row) else None


def _escaped(part: str) -> str:
    return part.replace(":", "??")


# What GitHub makes anew, or refuses, when it is asked twice; all else is put in its place again and again.
GITHUB: dict[str, Callable[[_Search, Json], Awaitable[str | None]]] = {
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": _environment_variable,
    "github:index/actionsVariable:ActionsVariable": _variable,
    "github:index/repository:Repository": _repository,
    "github:index/repositoryDeployKey:RepositoryDeployKey": _deploy_key,
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": _policy,
    "github:index/repositoryRuleset:RepositoryRuleset": _ruleset,
    "github:index/repositoryWebhook:RepositoryWebhook": _webhook,
}
