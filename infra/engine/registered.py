"""Listen to what the program registers, because the engine's events tell no secret, not even that it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from pulumi.runtime.settings import get_monitor

from infra.engine.wire import read_value

Program = Callable[[], None]


class Registered:
    """The inputs of every resource that a program registered, by URN, as it gave them; secrets are ``Hidden``."""

    def __init__(self) -> None:
        self.inputs: dict[str, Mapping[str, Any]] = {}

    def listening(self, program: Program) -> Program:
        """``program``, heard here while it runs."""

        def run() -> None:
            self._listen()
            program()

        return run

    def _listen(self) -> None:
        monitor: Any = get_monitor()
        register = monitor.RegisterResource

        def heard(request: Any, *more: Any, **options: Any) -> Any:
            answer = register(request, *more, **options)
            self.inputs[answer.urn] = read_value(MessageToDict(request.object))
            return answer

        monitor.RegisterResource = heard
