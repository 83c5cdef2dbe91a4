"""A service in a local cloud, and a fork of its repository with a pull request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.engine.state import passphrase_file
from tests.ci.files import ROOT, load
from tests.ci.lines import Lines
from tests.ci.runner import GitHub, Job, bash, equip
from tests.journeys.checkout import Checkout, make_checkout

OWNER, NAME = "practicalli", "banking-on-clojure"
REPOSITORY = f"{OWNER}/{NAME}"
BOT = "token-of-the-job"
STACK_FILES = ("Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.production.yaml")


@dataclass
class Desk:
    """Main's checkout, a fork's, and what GitHub keeps between jobs."""

    main: Checkout
    fork: Path
    github: GitHub
    number: int = 0
    commit: str = ""
    originals: dict[str, str] = field(default_factory=dict)

    @property
    def jobs(self) -> Any:
        """The jobs of the reusable workflow."""
        return load(ROOT / ".github/workflows/twelvefold.yml")["jobs"]

    @cached_property
    def credentials(self) -> dict[str, str]:
        """What main's environments hold."""
        environ = self.main.environment
        return {
            "secrets.HEROKU_API_KEY": environ["HEROKU_API_KEY"],
            "secrets.TWELVEFOLD_GITHUB_TOKEN": environ["GITHUB_TOKEN"],
            "secrets.PULUMI_CONFIG_PASSPHRASE": passphrase_file(self.main.folder).read_text().strip(),
            "vars.PULUMI_BACKEND_URL": environ["PULUMI_BACKEND_URL"],
        }

    @property
    def trusted(self) -> dict[str, str]:
        """The environment of main's jobs: where the cloud is, and nothing secret."""
        known = ("PATH", "HOME", "XDG_CACHE_HOME", "TWELVEFOLD_CACHE", "PYTHONPATH", "NO_PROXY", "no_proxy")
        places = ("HEROKU_API_URL", "GITHUB_BASE_URL", "GITHUB_OWNER")
        return {name: self.main.environment[name] for name in (*known, *places) if name in self.main.environment}

    def on_main(self, verb: str, **known: str | bool) -> Job:
        """Run one of main's jobs with its credentials."""
        return self.github.run(self.jobs[verb], self.main.folder, self.trusted, {**self.credentials, **known})

    def elsewhere(self, lines: Lines, **variables: str) -> tuple[int, str]:
        """Run main's job at CircleCI or GitLab, with its credentials: the exit code, and what it said."""
        named = {name.partition(".")[2]: value for name, value in self.credentials.items()}
        token = {"GITHUB_TOKEN": named.pop("TWELVEFOLD_GITHUB_TOKEN")}
        environ = {**self.trusted, **named, **token, **lines.variables, **variables}
        said, code = "", 0
        for script in lines.scripts:
            code, text = (code, "") if code else bash(script, self.main.folder, environ)
            said += text
        return code, said + "".join(bash(script, self.main.folder, environ)[1] for script in lines.after)

    def merge(self, name: str, old: str, new: str) -> None:
        """Change a stack file of both checkouts, for good."""
        text = self.originals[name]
        assert text.count(old) == 1
        self.originals[name] = text.replace(old, new)
        self.put_back()

    def preview(self, home: Path) -> Job:
        """Run the preview of the fork's pull request, with nothing but a path and an empty home."""
        shutil.rmtree(self.github.artifact("twelvefold-report"), ignore_errors=True)
        environ = {"PATH": f"{self.fork / '.venv/bin'}:/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": str(ROOT)}
        return self.github.run(self.jobs["preview"], self.fork, environ, {})

    def comment(self, folder: Path) -> Job:
        """Run the job that writes the comment, in the run that the preview's end sets off."""
        job = load(ROOT / ".github/workflows/comment.yml")["jobs"]["comment"]
        event = folder / "event.json"
        event.write_text(
            httpx.Response(200, json={"workflow_run": {"id": 7, "head_sha": self.commit, "head_branch": "change"}}).text
        )
        environ = {
            **{name: value for name, value in self.trusted.items() if name not in ("GITHUB_BASE_URL", "GITHUB_OWNER")},
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_run",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": f"{self.main.environment['GITHUB_BASE_URL']}api/v3",
        }
        return self.github.run(job, self.main.folder, environ, {"github.token": BOT})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Call GitHub's API in the local cloud, as the stranger."""
        url = f"{self.main.environment['GITHUB_BASE_URL']}api/v3{path}"
        answer = httpx.request(
            method, url, json=body, headers={"Authorization": "Bearer token-stranger"}, trust_env=False, timeout=30
        )
        assert answer.is_success, answer.text
        return answer.json()

    def comments(self) -> list[dict[str, Any]]:
        """The pull request's comments."""
        found: list[dict[str, Any]] = self.ask("GET", f"/repos/{REPOSITORY}/issues/{self.number}/comments")
        return found

    def open_pull_request(self) -> None:
        """Let a stranger fork the repository, commit there, and ask for a pull."""
        path = f"/repos/stranger/{NAME}/git"
        main = self.ask("GET", f"{path}/ref/heads/main")
        wish = {"message": "change", "tree": "0" * 40, "parents": [main["object"]["sha"]]}
        self.commit = self.ask("POST", f"{path}/commits", wish)["sha"]
        self.ask("POST", f"{path}/refs", {"ref": "refs/heads/change", "sha": self.commit})
        pull = {"title": "A change", "head": "stranger:change", "base": "main"}
        self.number = self.ask("POST", f"/repos/{REPOSITORY}/pulls", pull)["number"]

    def put_back(self) -> None:
        """Undo every edit of both checkouts, but for what was merged."""
        for name, text in self.originals.items():
            (self.main.folder / name).write_text(text)
            (self.fork / name).write_text(text)


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Both environments up, the snapshot published, and a pull request open."""
    root = tmp_path_factory.mktemp("desk")
    main = make_checkout(root / "main")
    main.start_cloud()
    try:
        main.cloud.control("POST", "seed", SEED)
        done = main.twelvefold("up", "--yes")
        assert done.code == 0, done.text
        fork = root / "fork"
        shutil.copytree(main.folder, fork, symlinks=True, ignore=shutil.ignore_patterns(".twelvefold"))
        for folder in (main.folder, fork):
            equip(folder)
        store = root / "github"
        store.mkdir()
        desk = Desk(main, fork, GitHub(store))
        desk.originals = {name: (main.folder / name).read_text() for name in STACK_FILES}
        desk.open_pull_request()
        snapshot = desk.on_main("snapshot")
        assert not snapshot.failed, snapshot.text
        yield desk
    finally:
        main.cloud.stop()


@pytest.fixture
def desk(made: Desk) -> Iterator[Desk]:
    """The desk, left as it was found."""
    yield made
    made.put_back()


SEED: dict[str, Any] = {
    "github": {
        "users": [
            {"login": "stranger", "token": "token-stranger", "scopes": ["repo"]},
            {
                "login": "github-actions[bot]",
                "type": "Bot",
                "token": BOT,
                "permissions": ["issues:write", "pull_requests:write"],
            },
        ],
        "repositories": [{"owner": "stranger", "name": NAME}],
    }
}
