"""Let a program end when its engine has: a process of its own the engine would kill, in ours it must go by itself.

An engine that gives a run up (a provider refuses a change, say) is gone while the program may still wait for it. The
SDK then fails what was registered, but tells the engine's log first; that call fails too, and what waits for the
resource waits forever, in a thread that keeps this process from ending.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
from pulumi.runtime.settings import get_engine

Program = Callable[[], None]


def parting(program: Program) -> Program:
    """``program``, whose words to an engine that is gone are lost without harm."""

    def run() -> None:
        _lose_last_words()
        program()

    return run


def _lose_last_words() -> None:
    engine: Any = get_engine()
    log = engine.Log

    def said(*arguments: Any, **options: Any) -> Any:
        try:
            return log(*arguments, **options)
        except grpc.RpcError as failure:
            if failure.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return None

    engine.Log = said
