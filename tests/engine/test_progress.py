"""Progress is told in lines that a log can bear."""

from __future__ import annotations

import io

import pytest

from infra.engine.progress import PlainLines, elapsed


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_elapsed_time_is_told_at_most_every_fifteen_seconds() -> None:
    """Ticks every two seconds for a minute give four lines, a note is never held back."""
    clock, stream = Clock(), io.StringIO()
    progress = PlainLines(stream, clock)
    progress.stage("compiling, 1 of 3")
    for second in range(2, 62, 2):
        clock.now = float(second)
        progress.tick(clock.now)
        if second == 20:
            progress.line("a note")
    clock.now = 61.0
    progress.done()
    assert stream.getvalue().splitlines() == [
        "compiling, 1 of 3",
        "compiling, 1 of 3: 16 s",
        "a note",
        "compiling, 1 of 3: 36 s",
        "compiling, 1 of 3: 52 s",
        "compiling, 1 of 3: done in 1 min 1 s",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (290, "4 min 50 s")])
def test_elapsed(seconds: float, text: str) -> None:
    """Seconds below a minute, minutes and seconds above."""
    assert elapsed(seconds) == text
