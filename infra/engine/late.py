"""An engine's command that is made when it is first run: an audit seldom needs it, and the SDK takes long to load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.automation import CommandResult

    from infra.engine.command import EngineCommand


class LateCommand:
    """Runs the engine that ``make`` finds, at the first run; ``environment`` is what reading states takes."""

    def __init__(self, make: Callable[[], EngineCommand], environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._make = make
        self._made: EngineCommand | None = None
        self._lock = Lock()

    def run(self, args: list[str], cwd: str, additional_env: Mapping[str, str]) -> CommandResult:
        """Run ``pulumi`` with ``args`` to its end; a failure raises the Automation API's ``CommandError``."""
        return self._command().run(args, cwd, additional_env)

    def _command(self) -> EngineCommand:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
