"""Run the program without an engine, and have what it declares as the state would record it."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor, MockResourceArgs, Mocks

from infra.model.environment import Environment
from infra.model.estate import Hidden
from infra.model.project import ENVIRONMENT_KEY, ENVIRONMENT_ROOT, SERVICE_KEY, SERVICE_ROOT, Project
from infra.model.recorded import RecordedResource
from infra.model.stackfile import read_stack_file
from infra.model.values import Path as Place
from infra.model.values import Secret
from infra.program.service import declare_environment

_SECRET = "4dabf18193072939515e22adb298388d"
_MADE_UP: dict[str, dict[str, Any]] = {
    "heroku:app/app:App": {"stack": "heroku-24", "generation": "cedar", "webUrl": "https://x/", "gitUrl": "git"},
    "heroku:addon/addon:Addon": {"name": "made-up-1"},
    "github:index/repository:Repository": {"fullName": "x", "repoId": 7, "archived": False},
}
_TIMES = {"updatedAt": "2026-11-24 08:53:19 +0000 UTC", "createdAt": "2026-11-24 08:53:19 +0000 UTC"}


def secret_at(place: Place) -> Hidden:
    """The value of the secret at a place: any text will do that tells one from the other."""
    return Hidden("secret of " + ".".join(map(str, place)))


def made_id(name: str, token: str) -> str:
    """The id that a resource of a type gets."""
    return f"{token.rpartition(':')[2].lower()}-{name}"


class _Recorder(Mocks):
    """Answers every question of the program, and remembers nothing."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        times = _TIMES if args.typ.startswith("github:") else {}
        return made_id(args.name, args.typ), {**args.inputs, **_MADE_UP.get(args.typ, {}), **times, **args.inputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        found = made_id(args.args["name"], args.token.replace("getP", "p")) if "Pipeline" in args.token else "4711"
        return {**args.args, "id": found}, []


class _Monitor(MockMonitor):
    """Keeps each resource with its parent, as the state does."""

    def __init__(self) -> None:
        super().__init__(_Recorder())
        self.recorded: list[RecordedResource] = []

    def RegisterResource(self, request: Any) -> Any:
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.custom and not request.type.startswith("pulumi:"):
            inputs = _open(rpc.deserialize_properties(request.object))
            outputs = {**_MADE_UP.get(request.type, {}), **(_TIMES if "github" in request.type else {}), **inputs}
            one = RecordedResource(answer.urn, request.type, request.name, answer.id, inputs, outputs, request.parent)
            self.recorded.append(one)
        return answer


def _open(value: Any) -> Any:
    if isinstance(value, dict):
        if _SECRET in value:
            inner = _open(value["value"])
            return Hidden(inner if isinstance(inner, str) else json.dumps(_revealed(inner)))
        return {key: _open(item) for key, item in value.items()}
    return [_open(item) for item in value] if isinstance(value, list) else value


def _revealed(value: Any) -> Any:
    if isinstance(value, Hidden):
        return value.reveal()
    return {key: _revealed(item) for key, item in value.items()} if isinstance(value, dict) else value


def record(project: Project, environment: Environment) -> tuple[RecordedResource, ...]:
    """What the state would hold after the program ran for ``environment``."""
    before, monitor = _idle_loops(), _Monitor()
    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_mocks(monitor.mocks, "shop", environment.stack, preview=False, monitor=monitor)
    logging.getLogger("pulumi").setLevel(logging.ERROR)
    config = {SERVICE_KEY: _config(project.folder / "Pulumi.yaml", SERVICE_ROOT)}
    config[ENVIRONMENT_KEY] = _config(project.stack_file(environment.stack), ENVIRONMENT_ROOT)
    pulumi.runtime.set_all_config(config, [ENVIRONMENT_KEY])
    run: Any = pulumi.runtime.test
    run(lambda: declare_environment(environment))()
    asyncio.set_event_loop(None)
    for loop in set(_idle_loops()) - set(before):
        loop.close()
    return tuple(monitor.recorded)


def _config(file: Path, root: Place) -> str:
    value = read_stack_file(file, root).document
    for step in root:
        value = (value or {}).get(step)
    return json.dumps(_unsealed(value or {}))


def _unsealed(value: Any) -> Any:
    if isinstance(value, Secret):
        return secret_at(value.path).reveal()
    if isinstance(value, dict):
        return {key: _unsealed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unsealed(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _idle_loops() -> list[asyncio.AbstractEventLoop]:
    loops = [one for one in gc.get_objects() if isinstance(one, asyncio.AbstractEventLoop)]
    return [loop for loop in loops if not loop.is_running() and not loop.is_closed()]
