"""A preview without secrets says what the engine says."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from infra.engine.install import ensure_engine
from infra.engine.parts import GITHUB_VERSION
from infra.engine.progress import Silent
from infra.workflows.published_github import REPLACING
from tests.ci.conftest import Desk

pytestmark = pytest.mark.journey
SERVICE, STAGING = "Pulumi.yaml", "Pulumi.staging.yaml"
EDITS = [
    (STAGING, "LOG_LEVEL: debug", 'LOG_LEVEL: trace\n      LINK: "${app.url}x"'),
    (SERVICE, "web: { size: basic, quantity: 1 }", "web: { size: standard-1x, quantity: 3 }"),
    (SERVICE, "essential-0", "essential-1"),
    (SERVICE, "runtime-dyno-metadata: true", "runtime-dyno-metadata: false"),
    (SERVICE, "stack: heroku-24", "stack: heroku-22"),
    (SERVICE, "HEROKU_PIPELINE_ID: ${pipeline.id}", "HEROKU_PIPELINE_ID: ${pipeline.id}\n          OTHER: x"),
    (SERVICE, "wait_timer: 5", "wait_timer: 15"),
    (SERVICE, "branches: [main]", "branches: [dev]"),
    (SERVICE, "events: [deployment_status, release]", "events: [push]"),
    (SERVICE, "required_approving_review_count: 1", "required_approving_review_count: 2"),
    (SERVICE, "test: { DATABASE_POOL_SIZE: 2 }", "test: { DATABASE_POOL_SIZE: 3 }"),
]


def steps_of(document: Any) -> dict[str, Any]:
    """What happens to each resource of each stack, and why, without values."""
    return {
        step["urn"]: (
            step["operation"],
            {one["path"]: (one["kind"], one["forces_replacement"]) for one in step["changes"]},
        )
        for stack in document["stacks"]
        for step in stack["plan"]["steps"]
    }


def preview(desk: Desk, *options: str) -> Any:
    """A preview of both stacks, as JSON."""
    done = desk.main.twelvefold("preview", "--format", "json", *options)
    assert done.code in (0, 2), done.text
    return done.json()


def test_it_agrees_with_the_engine(desk: Desk) -> None:
    """On many changes at once, and on none."""
    snapshot = str(desk.github.store / "snapshot.json")
    assert steps_of(preview(desk, "--snapshot", snapshot)) == {}
    for name, old, new in EDITS:
        desk.main.edit(name, old, new)
    real, dry = preview(desk), preview(desk, "--snapshot", snapshot)
    assert steps_of(dry) == steps_of(real)
    assert len(steps_of(dry)) > 12
    unchanged = [[stack["plan"]["unchanged"] for stack in document["stacks"]] for document in (real, dry)]
    assert unchanged[0] == unchanged[1]
    reach = [[stack["impact"] for stack in document["stacks"]] for document in (real, dry)]
    assert reach[0] == reach[1]


def test_what_makes_a_new_resource_on_github_is_the_providers_word() -> None:
    """The table is what the plugin's own schema says."""
    engine = ensure_engine(Silent())
    done = subprocess.run(
        [str(engine.pulumi), "package", "get-schema", f"github@{GITHUB_VERSION}", "--non-interactive"],
        env={**os.environ, **engine.environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    resources = json.loads(done.stdout)["resources"]
    assert {
        token: frozenset(
            name for name, one in resources[token]["inputProperties"].items() if one.get("willReplaceOnChanges")
        )
        for token in REPLACING
    } == REPLACING
