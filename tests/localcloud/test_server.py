"""The local cloud on a real socket: started, found, used, broken, stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.errors import CloudError
from infra.localcloud.server import Connection, environment, read_connection, serve
from tests.localcloud.in_process import HEROKU_ACCEPT

PATIENCE = 20


def _serve(data: Path, wire: Any) -> None:
    serve(data, 0, owner="practicalli", repository="banking", ready=wire.send)


@dataclass
class Running:
    """A served cloud in a process of its own."""

    data: Path
    process: Any
    connection: Connection

    def client(self) -> httpx.Client:
        """A client of the Heroku half."""
        headers = {"Authorization": f"Bearer {self.connection.heroku_token}", "Accept": HEROKU_ACCEPT}
        return httpx.Client(base_url=self.connection.url, headers=headers, trust_env=False, timeout=PATIENCE)


def start(data: Path) -> Running:
    """Serve on a free port and wait until it answers."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(data, theirs), daemon=True)
    process.start()
    assert mine.poll(PATIENCE), "the local cloud did not start"
    return Running(data, process, mine.recv())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A served cloud, stopped at the end."""
    cloud = start(tmp_path / "data")
    yield cloud
    cloud.process.terminate()
    cloud.process.join(PATIENCE)


def test_it_serves_and_tells_where(running: Running) -> None:
    """The connection file is private and is all a client needs."""
    file = running.data / "cloud.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_connection(running.data) == running.connection
    assert running.connection.pid == running.process.pid
    assert running.connection.heroku_token not in repr(running.connection)
    with running.client() as client:
        assert client.get("/account").json()["email"] == "deployer@example.com"
        headers = {"Authorization": f"token {running.connection.github_token}"}
        assert client.get("/api/v3/user", headers=headers).json()["login"] == "deployer"
        assert client.get("/_cloud/health").status_code == 200


def test_what_it_knows_survives(tmp_path: Path) -> None:
    """Stopped by a signal it removes its file; started again it has the same tokens and apps."""
    first = start(tmp_path)
    with first.client() as client:
        client.post("/apps", json={"name": "banking"}).raise_for_status()
    os.kill(first.process.pid, signal.SIGINT)
    first.process.join(PATIENCE)
    assert first.process.exitcode == 0
    with pytest.raises(CloudError, match="twelvefold cloud serve"):
        read_connection(tmp_path)
    second = start(tmp_path)
    with second.client() as client:
        assert [app["name"] for app in client.get("/apps").json()] == ["banking"]
    second.process.terminate()
    second.process.join(PATIENCE)


def test_lost_tokens_are_made_again(tmp_path: Path) -> None:
    """The store keeps only their digests, so new ones are let in."""
    first = start(tmp_path)
    first.process.terminate()
    first.process.join(PATIENCE)
    (tmp_path / "tokens.json").unlink()
    second = start(tmp_path)
    with second.client() as client:
        assert client.get("/account").json()["email"] == "deployer@example.com"
    assert second.connection.heroku_token != first.connection.heroku_token
    assert stat.S_IMODE((tmp_path / "cloud.sqlite").stat().st_mode) == 0o600
    second.process.terminate()
    second.process.join(PATIENCE)


def test_a_killed_cloud_is_not_mistaken_for_a_running_one(tmp_path: Path) -> None:
    """Its file is left behind, its lock is not; the folder can be served again."""
    first = start(tmp_path)
    first.process.kill()
    first.process.join(PATIENCE)
    with pytest.raises(CloudError, match="not running any more"):
        read_connection(tmp_path)
    second = start(tmp_path)
    assert read_connection(tmp_path).pid == second.process.pid
    second.process.terminate()
    second.process.join(PATIENCE)


def test_a_folder_is_served_once(running: Running) -> None:
    """The second one says where the first one is."""
    with pytest.raises(CloudError, match=running.connection.url):
        serve(running.data, 0, owner="o", repository="r", ready=print)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """With what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CloudError, match=f"port {port} cannot be used"):
            serve(tmp_path, port, owner="o", repository="r", ready=print)


@pytest.mark.parametrize(("kind", "there"), [("drop_before", 404), ("drop_after", 200)])
def test_a_dropped_connection_really_breaks(running: Running, kind: str, there: int) -> None:
    """The client sees the connection end without an answer, and the next request is served."""
    with running.client() as client:
        client.post("/_cloud/faults", json={"kind": kind, "vendor": "heroku", "count": 1})
        with pytest.raises(httpx.TransportError):
            client.post("/apps", json={"name": "banking"})
        assert client.get("/apps/banking").status_code == there
        statuses = [one["status"] for one in client.get("/_cloud/requests").json()]
        assert statuses == [f"dropped {kind.removeprefix('drop_')}", there]


def _create_app(connection: Connection) -> None:
    """What a process does that is going to be killed."""
    headers = {"Authorization": f"Bearer {connection.heroku_token}", "Accept": HEROKU_ACCEPT}
    httpx.post(f"{connection.url}/apps", json={"name": "banking"}, headers=headers, trust_env=False, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("kind", "how", "there"),
    [("pause_before", "drop", 404), ("pause_before", "go_on", 200), ("pause_after", "drop", 200)],
)
def test_a_client_is_killed_exactly_at_its_request(running: Running, kind: str, how: str, there: int) -> None:
    """A test waits until the request is there, kills its sender, and says whether it still takes effect."""
    with running.client() as client:
        fault = client.post("/_cloud/faults", json={"kind": kind, "method": "POST", "path": "^/apps$"}).json()["id"]
        sender = multiprocessing.get_context("spawn").Process(target=_create_app, args=(running.connection,))
        sender.start()
        assert client.get(f"/_cloud/faults/{fault}/met").json() == {"met": [{"method": "POST", "path": "/apps"}]}
        sender.kill()
        sender.join(PATIENCE)
        assert client.post(f"/_cloud/faults/{fault}/release", json={"how": how}).json() == {"released": how}
        deadline = time.monotonic() + PATIENCE
        while not client.get("/_cloud/requests").json():
            assert time.monotonic() < deadline, "the paused request never ended"
        assert client.get("/apps/banking").status_code == there


def test_slowness_is_for_each_request_and_side_by_side(running: Running) -> None:
    """Thirty at once take less than one after the other would."""
    with running.client() as client:
        client.post("/_cloud/faults", json={"kind": "slow", "milliseconds": 300, "vendor": "heroku"})
        started = time.monotonic()
        with ThreadPoolExecutor(30) as pool:
            answers = list(pool.map(lambda _: client.get("/account").status_code, range(30)))
        assert answers == [200] * 30
        took = 1000 * (time.monotonic() - started)
        each = [one["milliseconds"] for one in client.get("/_cloud/requests").json()]
    assert (len(each), min(each) >= 300) == (30, True)
    assert took < sum(each)


def test_the_environment_leads_tools_there() -> None:
    """Heroku's and GitHub's own variables; proxies leave loopback alone."""
    connection = Connection("http://127.0.0.1:9", 9, 1, "practicalli", "hk", "gh")
    made = environment(connection, {"NO_PROXY": "internal.example.com,localhost"})
    assert made["HEROKU_API_URL"] == made["HEROKU_HOST"] == "http://127.0.0.1:9"
    assert (made["HEROKU_API_KEY"], made["GITHUB_TOKEN"], made["GITHUB_OWNER"]) == ("hk", "gh", "practicalli")
    assert made["GITHUB_BASE_URL"] == "http://127.0.0.1:9/"
    assert made["NO_PROXY"] == "internal.example.com,localhost,127.0.0.1"
