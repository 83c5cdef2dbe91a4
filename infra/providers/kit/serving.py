"""The plugin's process: a port on loopback, printed for the engine, until the engine goes away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from infra.providers.kit.engine import EngineLog
from infra.providers.kit.package import Package
from infra.providers.kit.plugin import Plugin
from infra.providers.kit.servicer import Servicer

# State and inputs of one resource may be large; the engine itself sets no bound.
UNBOUNDED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
ORPHAN_CHECK = 1.0


def main(package: Package[Any], arguments: Sequence[str], *, resumes: datetime | None = None) -> int:
    """Serve ``package`` to the engine whose address is the first argument; returns when it is over.

    ``resumes``: since when an interrupted run may have made what it could not tell the engine any more.
    """
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    asyncio.run(serve(package, addresses[0] if addresses else "", resumes))
    return 0


async def serve(package: Package[Any], engine_address: str, resumes: datetime | None = None) -> None:
    """Serve until the process is told to stop or its parent, the engine, is gone."""
    log = EngineLog(engine_address)
    plugin = Plugin(package, tell=log.tell, resumes=resumes)
    server = grpc.aio.server(options=UNBOUNDED)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(plugin), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    over = _over()
    sys.stdout.write(f"{port}\n")  # the engine reads the port from the first line
    sys.stdout.flush()
    await over.wait()
    await server.stop(grace=0.5)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(log.aclose(), 1.0)


def _over() -> asyncio.Event:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Plugins have a process group of their own: an interrupt comes from the engine only, which is done with us.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    _watch_parent(loop, over, os.getppid())
    return over


def _watch_parent(loop: asyncio.AbstractEventLoop, over: asyncio.Event, parent: int) -> None:
    # A killed engine cannot say goodbye.
    if os.getppid() != parent:
        over.set()
        return
    loop.call_later(ORPHAN_CHECK, _watch_parent, loop, over, parent)
