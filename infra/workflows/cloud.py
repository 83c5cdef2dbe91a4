"""The local cloud of a project: run it, point tools at it, and change it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from infra.engine.state import address_of
from infra.errors import CloudError
from infra.localcloud import server
from infra.model.environment import Environment
from infra.model.project import Project
from infra.workflows.read import examine

ACCOUNT = "deployer@example.com"
START_SECONDS = 20.0
STOP_SECONDS = 10.0
FOLDER = Path(".twelvefold", "cloud")


class LocalCloud:
    """The local cloud that belongs to ``project``, kept in its ``.twelvefold/cloud``."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.data = project.folder / FOLDER
        self.process: subprocess.Popen[bytes] | None = None

    def serve(self, port: int, ready: Callable[[str], None]) -> None:
        """Serve until interrupted, on ``port`` or the same as last time; ``ready`` hears the address."""
        owner, repository = self._repository().split("/")

        def announce(connection: server.Connection) -> None:
            (self.data / "port").write_text(str(connection.port))
            ready(connection.url)

        server.serve(
            self.data,
            port or self._last_port(),
            owner=owner,
            repository=repository,
            additions=self.additions(),
            ready=announce,
        )

    def _last_port(self) -> int:
        """The port of the last run while it is free: providers keep the address they were made with in the state."""
        try:
            port = int((self.data / "port").read_text())
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((server.HOST, port))
        except (OSError, ValueError):
            return 0
        return port

    def connection(self) -> server.Connection:
        """How to reach the running cloud; ``CloudError`` when it does not run."""
        return server.read_connection(self.data)

    def environment(self) -> dict[str, str]:
        """Variables that point every tool at the cloud, and the engine at a state of its own beside it."""
        state = self.data / "state"
        state.mkdir(parents=True, exist_ok=True)
        return {**server.environment(self.connection()), "PULUMI_BACKEND_URL": address_of(state)}

    def start(self) -> str:
        """Serve in a process of its own and wait until it answers; returns the address."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = self.data / "serve.log"
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.cli", "cloud", "serve"],
                cwd=self.project.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            try:
                self.control("GET", "health")
                return self.connection().url
            except CloudError:
                if self.process.poll() is not None:
                    said = log.read_text()[-500:]
                    raise CloudError("the local cloud did not start", where=str(log), todo=said) from None
                time.sleep(0.05)
        self.process.kill()
        raise CloudError(f"the local cloud did not answer within {START_SECONDS:.0f} s", where=str(log))

    def stop(self) -> None:
        """Stop the running cloud and wait until it is gone."""
        process = self.connection().pid
        os.kill(process, signal.SIGTERM)
        ends = time.monotonic() + STOP_SECONDS
        while time.monotonic() < ends and self.runs():
            time.sleep(0.02)
        if self.process is not None:
            self.process.wait(STOP_SECONDS)

    def runs(self) -> bool:
        """Whether a cloud serves this project now."""
        try:
            self.connection()
        except CloudError:
            return False
        return True

    def reset(self) -> None:
        """Forget the estate, and the state that recorded it; what was seeded is there again."""
        self.control("POST", "reset")
        shutil.rmtree(self.data / "state", ignore_errors=True)
        self.seed(self.additions())

    def seed(self, document: dict[str, Any]) -> None:
        """Add what ``document`` lists and is not there yet."""
        self.control("POST", "seed", document)

    def export(self, *, normalized: bool) -> str:
        """The estate as JSON text."""
        found = self.control("GET", "export?normalized=1" if normalized else "export")
        return json.dumps(found, indent=2, sort_keys=True) + "\n"

    def by_hand(self, vendor: str, method: str, path: str, body: Any, *, person: str = "", at: str = "") -> Any:
        """Make a call as a person (the human account, if none is named), now or at a time (ISO 8601)."""
        call = {"vendor": vendor, "method": method.upper(), "path": path, "body": body}
        said = {name: value for name, value in (("as", person), ("at", at)) if value}
        return self.control("POST", "by-hand", {**call, **said})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call one of the cloud's own control routes."""
        import ssl

        import httpx

        url = f"{self.connection().url}/_cloud/{path}"
        # On loopback no certificate is trusted or needed, and reading them all takes longer than the call.
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            answer = httpx.request(method, url, json=body, timeout=30, trust_env=False, verify=bare)
        except httpx.HTTPError as fault:
            raise CloudError(f"the local cloud does not answer ({fault})", where=url) from None
        content = answer.json() if answer.content else None
        if answer.is_error:
            message = content.get("message", "") if isinstance(content, dict) else ""
            raise CloudError(message or f"HTTP {answer.status_code}", where=f"{method} /_cloud/{path}")
        return content

    def additions(self) -> dict[str, Any]:
        """The seed document of every person and team that the stack files name."""
        found = list(self._environments())
        wanted = [github for environment in found for github in environment.service.github.environments.values()]
        people = sorted({login for github in wanted for login in github.reviewers.users})
        teams = sorted({slug for github in wanted for slug in github.reviewers.teams})
        owner = self._repository().split("/")[0]
        organization = {"login": owner, "members": people, "teams": [{"slug": slug, "members": []} for slug in teams]}
        heroku_teams = sorted({app.team for environment in found for app in environment.apps.values() if app.team})
        members = [ACCOUNT]
        return {
            "github": {"users": [{"login": login} for login in people], "organizations": [organization]},
            "heroku": {"teams": [{"name": team, "members": members} for team in heroku_teams]},
        }

    def _repository(self) -> str:
        names = (environment.service.repository for environment in self._environments())
        return next((name for name in names if name), "example/service")

    def _environments(self) -> Iterator[Environment]:
        for stack in self.project.stacks:
            _, environment, _ = examine(self.project, stack)
            if environment is not None:
                yield environment
