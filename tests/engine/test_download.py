"""The official release is taken only where it can be had, and only if it is what was asked for."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.engine.download import Releases
from infra.engine.parts import PULUMI_VERSION
from infra.errors import EngineError
from tests.engine.places import PULUMI, Listener, Machine

# Stands for the Automation API's installer: writes the programs that the release has into ROOT/bin.
AUTOMATION = """
import os, pathlib
class PulumiCommand:
    @classmethod
    def install(cls, root, version, skip_version_check):
        folder = pathlib.Path(root, "bin")
        folder.mkdir(parents=True)
        for name, script in {{"pulumi": {pulumi!r}, "pulumi-language-python": "", "pulumi-language-go": ""}}.items():
            program = folder / name
            program.write_text("#!/bin/sh" + chr(10) + script)
            program.chmod(0o755)
"""
SEMVER = """
class VersionInfo:
    parse = staticmethod(str)
"""


def offer_release(machine: Machine, pulumi: str = PULUMI) -> None:
    """Lets the machine's Python find an installer that brings this ``pulumi``."""
    machine.python("pulumi/__init__.py", "")
    machine.python("pulumi/automation/__init__.py", AUTOMATION.format(pulumi=pulumi))
    machine.python("semver.py", SEMVER)


class Answer(BaseHTTPRequestHandler):
    """Says no, which is an answer too."""

    def do_HEAD(self) -> None:
        """Forbids."""
        self.send_response(403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextlib.contextmanager
def answering_host() -> Iterator[str]:
    """A host on loopback that answers."""
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def late_host() -> Iterator[str]:
    """A host on loopback that takes the call, and says nothing for far longer than anybody waits."""
    over = threading.Event()

    class Late(Answer):
        def do_HEAD(self) -> None:
            """Waits."""
            over.wait(20)
            with contextlib.suppress(OSError):
                super().do_HEAD()

    with ThreadingHTTPServer(("127.0.0.1", 0), Late) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        over.set()
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def closed_host() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
    yield address


@pytest.mark.parametrize(
    ("host", "reachable"),
    [(answering_host, True), (late_host, False), (closed_host, False)],
    ids=["answering", "late", "closed"],
)
def test_the_host_is_asked_for_a_moment_only(
    machine: Machine, listener: Listener, host: object, reachable: bool
) -> None:
    """Any answer will do; none is waited for longer than was said."""
    assert callable(host)
    with host() as address:
        assert Releases(machine.environ, listener, address, patience=0.5).reachable() is reachable


def test_a_name_that_does_not_exist_is_not_reachable(machine: Machine, listener: Listener) -> None:
    """``.invalid`` never resolves."""
    assert not Releases(machine.environ, listener, "https://pulumi.invalid/", patience=0.5).reachable()


def test_the_release_is_unpacked_side_by_side(machine: Machine, listener: Listener) -> None:
    """As Pulumi ships it, language hosts beside the engine."""
    offer_release(machine)
    folder = machine.folder / "entry"
    folder.mkdir()
    Releases(machine.environ, listener, "http://127.0.0.1/").install_pulumi(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["pulumi", "pulumi-language-go", "pulumi-language-python"]
    assert listener.stages == [f"downloading Pulumi {PULUMI_VERSION}"]


@pytest.mark.parametrize(("script", "said"), [("echo v3.257.0", "3.257.0"), ("exit 1", "nothing")])
def test_another_version_than_asked_for_is_refused(
    machine: Machine, listener: Listener, script: str, said: str
) -> None:
    """What was installed is asked which version it is."""
    offer_release(machine, script)
    folder = machine.folder / "entry"
    folder.mkdir()
    with pytest.raises(EngineError, match=f"should be {PULUMI_VERSION} but says {said}"):
        Releases(machine.environ, listener, "http://127.0.0.1/").install_pulumi(folder)


def test_the_plugin_is_installed_by_the_engine_into_the_entry(machine: Machine, listener: Listener) -> None:
    """Not into the user's own Pulumi home."""
    pulumi = machine.program("pulumi", PULUMI)
    folder = machine.folder / "entry"
    folder.mkdir()
    Releases(machine.environ, listener, "http://127.0.0.1/").install_github(folder, pulumi)
    assert [path.name for path in folder.iterdir()] == ["pulumi-resource-github"]
    assert not Path(machine.home, ".pulumi").exists()


def test_a_plugin_that_does_not_come_is_an_error(machine: Machine, listener: Listener) -> None:
    """The engine's installer may succeed without leaving what was asked for."""
    pulumi = machine.program("pulumi", "exit 0")
    with pytest.raises(EngineError, match=r"should be 6\.15\.0 but says nothing"):
        Releases(machine.environ, listener, "http://127.0.0.1/").install_github(machine.folder, pulumi)
