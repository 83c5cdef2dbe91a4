"""Lanes: so many connections at most, each used again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx

from infra.apis.lanes import Lane, Lanes


class Wire(httpx.MockTransport):
    """A connection that remembers whether it was closed."""

    closed = False

    async def aclose(self) -> None:
        self.closed = True


class Road:
    """Counts connections and the requests that are under way at once."""

    def __init__(self) -> None:
        self.wires: list[Wire] = []
        self.seen: list[httpx.Request] = []
        self.most = 0
        self._under_way = 0
        self._breaks: Iterator[bool] = iter(())

    def open(self) -> Lane:
        """One more connection."""
        self.wires.append(Wire(self._answer))
        return Lane("http://vendor.test/v3", {"Authorization": "Bearer t"}, httpx.Timeout(1), self.wires[-1])

    def break_first(self) -> None:
        """Let the next request fail."""
        self._breaks = iter([True])

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if next(self._breaks, False):
            raise httpx.ReadError("broken", request=request)
        self.seen.append(request)
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
    assert (len(road.wires), road.most) == (3, 3)
    await lanes.aclose()
    assert all(wire.closed for wire in road.wires)


async def test_one_after_another_needs_one() -> None:
    """Also after one that failed."""
    road = Road()
    lanes = Lanes(road.open, width=3)
    road.break_first()
    for _ in range(5):
        await asyncio.gather(lanes.request("GET", "/x", body=None, headers={}), return_exceptions=True)
    assert len(road.wires) == 1
    await lanes.aclose()


async def test_what_is_sent() -> None:
    """The address below the vendor's own, the client's headers and the request's, and a body as JSON, if any."""
    road = Road()
    lane = road.open()
    await lane.request("POST", "/apps?a=b%20c", body={"name": "shop"}, headers={"Accept": "x"})
    await lane.request("POST", "/apps", body=None, headers={})
    first, second = road.seen
    assert str(first.url) == "http://vendor.test/v3/apps?a=b%20c"
    assert (first.headers["Authorization"], first.headers["Accept"]) == ("Bearer t", "x")
    assert (first.headers["Content-Type"], first.content) == ("application/json", b'{"name":"shop"}')
    assert (second.headers["Content-Length"], second.content) == ("0", b"")
