"""A small vendor in one process: answers from a script, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.apis.budget import Limits
from infra.apis.heroku import headers, refusal
from infra.apis.rest import Rest

Reply = httpx.Response | Exception


def reply(status: int = 200, body: Any = None, **header: str) -> httpx.Response:
    """An answer; header names are written with _ for -."""
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in header.items()})


@dataclass
class Vendor(httpx.AsyncBaseTransport):
    """Answers with the script's replies in turn, the last one for ever."""

    script: list[Reply]
    seen: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    now: float = 0.0
    held: asyncio.Event | None = None
    most_at_once: int = 0
    _inside: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        self._inside += 1
        self.most_at_once = max(self.most_at_once, self._inside)
        try:
            await asyncio.sleep(0)
            if self.held is not None:
                await self.held.wait()
        finally:
            self._inside -= 1
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def rest(self, limits: Limits | None = None, clock: Callable[[], float] | None = None) -> Rest:
        """A client of this vendor."""
        return Rest(
            "http://vendor.test",
            vendor="Heroku",
            headers=headers("HRKU-canary"),
            refusal=refusal,
            notice=self.notices.append,
            limits=limits,
            transport=self,
            sleep=self.sleep,
            clock=clock or (lambda: self.now),
            wall_clock=lambda: 1000.0 + self.now,
        )
