"""An event loop whose time jumps to the next timer as soon as nothing else can happen: waits cost nothing."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class _Jumping(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everybody waits, and nothing will ever happen")
            self.passed += max(timeout, 0.0)
        return ready


class _AtOnce(ThreadPoolExecutor):
    """Does in place what else a thread would do: while one works, nobody could tell whether anything will happen."""

    def submit(self, act: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(act(*args, **options))
        except Exception as error:
            done.set_exception(error)
        return done


class VirtualLoop(asyncio.SelectorEventLoop):
    """Seconds pass only where somebody waits for them."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        # Timers are compared with a resolution; a jump that lands just short of one must not go on for ever.
        self._clock_resolution = 1e-6
        self.set_default_executor(_AtOnce(1))

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.passed
