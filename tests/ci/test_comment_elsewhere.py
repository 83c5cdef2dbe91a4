"""The jobs of CircleCI and GitLab that write the comment: main's code runs, whatever the change has made of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.reports.document import report_document
from tests.ci.conftest import BOT, REPOSITORY, Desk
from tests.ci.lines import circleci, gitlab
from tests.ci.runner import bash
from tests.reports.samples import PREVIEW

pytestmark = pytest.mark.journey
PROJECT = f"/api/v4/projects/{REPOSITORY.replace('/', '%2F')}"


def git(folder: Path, *arguments: str) -> None:
    """Run git, as somebody."""
    who = ("-c", "user.name=Mel", "-c", "user.email=mel@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, timeout=30)


@pytest.fixture
def clone(desk: Desk, tmp_path: Path) -> Path:
    """A checkout of a change that would do harm if its code ran; its ``origin`` has main."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    shutil.copytree(desk.main.folder, origin, symlinks=True, ignore=shutil.ignore_patterns(".venv", ".twelvefold"))
    git(origin, "init", "--quiet", "--initial-branch=main")
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message=main")
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    (clone / "Pulumi.yaml").write_text("name: another\n")
    (clone / "infra").unlink()
    (clone / "infra").mkdir()
    (clone / "infra/__init__.py").write_text("raise SystemExit('the change ran')\n")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=change")
    return clone


def run(desk: Desk, clone: Path, scripts: tuple[str, ...], variables: dict[str, str]) -> str:
    """Run the job there, with its own token and nothing of main's."""
    environ = {name: value for name, value in desk.trusted.items() if not name.startswith(("GITHUB_", "HEROKU_"))}
    said = ""
    for script in scripts:
        code, text = bash(script, clone, {**environ, **variables})
        assert code == 0, text
        said += text
    return said


def keeps_one(comments: Callable[[], list[dict[str, Any]]], run_with: Callable[[str], object]) -> None:
    """Run the job on a report and on the next one: the same comment tells the newer."""
    before = len(comments())
    changed = replace(PREVIEW, project="of the report's own choosing")
    run_with(report_document(changed))
    (first,) = comments()[before:] or comments()[-1:]
    assert "LOG_LEVEL" in first["body"]
    assert "banking-on-clojure" in first["body"]
    run_with("[1]")
    *_, last = comments()
    assert (last["id"], "ended without a report" in last["body"]) == (first["id"], True)


def test_circleci(desk: Desk, clone: Path, tmp_path: Path) -> None:
    """The report comes from the workspace; the page of the pull request says where it belongs."""
    report = tmp_path / "preview/report.json"
    report.parent.mkdir()
    at_workspace = "/tmp/preview"  # noqa: S108
    scripts = tuple(script.replace(at_workspace, str(report.parent)) for script in circleci("comment").scripts)
    variables = {
        "CIRCLECI": "true",
        "CIRCLE_PULL_REQUEST": f"https://github.com/{REPOSITORY}/pull/{desk.number}",
        "CIRCLE_SHA1": desk.commit,
        "GITHUB_TOKEN": BOT,
        "GITHUB_API_URL": f"{desk.main.environment['GITHUB_BASE_URL']}api/v3",
    }

    def run_with(text: str) -> None:
        report.write_text(text)
        run(desk, clone, scripts, variables)

    keeps_one(desk.comments, run_with)
    without = {name: value for name, value in variables.items() if name != "CIRCLE_PULL_REQUEST"}
    assert "No pull request." in run(desk, clone, scripts, without)


def test_gitlab(desk: Desk, clone: Path, tmp_path: Path) -> None:
    """The report is an artifact among the change's files, and is all that is kept of them."""
    cloud = desk.main.cloud
    branches = {"title": "A change", "source_branch": "change", "target_branch": "main"}
    number = cloud.by_hand("gitlab", "POST", f"{PROJECT}/merge_requests", branches)["iid"]
    variables = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": desk.main.environment["CI_API_V4_URL"],
        "CI_BUILDS_DIR": str(tmp_path),
        "CI_DEFAULT_BRANCH": "main",
        "CI_PROJECT_ID": str(cloud.by_hand("gitlab", "GET", PROJECT, None)["id"]),
        "CI_MERGE_REQUEST_IID": str(number),
        "GITLAB_TOKEN": desk.main.environment["GITLAB_TOKEN"],
    }

    def run_with(text: str) -> None:
        (clone / "report.json").write_text(text)
        run(desk, clone, gitlab("twelvefold-comment").scripts, variables)

    def notes() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = cloud.by_hand("gitlab", "GET", f"{PROJECT}/merge_requests/{number}/notes", None)
        return found

    keeps_one(notes, run_with)
