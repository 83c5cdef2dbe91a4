"""Serving the local cloud on loopback, and telling others where it is."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.errors import CloudError

if TYPE_CHECKING:
    from infra.localcloud.exchange import Settings

HOST = "127.0.0.1"
_START = "Start it with: twelvefold cloud serve"


@dataclass(frozen=True)
class Connection:
    """Where a running local cloud is and how to speak to it; the tokens never show in its repr."""

    url: str
    port: int
    pid: int
    owner: str
    heroku_token: str = field(repr=False)
    github_token: str = field(repr=False)
    gitlab_token: str = field(default="", repr=False)


def read_connection(data: Path) -> Connection:
    """The connection of the local cloud that runs on this data folder; CloudError when none does."""
    file = data / "cloud.json"
    try:
        connection = Connection(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CloudError("the local cloud is not running", where=str(data), todo=_START) from None
    except (ValueError, TypeError) as error:
        raise CloudError(f"{file.name} cannot be read: {type(error).__name__}", where=str(file), todo=_START) from None
    if not _is_locked(data):
        raise CloudError("the local cloud is not running any more", where=str(data), todo=_START)
    return connection


def environment(connection: Connection, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that make Heroku's, GitHub's and GitLab's tools speak to the local cloud."""
    known = (inherited if inherited is not None else os.environ).get("NO_PROXY", "")
    hosts = [host for host in known.split(",") if host] + [
        host for host in (HOST, "localhost") if host not in known.split(",")
    ]
    return {
        "HEROKU_API_URL": connection.url,
        "HEROKU_API_KEY": connection.heroku_token,
        "HEROKU_HOST": connection.url,
        "GITHUB_BASE_URL": f"{connection.url}/",
        "GITHUB_TOKEN": connection.github_token,
        "GITHUB_OWNER": connection.owner,
        "CI_API_V4_URL": f"{connection.url}/api/v4",
        "GITLAB_TOKEN": connection.gitlab_token,
        "NO_PROXY": ",".join(hosts),
        "no_proxy": ",".join(hosts),
    }


def serve(
    data: Path,
    port: int,
    *,
    owner: str,
    repository: str,
    team: str = "",
    additions: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
    ready: Callable[[Connection], None],
) -> None:
    """Serve until SIGTERM or SIGINT on a port of loopback (0: a free one), remembering in the data folder.

    A new folder is seeded for the owner and repository, then with the seed document ``additions``. ``ready`` is called
    once requests are answered. Raises CloudError when another local cloud holds the folder or the port.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_one(data), _listening(port) as listener:
        tokens = _tokens(data)
        connection = Connection(
            url=f"http://{HOST}:{listener.getsockname()[1]}",
            port=listener.getsockname()[1],
            pid=os.getpid(),
            owner=owner,
            heroku_token=tokens["heroku"],
            github_token=tokens["github"],
            gitlab_token=tokens["gitlab"],
        )
        _run(data, listener, connection, repository, team, additions, settings, ready)


def _run(
    data: Path,
    listener: socket.socket,
    connection: Connection,
    repository: str,
    team: str,
    additions: Mapping[str, Any] | None,
    settings: Settings | None,
    ready: Callable[[Connection], None],
) -> None:
    from infra.localcloud import seed as seeds
    from infra.localcloud.app import create_app, utc_now
    from infra.localcloud.sockets import run_until_stopped
    from infra.localcloud.store import Store

    store = Store(data / "cloud.sqlite")
    tokens = {
        "heroku": connection.heroku_token,
        "github": connection.github_token,
        "gitlab": connection.gitlab_token,
    }
    document = seeds.default_seed(connection.owner, repository, **tokens, team=team)
    try:
        is_new = not store.find(seeds.KIND)
        if is_new or not seeds.knows(store, connection.heroku_token):
            seeds.seed(store, document, utc_now())
        if is_new and additions:
            seeds.seed(store, additions, utc_now())
        app = create_app(store, clock=utc_now, settings=settings)
        with _announced(data, connection):
            run_until_stopped(app, listener, lambda: ready(connection))
    finally:
        store.close()


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the folder's lock: the system lets go of it when the process ends, however it ends."""
    with open(data / "cloud.lock", "a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = _running_url(data)
            message = f"a local cloud already runs on this folder{where}"
            raise CloudError(message, where=str(data), todo="Use it, stop it, or give another --data folder.") from None
        yield


def _is_locked(data: Path) -> bool:
    with open(data / "cloud.lock", "a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _running_url(data: Path) -> str:
    try:
        return f" at {json.loads((data / 'cloud.json').read_text(encoding='utf-8'))['url']}"
    except (OSError, ValueError, KeyError):
        return ""


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # The protocol is named because asyncio switches Nagle's delay (40 ms an answer) off only for sockets that name it.
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            message = f"port {port} cannot be used: {error.strerror}"
            raise CloudError(message, todo="Give another --port, or 0 for a free one.") from None
        listener.listen(128)
        yield listener


def _tokens(data: Path) -> dict[str, str]:
    """The deployer's tokens: made once per data folder and kept beside the store, for its owner's eyes only."""
    from infra.localcloud.seed import github_token, gitlab_token, heroku_token

    file = data / "tokens.json"
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        # A folder of an earlier version knows no GitLab.
        return {"gitlab": "", **kept}
    tokens = {"heroku": heroku_token(), "github": github_token(), "gitlab": gitlab_token()}
    _write_private(file, tokens)
    return tokens


@contextlib.contextmanager
def _announced(data: Path, connection: Connection) -> Iterator[None]:
    file = data / "cloud.json"
    _write_private(file, asdict(connection))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _write_private(file: Path, value: Mapping[str, Any]) -> None:
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream)
    draft.replace(file)
