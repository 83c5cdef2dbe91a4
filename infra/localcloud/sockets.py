"""The local cloud on a real socket: uvicorn, with a way to break a connection when a fault asks for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry ``twelvefold.abort``: calling it resets the connection under the client."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        answer = self.app

        async def breakable(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})["twelvefold.abort"] = transport.abort
            await answer(scope, receive, send)

        self.app = breakable


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()


def run_until_stopped(app: Any, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve an ASGI app on a listening socket until SIGTERM or SIGINT, then let open requests end."""
    config = uvicorn.Config(
        app,
        http=BreakableProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    server = _Server(config, ready)
    try:
        asyncio.run(server.serve(sockets=[listener]))
    except KeyboardInterrupt:
        # uvicorn raises the signal again once it has shut down; stopping is what was asked for.
        return
