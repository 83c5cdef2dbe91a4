"""State in a real PostgreSQL instead of a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.checkout import Checkout

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database on loopback."""
    if PROGRAMS is None or not (PROGRAMS / "initdb").exists():
        pytest.skip("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    folder = tmp_path / "postgres"
    folder.mkdir()
    # The server refuses to run as root.
    switch = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if switch:
        for folder_above in (tmp_path, *tmp_path.parents):
            if folder_above.owner() == "root" and not folder_above.stat().st_mode & 0o001:
                folder_above.chmod(folder_above.stat().st_mode | 0o011)
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    _run(folder, *switch, str(PROGRAMS / "initdb"), "-D", str(data), "-U", "twelvefold", "-A", "trust", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [*switch, str(PROGRAMS / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    _run(folder, *control, "-o", options, "start")
    try:
        yield f"postgres://twelvefold@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        # Stopping is not what is tested: a server that is already gone is as good.
        with contextlib.suppress(AssertionError):
            _run(folder, *control, "-m", "immediate", "stop")


def _run(folder: Path, *command: str) -> None:
    # Into files, not pipes: the server that pg_ctl leaves running would hold a pipe open.
    with (folder / "output").open("w") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, timeout=60, check=False)
    log = folder / "log"
    said = [path.read_text() for path in (folder / "output", log) if path.exists()]
    assert done.returncode == 0, "\n".join([" ".join(command), *said])


def test_state_lives_in_the_database(checkout: Checkout, database: str) -> None:
    """Up, an empty preview and destroy work with the state in PostgreSQL, and nothing of it is in a folder."""
    checkout.environment["PULUMI_BACKEND_URL"] = database

    up = checkout.twelvefold("up", "staging", "--yes")
    preview = checkout.twelvefold("preview", "staging")
    listed = checkout.pulumi("stack", "ls", "--json")
    destroy = checkout.twelvefold("destroy", "staging", "--yes")

    assert up.code == 0, up.text
    assert preview.code == 0, preview.text
    assert [stack["name"] for stack in listed.json()] == ["staging"]
    assert destroy.code == 0, destroy.text
