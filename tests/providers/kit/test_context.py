"""Waiting: ever less often, for so long, and with a word about it."""

from __future__ import annotations

import pytest

from infra.providers.kit.context import Context, TookTooLong


class Clock:
    """Time that passes at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.told: list[str] = []

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)

    def context(self, timeout: float = 0.0) -> Context:
        return Context(
            timeout=timeout,
            sleep=self.sleep,
            clock=lambda: self.now,
            tell=lambda _severity, text: self.told.append(text),
        )


async def test_waiting_ends_with_what_was_found() -> None:
    """The pauses grow from one poll to the next, to a bound."""
    clock, answers = Clock(), [None] * 12 + ["done"]

    async def poll() -> str | None:
        return answers.pop(0)

    assert await clock.context().wait(poll, what="it") == "done"
    assert clock.pauses == sorted(clock.pauses)
    assert clock.pauses[0] == 0.2
    assert clock.pauses[-1] == 5.0
    assert clock.told[0].startswith("it: ")


@pytest.mark.parametrize(("timeout", "limit"), [(0.0, 60.0), (30.0, 30.0)])
async def test_waiting_is_bounded_by_the_programs_timeout_or_ours(timeout: float, limit: float) -> None:
    """What goes on elsewhere is not waited for for ever."""
    clock = Clock()

    async def never() -> str | None:
        return None

    with pytest.raises(TookTooLong, match=f"within {limit:.0f} s"):
        await clock.context(timeout).wait(never, what="it", limit=60.0)
    assert clock.now <= limit


async def test_what_cannot_be_ready_at_once_is_not_asked_at_once() -> None:
    """The first pause comes first."""
    clock = Clock()
    asked: list[float] = []

    async def poll() -> str | None:
        asked.append(clock.now)
        return "done"

    await clock.context().wait(poll, what="it", eager=False)
    assert asked == [0.2]
