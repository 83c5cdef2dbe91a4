"""Child processes that are watched, bounded in time, and never outlive an interrupt."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from infra.engine.progress import Progress
from infra.errors import EngineError

SECONDS_BETWEEN_TICKS = 2.0
SECONDS_TO_STOP = 5.0
LAST_LINES = 15


def run_child(
    argv: Sequence[str | Path], *, cwd: Path, environ: Mapping[str, str], progress: Progress, limit: float
) -> str:
    """Runs a program for at most ``limit`` seconds and returns what it printed; EngineError with its last lines."""
    # Output goes to a file: a pipe would have to be emptied by a thread while this one waits.
    with tempfile.TemporaryFile() as output:
        # An interrupt between the child's start and the wait for it would leave the child behind.
        usual = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            child = _start(argv, cwd, environ, output)
            try:
                signal.pthread_sigmask(signal.SIG_SETMASK, usual)
                in_time = _wait(child, progress, limit)
            finally:
                _stop(child)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, usual)
        output.seek(0)
        text = output.read().decode(errors="replace")
    name = Path(argv[0]).name
    if not in_time:
        raise EngineError(f"{name} was stopped after {limit:.0f} s:\n{last_lines(text)}")
    if child.returncode:
        raise EngineError(f"{name} failed with exit code {child.returncode}:\n{last_lines(text)}")
    return text


def ask(argv: Sequence[str | Path], *, environ: Mapping[str, str], limit: float = 20.0) -> str:
    """The first line that a program prints when it succeeds in time; empty otherwise."""
    try:
        answer = subprocess.run(
            [str(word) for word in argv],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limit,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = answer.stdout.decode(errors="replace").splitlines()
    return lines[0].strip() if lines and answer.returncode == 0 else ""


def last_lines(text: str) -> str:
    """The end of a program's output, indented, without the credentials that an address may hold."""
    masked = re.sub(r"://[^/\s@]+@", "://***@", text)
    return "\n".join(f"    {line}" for line in masked.rstrip().splitlines()[-LAST_LINES:])


def _start(
    argv: Sequence[str | Path], cwd: Path, environ: Mapping[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    """A program in a session of its own, so that one signal reaches all of its children (compilers, linkers)."""
    try:
        return subprocess.Popen(
            [str(word) for word in argv],
            cwd=cwd,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(f"{argv[0]} cannot be started: {error.strerror}") from error


def _wait(child: subprocess.Popen[bytes], progress: Progress, limit: float) -> bool:
    began = time.monotonic()
    while (passed := time.monotonic() - began) < limit:
        try:
            child.wait(timeout=min(SECONDS_BETWEEN_TICKS, limit - passed))
        except subprocess.TimeoutExpired:
            progress.tick(time.monotonic() - began)
        else:
            return True
    return False


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    _signal(child, signal.SIGTERM)
    try:
        child.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        pass
    finally:
        # Also when a second interrupt cuts the wait short: nothing may go on writing into a folder that is removed.
        _signal(child, signal.SIGKILL)
        child.wait()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
