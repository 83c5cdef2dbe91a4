"""The preview's shell lines for CircleCI and GitLab really run, without any secret."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.ci.files import CIRCLECI, COMPONENT, ROOT, load
from tests.ci.runner import bash, equip
from tests.journeys.checkout import make_checkout


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with no state, no passphrase and no cloud."""
    made = make_checkout(tmp_path_factory.mktemp("fork") / "service")
    equip(made.folder)
    (made.folder / ".twelvefold/passphrase").unlink()
    return made.folder


def environment(fork: Path, home: Path, **more: str) -> dict[str, str]:
    """A path, a home, and what the vendor says."""
    return {"PATH": f"{fork / '.venv/bin'}:/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": str(ROOT), **more}


def run(script: str, fork: Path, environ: dict[str, str]) -> str:
    """Run a script that must succeed; what it printed."""
    code, text = bash(script, fork, environ)
    assert code == 0, text
    return text


def test_circleci(fork: Path, tmp_path: Path) -> None:
    """The report, and what CircleCI shows of it."""
    steps = [step["run"] for step in load(CIRCLECI)["jobs"]["preview"]["steps"] if "run" in step]
    (fork / "report").mkdir(exist_ok=True)
    environ = environment(fork, tmp_path, CI="true", CIRCLECI="true", CIRCLE_BRANCH="change", CIRCLE_SHA1="abc")
    text = "".join(run(step["command"], fork, environ) for step in steps)
    assert "23 to create" in text
    report = json.loads((fork / "report/report.json").read_text())
    assert (report["exit_code"], report["origin"]["branch"]) == (2, "change")
    assert ElementTree.parse(fork / "report/junit/results.xml").getroot().tag == "testsuites"  # noqa: S314 - our own
    assert "<html" in (fork / "report/report.html").read_text()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[str]:
    """The address of a GitLab that serves the files of a folder as artifacts."""
    served = tmp_path / "projects/7/jobs/artifacts/main/raw"
    served.mkdir(parents=True)
    snapshot = {"twelvefold_snapshot": 1, "project": "x", "commit": "abc", "made_at": "2026-11-24T09:00:00+00:00"}
    (served / "snapshot.json").write_text(json.dumps({**snapshot, "stacks": {}, "prices": None}))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("project", "told"), [("7", "at abc on 2026-11-24"), ("8", "No snapshot is published yet")])
def test_gitlab(fork: Path, tmp_path: Path, gitlab: str, project: str, told: str) -> None:
    """Also of a fork: what the target project has published is fetched, and its absence is no failure."""
    job = load(COMPONENT)["twelvefold-preview"]
    environ = environment(
        fork,
        tmp_path,
        GITLAB_CI="true",
        CI_API_V4_URL=gitlab,
        CI_PROJECT_ID="9",
        CI_MERGE_REQUEST_PROJECT_ID=project,
        CI_DEFAULT_BRANCH="main",
    )
    (fork / "snapshot.json").unlink(missing_ok=True)
    text = run("\n".join(job["script"]), fork, environ)
    run("\n".join(job["after_script"]), fork, environ)
    assert told in " ".join(text.split())
    assert json.loads((fork / "terraform.json").read_text()) == {"create": 40, "update": 0, "delete": 0}
    assert ElementTree.parse(fork / "junit.xml").getroot().tag == "testsuites"  # noqa: S314 - our own
