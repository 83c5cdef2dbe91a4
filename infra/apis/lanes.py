"""The connections of a client, each with a pool of its own.

A shared pool looks at all its connections for each of its requests, several times over: with sixteen of them that costs
more than the requests themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx

ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class Lanes:
    """At most ``width`` requests at once; the connection that was used last is used next. ``open`` makes a client."""

    def __init__(self, open: Callable[[], httpx.AsyncClient], *, width: int) -> None:
        self._open = open
        self._slots = asyncio.Semaphore(width)
        self._all: list[httpx.AsyncClient] = []
        self._idle: list[httpx.AsyncClient] = []

    async def request(self, method: str, path: str, *, body: Any, headers: Mapping[str, str]) -> httpx.Response:
        """Send one request as soon as a connection is free; its whole answer."""
        async with self._slots:
            client = self._idle.pop() if self._idle else self._added()
            try:
                return await client.request(method, path, json=body, headers=dict(headers))
            finally:
                self._idle.append(client)

    def _added(self) -> httpx.AsyncClient:
        client = self._open()
        self._all.append(client)
        return client

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._all:
            await client.aclose()
