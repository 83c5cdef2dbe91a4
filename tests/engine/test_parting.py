"""A program ends when its engine has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import pulumi
import pytest
from google.protobuf import empty_pb2
from pulumi.automation._server import LanguageServer  # no public name; requirements.txt pins the SDK
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    resource_pb2,
    resource_pb2_grpc,
)

from infra.engine.events import STACK
from infra.engine.parting import parting

SECONDS = 30.0


class Engine(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Knows the stack; as soon as anything else is registered, it has gone."""

    def __init__(self) -> None:
        self.gone = False
        self.lost = 0

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """The engine's own name."""
        if request.type != STACK:
            self.gone = True
            context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
        return resource_pb2.RegisterResourceResponse(urn=f"urn:pulumi:staging::orders::{STACK}::orders-staging")

    def Log(self, _request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """The engine's own name."""
        if self.gone:
            self.lost += 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
        return empty_pb2.Empty()


@contextmanager
def listening(engine: Engine) -> Iterator[str]:
    """The address of ``engine``."""
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(engine, server)
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def waiting() -> None:
    """Waits for what was registered, as every lookup does."""
    provider = pulumi.ProviderResource("heroku", "heroku", {})
    pulumi.runtime.invoke("heroku:app/getApp:getApp", {}, pulumi.InvokeOptions(provider=provider))


def registering() -> None:
    """Registers, and waits for nothing itself."""
    pulumi.CustomResource("heroku:app/app:App", "shop", {})


@pytest.mark.parametrize("program", [waiting, registering])
def test_it_does_not_wait_for_an_engine_that_is_gone(program: Callable[[], None]) -> None:
    """The run ends by itself, though nobody hears its last words any more."""
    engine = Engine()
    with listening(engine) as address:
        request = language_pb2.RunRequest(
            project="orders", stack="staging", monitor_address=address, args=[address], parallel=4, dryRun=True
        )
        run = threading.Thread(target=LanguageServer(parting(program)).Run, args=(request, None), daemon=True)
        run.start()
        run.join(SECONDS)

        assert not run.is_alive()
        assert engine.lost
