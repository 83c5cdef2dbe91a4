"""The plugin's own process, started as the engine starts it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
import uvicorn
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from infra.providers.kit.values import from_struct, to_struct
from tests.providers.heroku.estate import new_estate
from tests.providers.heroku.tokens import APP

SCRIPT = Path(__file__).parents[3] / "infra/providers/heroku/pulumi-resource-heroku"
URN = f"urn:pulumi:s::p::{APP}::it"


@dataclass
class Running:
    """A plugin that runs, and the engine's way to it."""

    process: asyncio.subprocess.Process
    stub: Any


async def start(environment: dict[str, str]) -> tuple[asyncio.subprocess.Process, int]:
    """Start the script and read its port."""
    process = await asyncio.create_subprocess_exec(
        str(SCRIPT),
        "127.0.0.1:1",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    return process, int(await asyncio.wait_for(process.stdout.readline(), 30))


@pytest.fixture
async def cloud_url() -> AsyncIterator[tuple[str, str]]:
    """A local cloud on a socket, and its token."""
    estate = new_estate()
    server = uvicorn.Server(uvicorn.Config(estate.app, port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", estate.token
    server.should_exit = True
    await serving
    await estate.heroku.aclose()


@pytest.fixture
async def running(cloud_url: tuple[str, str]) -> AsyncIterator[Running]:
    """A plugin that is configured for the local cloud."""
    url, token = cloud_url
    process, port = await start({"HEROKU_API_KEY": token, "HEROKU_API_URL": url})
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        await stub.Configure(provider_pb2.ConfigureRequest())
        yield Running(process, stub)
    if process.returncode is None:
        process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert process.stderr is not None
    assert await process.stderr.read() == b""


async def test_the_engine_can_check_preview_and_create(running: Running) -> None:
    """Over a socket, to a local cloud over another, and not a word on stderr."""
    news = to_struct({"name": "acme-shop", "region": "eu"})
    checked = await running.stub.Check(provider_pb2.CheckRequest(urn=URN, type=APP, news=news))
    assert not checked.failures
    request = provider_pb2.CreateRequest(urn=URN, type=APP, properties=checked.inputs, preview=True)
    assert (await running.stub.Create(request)).id == ""
    made = await running.stub.Create(provider_pb2.CreateRequest(urn=URN, type=APP, properties=checked.inputs))
    assert from_struct(made.properties)["uuid"] == made.id
    diff = await running.stub.Diff(
        provider_pb2.DiffRequest(
            id=made.id,
            urn=URN,
            type=APP,
            olds=made.properties,
            old_inputs=checked.inputs,
            news=to_struct({"name": "acme-shop", "region": "eu", "maintenance": True}),
        )
    )
    assert dict.fromkeys(diff.detailedDiff) == {"maintenance": None}


async def test_the_version_is_that_of_the_sdk(running: Running) -> None:
    """1.0.4."""
    assert (await running.stub.GetPluginInfo(empty_pb2.Empty())).version == "1.0.4"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_process_cleanly(running: Running, number: signal.Signals) -> None:
    """Exit code 0 and silence."""
    running.process.send_signal(number)
    assert await asyncio.wait_for(running.process.wait(), 30) == 0


async def test_without_a_token_the_first_use_says_what_to_set() -> None:
    """At configuration, before anything is asked of Heroku."""
    process, port = await start({"HEROKU_API_KEY": "", "HEROKU_API_URL": "http://127.0.0.1:1"})
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        with pytest.raises(grpc.aio.AioRpcError, match="HEROKU_API_KEY"):
            await stub.Configure(provider_pb2.ConfigureRequest())
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) == 0


async def test_a_plugin_whose_engine_was_killed_ends(tmp_path: Path) -> None:
    """No process is left behind."""
    pid_file = tmp_path / "pid"
    shell = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f'"$0" 127.0.0.1:1 & echo $! > "{pid_file}"; wait',
        str(SCRIPT),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "HEROKU_API_KEY": "x"},
    )
    assert shell.stdout is not None
    await asyncio.wait_for(shell.stdout.readline(), 30)
    plugin = int(pid_file.read_text())
    shell.kill()
    # The pipe closes when the last one that holds it, the plugin, has ended.
    await asyncio.wait_for(shell.stdout.read(), 30)
    await shell.wait()
    while _lives(plugin):
        await asyncio.sleep(0.01)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Where nobody collects orphans, a zombie is what is left of one.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
