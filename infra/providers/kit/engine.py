"""The way back to the engine: what the plugin has to say while it works."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from infra.providers.kit.context import Severity

SEVERITIES = {"info": engine_pb2.INFO, "warning": engine_pb2.WARNING, "status": engine_pb2.INFO}


class EngineLog:
    """Sends messages to the engine, in order, without making anybody wait for it."""

    def __init__(self, address: str) -> None:
        self._channel = grpc.aio.insecure_channel(address) if address else None
        self._stub = engine_pb2_grpc.EngineStub(self._channel) if self._channel else None
        self._under_way: set[asyncio.Task[Any]] = set()

    def tell(self, urn: str, severity: Severity, text: str) -> None:
        """Show ``text`` beside the resource ``urn``; a status vanishes when the operation ends."""
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(
            severity=SEVERITIES[severity], message=text, urn=urn, ephemeral=severity == "status"
        )
        task = asyncio.ensure_future(self._send(request))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, request: Any) -> None:
        if self._stub is None:
            return
        try:
            await self._stub.Log(request)
        except grpc.aio.AioRpcError:
            return  # The engine went away; nobody is left to be told.

    async def flush(self) -> None:
        """Return when everything that was told has arrived."""
        await asyncio.gather(*self._under_way)

    async def aclose(self) -> None:
        """Close the connection."""
        await self.flush()
        if self._channel is not None:
            await self._channel.close()
