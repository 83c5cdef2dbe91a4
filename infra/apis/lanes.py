"""The connections of a client, each with a pool of its own.

A shared pool looks at all its connections for each of its requests, several times over: with sixteen of them that costs
more than the requests themselves. Nor is there a whole client to each: cookies, redirects and the like, which a REST
API has no use for, take it as long as the request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx

ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)
HEADERS = {"Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}


class Lane:
    """One connection to one vendor, kept open; one request at a time."""

    def __init__(
        self, base_url: str, headers: Mapping[str, str], timeout: httpx.Timeout, transport: httpx.AsyncBaseTransport
    ) -> None:
        self._base_url = base_url
        self._headers = {**HEADERS, **headers}
        self._extensions = {"timeout": timeout.as_dict()}
        self._transport = transport

    async def request(self, method: str, path: str, *, body: Any, headers: Mapping[str, str]) -> httpx.Response:
        """Send one request; its whole answer, which is never followed elsewhere."""
        request = httpx.Request(
            method,
            f"{self._base_url}{path}",
            headers={**self._headers, **headers},
            json=body,
            extensions=self._extensions,
        )
        response = await self._transport.handle_async_request(request)
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response

    async def aclose(self) -> None:
        """Close the connection."""
        await self._transport.aclose()


class Lanes:
    """At most ``width`` requests at once; the connection that was used last is used next. ``open`` makes one more."""

    def __init__(self, open: Callable[[], Lane], *, width: int) -> None:
        self._open = open
        self._slots = asyncio.Semaphore(width)
        self._all: list[Lane] = []
        self._idle: list[Lane] = []

    async def request(self, method: str, path: str, *, body: Any, headers: Mapping[str, str]) -> httpx.Response:
        """Send one request as soon as a connection is free; its whole answer."""
        async with self._slots:
            lane = self._idle.pop() if self._idle else self._added()
            try:
                return await lane.request(method, path, body=body, headers=headers)
            finally:
                self._idle.append(lane)

    def _added(self) -> Lane:
        lane = self._open()
        self._all.append(lane)
        return lane

    async def aclose(self) -> None:
        """Close every connection."""
        for lane in self._all:
            await lane.aclose()
