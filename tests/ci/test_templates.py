"""The templates are what their vendors take, and what runs a stranger's code can do no harm."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from infra.engine.cache import Key, engine_cache
from infra.engine.progress import Silent
from tests.ci.files import ACTION, CIRCLECI, COMPONENT, GITLAB, ROOT, WORKFLOWS, jobs, load, steps, triggers
from tests.contract.tools import go

SCHEMAS = files("check_jsonschema") / "builtin_schemas/vendor"
ACTIONLINT = "1.7.12"
OF_STRANGERS = ("pull-request.yml",)
OURS = re.compile(r"\./\.github/(actions/twelvefold|workflows/twelvefold\.yml)")
PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
VERSION = re.compile(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        *(("github-workflows", path) for path in WORKFLOWS),
        ("github-actions", ACTION),
        ("circle-ci", CIRCLECI),
        ("gitlab-ci", GITLAB),
        ("gitlab-ci", COMPONENT),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_their_vendors_take_them(schema: str, path: Path) -> None:
    """By the schemas that editors use."""
    document = json.loads((SCHEMAS / f"{schema}.json").read_text())
    text = path.read_text()
    found = json.loads(json.dumps(load(path), default=str).replace('"true": {', '"on": {', 1))
    errors = [error.message for error in validator_for(document)(document).iter_errors(found)]
    assert (errors, text.startswith("#") or path in (ACTION,)) == ([], True)


def test_actionlint_has_nothing_to_say() -> None:
    """It knows expressions, contexts, the inputs of actions, and shells."""
    done = subprocess.run([actionlint(), *map(str, WORKFLOWS)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def actionlint() -> str:
    """The program, built once from its Go module."""
    module = f"github.com/rhysd/actionlint/cmd/actionlint@v{ACTIONLINT}"

    def build(folder: Path) -> None:
        environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-trimpath"}
        subprocess.run([go(), "install", module], check=True, timeout=300, capture_output=True, env=environment)

    entry = engine_cache(os.environ).obtain(Key("actionlint", ACTIONLINT, "go"), "build", build, Silent())
    return str(entry.path / "actionlint")


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    """A tag can be moved; beside each commit stands its version, for people and for Dependabot."""
    used = [step["uses"] for step in steps(load(path)) if "uses" in step]
    assert [name for name in used if not OURS.fullmatch(name) and not PIN.fullmatch(name)] == []
    lines = [line.strip() for line in path.read_text().splitlines() if "uses: actions/" in line]
    assert [line for line in lines if not VERSION.search(line)] == []


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_no_expression_stands_in_a_script(path: Path) -> None:
    """What a person or an event says reaches a script as a variable only, never as part of it."""
    assert [step["run"] for step in steps(load(path)) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_least(path: Path) -> None:
    """Nothing for a workflow as a whole; each job says what it needs, has a limit of time, and keeps no token."""
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in jobs(path):
        assert "permissions" in job, name
        assert "uses" in job or job["timeout-minutes"] <= 60, name
        writes = {kind for kind, level in job["permissions"].items() if level == "write"}
        assert writes == ({"pull-requests"} if path.name == "comment.yml" else set()), name
    for step in steps(workflow):
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_runs_a_strangers_code_has_no_secret(path: Path) -> None:
    """Pull requests set off one workflow, which hands on no secret; the job behind it knows none and no environment."""
    workflow, text = load(path), path.read_text()
    assert "pull_request_target" not in text
    if "pull_request" not in triggers(workflow):
        return
    assert path.name in OF_STRANGERS
    for name, job in jobs(path):
        assert "secrets" not in job, name
        assert job["permissions"] == {"contents": "read"}
        called = load(ROOT / job["uses"])["jobs"][job["with"]["verb"]]
        written = json.dumps(called)
        assert "secrets." not in written
        assert "github.token" not in written
        assert "environment" not in called


def test_the_comment_is_written_by_mains_code() -> None:
    """What the preview's run left is downloaded as a file; nothing of the pull request is checked out."""
    job = dict(jobs(ROOT / ".github/workflows/comment.yml"))["comment"]
    checkouts = [step for step in steps({"job": job}) if "actions/checkout@" in step.get("uses", "")]
    assert [step["with"]["ref"] for step in checkouts] == ["${{ github.event.repository.default_branch }}"]
    assert "secrets." not in json.dumps(job)
    assert "head_sha" not in json.dumps(job["steps"])


def test_what_applies_waits_for_its_turn() -> None:
    """An apply is never cancelled by the next, and only in its own environment."""
    job = dict(jobs(ROOT / ".github/workflows/twelvefold.yml"))["apply"]
    assert job["concurrency"] == {"group": "twelvefold-${{ inputs.stack }}", "cancel-in-progress": False}
    assert job["environment"] == "${{ inputs.stack }}"
    assert job["needs"] == "plan"


def test_only_who_runs_mains_code_gets_credentials() -> None:
    """The callers that hand on secrets are set off by main, by the clock, or by hand."""
    for path in WORKFLOWS:
        handing = [name for name, job in jobs(path) if job.get("secrets") == "inherit"]
        if handing:
            assert set(triggers(load(path))) <= {"push", "schedule", "workflow_dispatch"}, path.name
            assert all("vars.TWELVEFOLD_APPLY" in str(job.get("if", "")) or "needs" in job for _, job in jobs(path))


def test_a_preview_at_circleci_has_no_context() -> None:
    """A context is where secrets are; main's jobs have theirs, and production waits for a sign-off."""
    workflows: dict[str, Any] = load(CIRCLECI)["workflows"]
    entries = {name: [_entry(job) for job in flow["jobs"]] for name, flow in workflows.items()}
    assert dict(entries["pull-request"])["preview"] == {}
    assert {name: job.get("context") for name, job in entries["main"] if job.get("type") != "approval"} == {
        "plan": ["twelvefold-audit"],
        "apply": ["twelvefold-production"],
        "snapshot": ["twelvefold-audit"],
    }
    production = [job for name, job in entries["main"] if job.get("name") == "apply-production"]
    assert [job["requires"] for job in production] == [["sign-off"]]


def _entry(job: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(job, str):
        return job, {}
    ((name, more),) = job.items()
    return name, more


def test_names_at_circleci_and_gitlab_refer_to_something() -> None:
    """No schema checks that."""
    config = load(CIRCLECI)
    known = {*config["jobs"], *config["commands"]}
    for flow in config["workflows"].values():
        names = {job.get("name", name) for name, job in map(_entry, flow["jobs"])}
        for name, job in map(_entry, flow["jobs"]):
            assert name in known or job.get("type") == "approval", name
            assert set(job.get("requires", ())) <= names, name
    component = load(COMPONENT)
    for name, job in component.items():
        assert job.get("extends", name) in component, name
        needs = {one if isinstance(one, str) else one["job"] for one in job.get("needs", ())}
        assert needs <= set(component), name


def test_a_merge_request_at_gitlab_sees_no_token_but_its_own() -> None:
    """The one job of it that has a token leaves the merge request's code before it does anything."""
    component = load(COMPONENT)
    comment = component["twelvefold-comment"]
    assert "TOKEN" not in json.dumps(component["twelvefold-preview"])
    moved, left = comment["before_script"].index("git clean -ffdx"), comment["before_script"][2]
    assert left == "git checkout --force --detach FETCH_HEAD"
    assert all("pip" not in line and "python" not in line for line in comment["before_script"][:moved])
