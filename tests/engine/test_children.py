"""Children are watched, bounded, and stopped with all that they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.engine.children import ask, last_lines, run_child
from infra.errors import EngineError
from tests.engine.places import Listener, Machine

ROOT = Path(__file__).parents[2]


def test_output_of_a_child_that_succeeds(machine: Machine, listener: Listener) -> None:
    """Both streams come back, in order, and no input is waited for."""
    program = machine.program("speak", "echo one; echo two >&2; cat")
    assert run_child([program], cwd=machine.home, environ=machine.environ, progress=listener, limit=10) == "one\ntwo\n"


def test_failure_shows_the_end_of_the_output_without_credentials(machine: Machine, listener: Listener) -> None:
    """Fifteen lines are enough to see why, and a proxy's password is not among them."""
    script = "n=0; while [ $n -lt 20 ]; do echo line $n; n=$((n+1)); done; echo https://me:secret@proxy/x; exit 3"
    program = machine.program("fail", script)
    with pytest.raises(EngineError) as caught:
        run_child([program], cwd=machine.home, environ=machine.environ, progress=listener, limit=10)
    assert "fail failed with exit code 3" in caught.value.what
    assert "https://***@proxy/x" in caught.value.what
    assert "secret" not in caught.value.what
    assert "line 1\n" not in caught.value.what


def test_a_child_that_takes_too_long_is_stopped_with_its_own_children(machine: Machine, listener: Listener) -> None:
    """The limit holds for the whole family."""
    pids = machine.home / "pid"
    program = machine.program("slow", f"sleep 300 & echo $! > {pids}; wait")
    with pytest.raises(EngineError, match="was stopped after 1 s"):
        run_child([program], cwd=machine.home, environ=machine.environ, progress=listener, limit=1)
    assert _is_gone(int(pids.read_text()))


def test_a_program_that_is_not_there(machine: Machine, listener: Listener) -> None:
    """The name is told."""
    with pytest.raises(EngineError, match="nowhere cannot be started: No such file"):
        run_child(["/nowhere"], cwd=machine.home, environ=machine.environ, progress=listener, limit=1)


def test_an_interrupt_stops_the_whole_family(machine: Machine) -> None:
    """^C in the installing process ends the compiler and what the compiler started."""
    fifo = machine.home / "started"
    os.mkfifo(fifo)
    program = machine.program("compiler", f"sleep 300 & echo $! > {fifo}; wait")
    source = (
        "import sys, pathlib, signal\n"
        # What a shell starts in the background ignores ^C, and so would its children.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from infra.engine.children import run_child\n"
        "from infra.engine.progress import Silent\n"
        "run_child([sys.argv[1]], cwd=pathlib.Path('/'), environ={'PATH': sys.argv[2]}, progress=Silent(), limit=300)\n"
    )
    argv = [sys.executable, "-c", source, str(program), machine.environ["PATH"]]
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE) as installing:
        grandchild = int(fifo.read_text())
        installing.send_signal(signal.SIGINT)
        _, errors = installing.communicate(timeout=30)
    assert b"KeyboardInterrupt" in errors
    assert _is_gone(grandchild)


def test_asking(machine: Machine) -> None:
    """The first line of a success; nothing from a failure, a sleeper or an absent program."""
    environ = machine.environ
    assert ask([machine.program("a", "echo 1.2.3; echo more")], environ=environ) == "1.2.3"
    assert ask([machine.program("b", "echo 1.2.3; exit 1")], environ=environ) == ""
    assert ask([machine.program("c", "exec sleep 300")], environ=environ, limit=0.2) == ""
    assert ask(["/nowhere"], environ=environ) == ""
    assert ask([machine.program("d", "")], environ=environ) == ""


def test_last_lines_keep_the_end() -> None:
    """Fifteen lines, indented."""
    lines = last_lines("\n".join(str(number) for number in range(100))).splitlines()
    assert len(lines) == 15
    assert lines[-1] == "    99"


def _is_gone(pid: int) -> bool:
    # A stopped grandchild is reaped by init, a moment after the signal.
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
    return False
