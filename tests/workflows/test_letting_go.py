"""What a run has to let go of first, by the stack's files and its state."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infra.engine.command import EngineCommand
from infra.model.kept import ENVIRONMENT_SECRET, SECRET
from infra.model.plan import Plan, Step
from infra.model.project import Project
from infra.workflows.letting_go import kept_among, to_let_go, with_let_go
from tests.workflows.recording import edit, example_project

STAGING = "Pulumi.staging.yaml"
TOKEN, API_KEY, OTHER = (
    f"urn:pulumi:staging::banking-on-clojure::twelvefold:github:Repository${type}::{name}"
    for type, name in ((SECRET, "TOKEN"), (ENVIRONMENT_SECRET, "staging-HEROKU_API_KEY"), (SECRET, "OTHER"))
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The shipped project, two secrets of which moved elsewhere."""
    made = example_project(tmp_path)
    path = made.stack_file("staging")
    secret = r"HEROKU_API_KEY:\n\s+secure: \S+"
    path.write_text(re.sub(secret, "HEROKU_API_KEY: {kept_in: 1Password}", path.read_text()))
    edit(made, STAGING, "    github:\n", "    github:\n      secrets: {TOKEN: {kept_in: 1Password}}\n")
    return made


def engine(project: Project, *urns: str) -> EngineCommand:
    """A command that must not be run, and a state that records ``urns``."""
    folder = project.folder / "states"
    place = folder / ".pulumi/stacks/banking-on-clojure"
    place.mkdir(parents=True)
    (folder / ".pulumi/meta.yaml").write_text("version: 1\n")
    latest = {"resources": [{"urn": urn} for urn in urns]}
    (place / "staging.json").write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))
    return EngineCommand(project.folder / "no-engine", "3.256.0", {"PULUMI_BACKEND_URL": folder.as_uri()})


def test_what_is_recorded_and_kept_elsewhere(project: Project) -> None:
    """Before an update all of it; before all goes, not what goes along with its environment."""
    command = engine(project, TOKEN, API_KEY, OTHER)
    assert to_let_go(project, command, "staging") == {TOKEN, API_KEY}
    assert kept_among(project, "staging", (API_KEY, OTHER)) == {API_KEY}
    assert to_let_go(project, command, "staging", destroying=True) == {TOKEN}


def test_without_anything_kept_elsewhere_no_state_is_read(project: Project) -> None:
    """It costs nothing then."""
    path = project.stack_file("staging")
    path.write_text(path.read_text().replace("{kept_in: 1Password}", "null"))
    unusable = EngineCommand(project.folder / "no-engine", "3.256.0", {"PULUMI_BACKEND_URL": "s3://states"})
    assert to_let_go(project, unusable, "staging") == frozenset()


def test_files_that_cannot_be_used_let_go_of_nothing(project: Project) -> None:
    """The run itself tells what is wrong with them."""
    command = engine(project, TOKEN)
    (project.folder / STAGING).write_text("config: [")
    assert to_let_go(project, command, "staging") == frozenset() == kept_among(project, "staging", [TOKEN])


def test_a_run_tells_what_it_let_go_of() -> None:
    """Beside what it did."""
    plan = Plan("staging", "up", (Step("update", OTHER),))
    assert [(step.operation, step.urn) for step in with_let_go(plan, {TOKEN}).steps] == [
        ("forget", TOKEN),
        ("update", OTHER),
    ]
