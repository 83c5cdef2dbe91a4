"""Lanes: so many connections at most, each used again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx

from infra.apis.lanes import Lanes


class Road:
    """Counts clients and the requests that are under way at once."""

    def __init__(self) -> None:
        self.clients: list[httpx.AsyncClient] = []
        self.most = 0
        self._under_way = 0
        self._breaks: Iterator[bool] = iter(())

    def open(self) -> httpx.AsyncClient:
        """One more client."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer), base_url="http://vendor.test")
        self.clients.append(client)
        return client

    def break_first(self) -> None:
        """Let the next request fail."""
        self._breaks = iter([True])

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if next(self._breaks, False):
            raise httpx.ReadError("broken", request=request)
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        await asyncio.sleep(0)
        self._under_way -= 1
        return httpx.Response(200)


async def test_so_many_at_once_and_no_more() -> None:
    """However many want to; and every connection is closed in the end."""
    road = Road()
    lanes = Lanes(road.open, width=3)
    await asyncio.gather(*(lanes.request("GET", "/x", body=None, headers={}) for _ in range(20)))
    assert (len(road.clients), road.most) == (3, 3)
    await lanes.aclose()
    assert all(client.is_closed for client in road.clients)


async def test_one_after_another_needs_one() -> None:
    """Also after one that failed."""
    road = Road()
    lanes = Lanes(road.open, width=3)
    road.break_first()
    for _ in range(5):
        await asyncio.gather(lanes.request("GET", "/x", body=None, headers={}), return_exceptions=True)
    assert len(road.clients) == 1
    await lanes.aclose()
