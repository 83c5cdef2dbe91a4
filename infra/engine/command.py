"""The ``pulumi`` command with an interrupt that reaches it: once lets it finish what runs, twice stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

Listener = Callable[[str], None] | None


class EngineCommand(PulumiCommand):
    """Runs the engine we installed; its children are interrupted by ``interrupt`` only, never by the terminal."""

    def __init__(self, command: Path, version: str, environment: Mapping[str, str]) -> None:
        # The version is known from the installation: asking the binary again would cost a start of it.
        self.command = str(command)
        self.version = VersionInfo.parse(version)
        self.environment = dict(environment)
        self.running: list[subprocess.Popen[str]] = []
        self.interrupted = False

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Listener = None,
        on_error: Listener = None,
    ) -> CommandResult:
        """Run ``pulumi`` with ``args`` to its end; a failure raises the Automation API's ``CommandError``."""
        environment = {**os.environ, **self.environment, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            process_group=0,
        ) as process:
            self.running.append(process)
            if self.interrupted:
                process.send_signal(signal.SIGINT)
            result = _collect(process, on_output, on_error)
            self.running.remove(process)
        if result.code != 0:
            raise create_command_error(result)
        return result

    def interrupt(self) -> None:
        """Pass an interrupt on to everything that runs."""
        self.interrupted = True
        for process in self.running:
            process.send_signal(signal.SIGINT)


def _collect(process: subprocess.Popen[str], on_output: Listener, on_error: Listener) -> CommandResult:
    stdout, stderr = _Lines(process.stdout, on_output), _Lines(process.stderr, on_error)
    stdout.join()
    stderr.join()
    return CommandResult(stdout=stdout.text(), stderr=stderr.text(), code=process.wait())


class _Lines:
    def __init__(self, stream: IO[str] | None, listener: Listener) -> None:
        self.stream, self.listener, self.lines = stream, listener, list[str]()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        for line in self.stream or ():
            self.lines.append(line.rstrip())
            if self.listener:
                self.listener(line.rstrip())

    def join(self) -> None:
        self.thread.join()

    def text(self) -> str:
        return "\n".join(self.lines)


@contextmanager
def interrupts(command: EngineCommand, told: Callable[[int], None]) -> Iterator[None]:
    """While inside, ^C goes to the engine; ``told`` hears how many there were."""
    count = 0

    def forward(_signal: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        told(count)
        command.interrupt()

    before = signal.signal(signal.SIGINT, forward)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
