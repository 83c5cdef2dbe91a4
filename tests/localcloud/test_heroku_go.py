"""Heroku's own Go client, unchanged, against the local cloud on a socket."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.localcloud.server import environment
from tests.contract.tools import go
from tests.localcloud.test_server import PATIENCE, start

PROGRAM = Path(__file__).parent / "clients" / "heroku_go"


@pytest.mark.journey
def test_herokus_go_client_builds_an_estate(tmp_path: Path) -> None:
    """Every answer decodes into Heroku's own types, and nothing is left behind."""
    binary = tmp_path / "client"
    build = [go(), "build", "-o", str(binary), "."]
    subprocess.run(build, cwd=PROGRAM, check=True, timeout=300, env={**os.environ, "GOWORK": "off"})
    cloud = start(tmp_path / "data")
    try:
        with cloud.client() as client:
            before = client.get("/_cloud/export?normalized=1").text
            done = subprocess.run(
                [str(binary)],
                env={**os.environ, **environment(cloud.connection)},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert client.get("/_cloud/export?normalized=1").text == before
    finally:
        cloud.process.terminate()
        cloud.process.join(PATIENCE)
    seen = json.loads(done.stdout)
    assert "Couldn't find that app." in seen.pop("afterwards")
    assert seen == {
        "account": "deployer@example.com",
        "addon config vars": ["DATABASE_URL"],
        "attachments": 1,
        "collaborators": 2,
        "config vars": 2,
        "domain": "go.example.com",
        "fir web": "dyno-1c-0.5gb",
        "generation": "fir",
        "images": 1,
        "newest release": "Update DATABASE by heroku-postgresql",
        "outgoing addresses": 4,
        "region": "eu",
        "rule": "203.0.113.0/24",
        "space members": 1,
        "stage": "staging",
        "telemetry headers": 1,
        "tunnels": 2,
        "web": "Basic",
    }
