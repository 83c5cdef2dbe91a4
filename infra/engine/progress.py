"""How a long installation tells that it is alive."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TextIO

SECONDS_BETWEEN_LINES = 15.0


class Progress(Protocol):
    """Hears about stages as they begin, go on and end; may show them as it likes."""

    def stage(self, name: str) -> None:
        """A stage begins; it lasts until ``done`` or the next stage."""

    def tick(self, seconds: float) -> None:
        """The stage has been running for so many seconds; called every two seconds or so."""

    def line(self, text: str) -> None:
        """Something worth a line happened."""

    def done(self) -> None:
        """The stage has ended well."""


class Silent:
    """Shows nothing."""

    def stage(self, name: str) -> None: ...
    def tick(self, seconds: float) -> None: ...
    def line(self, text: str) -> None: ...
    def done(self) -> None: ...


class PlainLines:
    """Writes whole lines to a stream that is no terminal, and elapsed time at most every 15 s."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._name = ""
        self._began = self._spoke = clock()

    def stage(self, name: str) -> None:
        self._name = name
        self._began = self._clock()
        self.line(name)

    def tick(self, seconds: float) -> None:
        if self._clock() - self._spoke >= SECONDS_BETWEEN_LINES:
            self.line(f"{self._name}: {elapsed(seconds)}")

    def line(self, text: str) -> None:
        self._spoke = self._clock()
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def done(self) -> None:
        self.line(f"{self._name}: done in {elapsed(self._clock() - self._began)}")


def elapsed(seconds: float) -> str:
    """``42 s`` or ``4 min 50 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
