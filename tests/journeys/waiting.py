"""Waiting for something to happen in another process."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_for(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Return as soon as ``happened`` says so; an AssertionError when it does not in time."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)
