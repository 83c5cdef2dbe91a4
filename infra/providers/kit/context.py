"""What a verb gets besides its values: a way to say what happened, to wait, and to be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from infra.errors import TwelvefoldError

Severity = Literal["info", "warning", "status"]
Found = TypeVar("Found")


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class TookTooLong(TwelvefoldError):
    """The vendor did not finish in the time that was allowed."""


@dataclass
class Context:
    """The surroundings of one create, update or delete; ``timeout`` in seconds, 0 when the program set none.

    resumes: since when an interrupted run may have made what this one is asked to make; None when there was none.
    known: the ids of everything that the engine has in its state, as far as it told.
    """

    urn: str = ""
    timeout: float = 0.0
    sleep: Callable[[float], Awaitable[object]] = field(repr=False, kw_only=True)
    tell: Callable[[Severity, str], None] = field(default=lambda _severity, _text: None, repr=False, kw_only=True)
    clock: Callable[[], float] = field(default=_loop_time, repr=False, kw_only=True)
    birth: tuple[str, dict[str, Any]] | None = field(default=None, repr=False, kw_only=True)
    resumes: datetime | None = field(default=None, kw_only=True)
    known: set[str] = field(default_factory=set, repr=False, kw_only=True)

    def born(self, id: str, outputs: dict[str, Any]) -> None:
        """From now on the vendor has it: whatever fails later, the id and these properties are kept."""
        self.birth = (id, dict(outputs))
        self.known.add(id)

    def say(self, text: str) -> None:
        """Tell the person something that is well; never a value that could be secret."""
        self.tell("info", text)

    def warn(self, text: str) -> None:
        """Tell the person something that is not an error; never a value that could be secret."""
        self.tell("warning", text)

    def status(self, text: str) -> None:
        """Tell what is being waited for, while it is waited for."""
        self.tell("status", text)

    async def wait(
        self,
        poll: Callable[[], Awaitable[Found | None]],
        *,
        what: str,
        first: float = 0.2,
        longest: float = 5.0,
        limit: float = 1200.0,
        eager: bool = True,
    ) -> Found:
        """Ask ``poll`` until it answers something, ever less often, for at most ``limit`` seconds.

        ``eager`` asks at once, before the first pause.
        """
        limit = self.timeout or limit
        began = self.clock()
        pause = first
        if not eager:
            await self.sleep(pause)
        while (found := await poll()) is None:
            if self.clock() - began + pause > limit:
                raise TookTooLong(
                    f"{what} did not finish within {limit:.0f} s",
                    todo="It goes on at Heroku; the next `pulumi up` goes on waiting for it.",
                )
            if pause >= longest:
                self.status(f"{what}: {self.clock() - began:.0f} s")
            await self.sleep(pause)
            pause = min(longest, pause * 1.6)
        return found
