"""How a client waits when a vendor says that its request budget is used up."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

Sleep = Callable[[float], Awaitable[object]]
Notice = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """Bounds of patience and of concurrency; times in seconds."""

    concurrency: int = 16
    attempts: int = 6
    connect_attempts: int = 4
    first_wait: float = 0.25
    longest_wait: float = 30.0
    patience: float = 900.0
    timeout: float = 30.0
    connect_timeout: float = 10.0


def jittered(first: float, attempt: int, longest: float) -> float:
    """Seconds to wait before a repeated attempt: doubling, bounded, and never the same for two clients."""
    return float(min(longest, first * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - no secret is made of it


def asked_wait(headers: Mapping[str, str], wall_clock: Callable[[], float]) -> float | None:
    """Seconds that the answer's own headers ask to wait, or None when they say nothing."""
    after = headers.get("retry-after", "")
    if after:
        return _retry_after(after, wall_clock)
    reset = headers.get("x-ratelimit-reset", "")
    if reset.isdigit() and headers.get("x-ratelimit-remaining", "0") == "0":
        return max(0.0, int(reset) - wall_clock())
    return None


def _retry_after(value: str, wall_clock: Callable[[], float]) -> float | None:
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - wall_clock())
    except ValueError:
        return None


class Gate:
    """Holds back every request of a client while one of them waits for the budget to fill up again."""

    def __init__(self, *, limits: Limits, sleep: Sleep, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._sleep = sleep
        self._clock = clock
        self._open = asyncio.Event()
        self._open.set()

    async def passed(self) -> None:
        """Return as soon as nobody waits for the budget."""
        await self._open.wait()

    def left(self, since: float) -> float:
        """Seconds of patience left for a request that was first sent at ``since``."""
        return self._limits.patience - (self._clock() - since)

    async def hold(self, seconds: float) -> None:
        """Keep the gate shut for ``seconds``; if it is shut already, wait until it opens."""
        if not self._open.is_set():
            await self._open.wait()
            return
        self._open.clear()
        try:
            await self._sleep(seconds)
        finally:
            self._open.set()
