"""A preview without engine, vendors and secrets tells what the code changes, and what it cannot know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.engine.passphrase import seal_values
from infra.model.estate import Hidden, Unknown
from infra.model.plan import Plan, PropertyChange, Step
from infra.model.project import Project
from infra.model.published import PublishedStack
from infra.model.values import Path as Place
from infra.workflows.dry import SEALED_ANEW, dry_preview
from infra.workflows.publishing import publish_stack
from infra.workflows.read import read_environment
from tests.workflows.recording import FINGERPRINTS, Secrets, edit, example_project, publish, record, shipped_passphrase

SERVICE, STAGING, PRODUCTION = "Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.production.yaml"
LATER = "(known after it is made)"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The shipped project."""
    return example_project(tmp_path)


@pytest.fixture
def staging(project: Project) -> PublishedStack:
    """What is published of staging."""
    return publish(project, "staging")


@pytest.fixture
def production(project: Project) -> PublishedStack:
    """What is published of production."""
    return publish(project, "production")


def plan(project: Project, known: PublishedStack, stack: str = "staging") -> Plan:
    """The plan of a stack."""
    return dry_preview(project, read_environment(project, stack), known).plan


def only(plan: Plan) -> Step:
    """The one step of a plan."""
    (step,) = plan.steps
    return step


def told(step: Step) -> dict[str, tuple[object, object]]:
    """Before and after of each change, by path."""
    return {change.path: (change.before, change.after) for change in step.changes}


def test_nothing_changes_by_itself(project: Project, staging: PublishedStack, production: PublishedStack) -> None:
    """Right after ``up``."""
    for stack, known in (("staging", staging), ("production", production)):
        found = plan(project, known, stack)
        assert (found.steps, found.diagnostics) == ((), ())
        assert found.unchanged == len(known.resources)


def test_without_a_snapshot_everything_is_new(project: Project, staging: PublishedStack) -> None:
    """And nothing else."""
    found = plan(project, PublishedStack())
    assert found.counts() == {"create": len(staging.resources)}


def test_a_config_var(project: Project, staging: PublishedStack) -> None:
    """By key, with values before and after, references included."""
    edit(project, STAGING, "LOG_LEVEL: debug", "LOG_LEVEL: trace\n      LINK: ${app.url}x")
    step = only(plan(project, staging))
    assert (step.operation, step.origin, step.name) == ("update", "code", "banking-staging-config")
    assert told(step) == {"vars.LOG_LEVEL": ("debug", "trace"), "vars.LINK": (None, "https://an-app.example/x")}


def test_an_app_in_another_region_is_replaced_with_all_that_is_in_it(project: Project, staging: PublishedStack) -> None:
    """Because what hangs on its id is another one then."""
    edit(project, SERVICE, "region: eu", "region: us")
    found = plan(project, staging)
    replaced = {step.type.rpartition(":")[2] for step in found.steps if step.operation == "replace"}
    assert replaced == {"App", "Addon", "Formation", "ConfigAssociation", "Coupling", "Feature"}
    config = next(step for step in found.steps if step.name == "banking-staging-config")
    assert told(config)["vars.BASE_URL"] == ("https://an-app.example/", LATER)
    assert told(config)["appId"] == ("id-of-banking-staging", LATER)


def test_a_renamed_app_keeps_its_id_and_gets_a_new_address(project: Project, staging: PublishedStack) -> None:
    """Resources named after it are others to the engine, under names of their own."""
    edit(project, STAGING, "app: banking-staging", "app: banking-stage")
    found = plan(project, staging)
    assert {step.operation for step in found.steps} == {"create", "delete", "update"}


def test_what_is_no_longer_declared_is_deleted(
    project: Project, staging: PublishedStack, production: PublishedStack
) -> None:
    """What is protected will not be, and that is told."""
    edit(project, SERVICE, '        logs: { plan: "papertrail:choklad" }\n', "")
    assert (only(plan(project, staging)).operation, only(plan(project, staging)).type) == (
        "delete",
        "heroku:addon/addon:Addon",
    )
    refused = plan(project, production, "production")
    assert [(one.severity, one.urn.rpartition("::")[2]) for one in refused.diagnostics] == [
        ("error", "banking-production-logs")
    ]


def test_what_moves_elsewhere_is_let_go_of(project: Project, staging: PublishedStack) -> None:
    """Also where no state can be changed: a pull request tells what the update will do."""
    edit(project, STAGING, "      LOG_LEVEL: debug", "      LOG_LEVEL: {kept_in: 1Password}")
    path = project.stack_file("staging")
    secret = r"HEROKU_API_KEY:\n\s+secure: \S+"
    path.write_text(re.sub(secret, "HEROKU_API_KEY: {kept_in: 1Password}", path.read_text()))
    found = plan(project, staging)
    assert {step.name: step.operation for step in found.steps} == {
        "banking-staging-config": "update",
        "staging-HEROKU_API_KEY": "forget",
    }
    (config,) = (step for step in found.steps if step.operation == "update")
    assert {change.path.split("[")[0]: change.kind for change in config.changes} == {
        "vars.LOG_LEVEL": "forget",
        "keptElsewhere": "add",
    }


def test_github_changes_by_path(project: Project, staging: PublishedStack, production: PublishedStack) -> None:
    """Inside lists and objects too, and what replaces is known."""
    edit(project, SERVICE, "events: [deployment_status, release]", "events: [deployment_status, push]")
    edit(project, SERVICE, "wait_timer: 5", "wait_timer: 15")
    assert told(only(plan(project, staging))) == {"events[1]": ("release", "push")}
    assert told(only(plan(project, production, "production"))) == {"waitTimer": (5, 15)}


def test_another_reviewer_is_looked_up_when_it_runs(project: Project, production: PublishedStack) -> None:
    """The one that is known already is not told as a change."""
    edit(project, SERVICE, "users: [practicalli-john]", "users: [somebody-else]")
    (change,) = only(plan(project, production, "production")).changes
    assert change == PropertyChange("reviewers[0].users[0]", "update", 7, "(looked up when it runs)", origin="code")


def test_a_pipeline_of_another_stack_is_looked_up(project: Project, production: PublishedStack) -> None:
    """The one that it is in now is known from the state."""
    edit(project, SERVICE, "        name: banking-on-clojure\n        stages", "        name: other\n        stages")
    step = only(plan(project, production, "production"))
    assert (step.operation, told(step)) == ("replace", {"pipeline": ("looked-up-id", "(looked up: getPipeline other)")})


def seal_anew(project: Project, value: str) -> None:
    """Seal production's SESSION_KEY anew, as ``pulumi config set --secret`` does."""
    path = project.folder / PRODUCTION
    _, (sealed,) = seal_values(shipped_passphrase(), [value])
    text = re.sub(r"(SESSION_KEY:\n\s+secure: )\S+", rf"\g<1>{sealed}", path.read_text())
    path.write_text(text)


def test_a_secret_that_is_sealed_anew_may_have_changed(project: Project, production: PublishedStack) -> None:
    """It is never shown, its old fingerprint is, and that more cannot be known is said."""
    seal_anew(project, "canary-of-the-test")
    found = plan(project, production, "production")
    (change,) = only(found).changes
    before = production.resources[only(found).urn].inputs["sensitiveVars"]["SESSION_KEY"].fingerprint
    assert change == PropertyChange(
        "sensitiveVars.SESSION_KEY", "update", "***", "***", origin="code", fingerprints=(before, "")
    )
    assert [(one.severity, one.message) for one in found.diagnostics] == [
        ("info", f"sensitiveVars.SESSION_KEY: {SEALED_ANEW}")
    ]
    assert "canary" not in repr(found)


def test_a_rotated_secret_that_main_did_not_apply_yet_shows_both_fingerprints(project: Project) -> None:
    """Main knows both values, and publishes what they are known by."""
    recorded, old = record(project, "production"), Secrets(project, "production")
    seal_anew(project, "new")

    def secret(place: Place) -> Hidden | Unknown:
        return Hidden("new") if place[-1] == "SESSION_KEY" else old(place)

    environment = read_environment(project, "production")
    known = publish_stack(project, environment, recorded, secret, FINGERPRINTS)
    found = plan(project, known, "production")
    (change,) = only(found).changes
    assert change.fingerprints[1] == FINGERPRINTS.of("new")
    assert change.fingerprints[0] not in ("", change.fingerprints[1])
    assert found.diagnostics == ()


def test_a_value_that_becomes_public_is_a_change(project: Project, production: PublishedStack) -> None:
    """From veiled to plain."""
    path = project.folder / PRODUCTION
    path.write_text(re.sub(r"SESSION_KEY:\n\s+secure: \S+", "SESSION_KEY: plain", path.read_text()))
    step = only(plan(project, production, "production"))
    assert told(step) == {"sensitiveVars": ({"SESSION_KEY": "***"}, None), "vars.SESSION_KEY": (None, "plain")}


def test_fingerprints_are_of_the_project(production: PublishedStack, project: Project) -> None:
    """Not of a run."""
    assert publish(project, "production") == production
