"""A report finds its way: to the pull request, the merge request, the environments' issues."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from infra.errors import TwelvefoldError
from infra.model.estate import Subject
from infra.model.finding import Acknowledgement, Class, Finding
from infra.model.plan import Plan, PropertyChange, Step
from infra.model.report import Report, StackReport
from infra.workflows.marking import data_of
from infra.workflows.posting import Target, plan_digest, post_comment, post_issues
from tests.localcloud.in_process import BASE
from tests.workflows.forge import REPOSITORY, Forge, branch, new_forge

ENVIRON = {"GITHUB_BASE_URL": BASE, "GITHUB_TOKEN": "token-deployer"}
URN = "urn:pulumi:production::banking::heroku:app/app:App::banking"


@pytest.fixture
async def forge() -> AsyncIterator[Forge]:
    """Both forges."""
    found = await new_forge()
    yield found
    await found.aclose()


def report(*findings: Finding, plan: Plan | None = None, error: str = "") -> Report:
    """A report of one stack."""
    stack = StackReport("production", plan=plan, findings=findings, error=error)
    return Report("banking", "preview", datetime(2026, 11, 24, tzinfo=UTC), 0, (stack,))


def plan(after: str = "info") -> Plan:
    """A plan with one change."""
    change = PropertyChange("configVars.LOG_LEVEL", "update", "debug", after)
    return Plan("production", "preview", (Step("update", URN, (change,)), Step("same", f"{URN}-2")))


def finding(name: str, kind: Class = "changed") -> Finding:
    """A finding about a config var."""
    subject = Subject("heroku", "config-var", "banking", name)
    return Finding(f"config-var-{kind}", "error", (), f"{name} differs", kind=kind, stack="production", subject=subject)


def transport(forge: Forge) -> httpx.ASGITransport:
    """The way to both forges."""
    return httpx.ASGITransport(app=forge.app)


async def test_a_person_says_where_it_goes(forge: Forge) -> None:
    """Outside of any CI."""
    target = Target(repository=REPOSITORY, number=1)
    kept = await post_comment(report(plan=plan()), ENVIRON, target, transport=transport(forge))
    [comment] = await forge.pull().comments()
    assert kept.action == "created"
    assert "LOG_LEVEL" in comment.body
    assert data_of(comment.body)["digest"] == plan_digest(report(plan=plan()))


async def test_a_run_after_a_forks_run_finds_the_pull_request(forge: Forge, tmp_path: Path) -> None:
    """By the commit that GitHub's own event names; the commit in the report counts for nothing."""
    theirs = await branch(forge.github("stranger"), "stranger/banking", "fix")
    wish = {"title": "From a fork", "head": "stranger:fix", "base": "main"}
    number = (await forge.github("stranger").post(f"/repos/{REPOSITORY}/pulls", wish))["number"]
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"workflow_run": {"id": 5, "head_sha": theirs}}))
    environ = {
        **ENVIRON,
        "GITHUB_TOKEN": "token-bot",
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_EVENT_NAME": "workflow_run",
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_API_URL": "https://api.github.com",
    }
    kept = await post_comment(report(), environ, transport=transport(forge))
    assert f"/pull/{number}#" in kept.url
    await forge.github().patch(f"/repos/{REPOSITORY}/pulls/{number}", {"state": "closed"})
    with pytest.raises(TwelvefoldError, match="no open pull request"):
        await post_comment(report(), environ, transport=transport(forge))


async def test_a_merge_request_gets_its_note(forge: Forge) -> None:
    """With GitLab's own variables."""
    environ = {
        "GITLAB_CI": "true",
        "GITLAB_TOKEN": "token-bot",
        "CI_API_V4_URL": f"{BASE}/api/v4",
        "CI_PROJECT_ID": "practicalli/banking",
        "CI_MERGE_REQUEST_IID": "1",
        "CI_PIPELINE_ID": "4",
    }
    assert (await post_comment(report(plan=plan()), environ, transport=transport(forge))).action == "created"
    [note] = await forge.merge_request().comments()
    assert data_of(note.body)["run"] == 4


@pytest.mark.parametrize(
    ("environ", "target", "told"),
    [
        ({}, Target(), "which repository"),
        ({}, Target(repository="o/r", number=1), "no token for GitHub"),
        ({}, Target("gitlab", "o/r", 1), "no token for GitLab"),
        (ENVIRON, Target(repository="o/r"), "which pull request"),
        ({"CI_JOB_TOKEN": "x"}, Target("gitlab", "o/r"), "which merge request"),
        (
            {"CIRCLECI": "1", "CIRCLE_PROJECT_USERNAME": "o", "CIRCLE_PROJECT_REPONAME": "r"},
            Target("gitlab"),
            "which rep",
        ),
    ],
)
async def test_what_is_lacking_is_said(environ: dict[str, str], target: Target, told: str) -> None:
    """With the option or variable that would help, before anything is asked."""
    with pytest.raises(TwelvefoldError, match=told) as caught:
        await post_comment(report(), environ, target)
    assert caught.value.todo


async def test_each_audited_stack_has_its_issue(forge: Forge) -> None:
    """Opened for drift, closed when clean, left alone by a failure and by what was acknowledged."""
    known = replace(finding("C"), acknowledged=Acknowledgement("pat", None))

    async def audit(*findings: Finding, error: str = "") -> dict[str, str]:
        found = await post_issues(report(*findings, error=error), ENVIRON, REPOSITORY, transport=transport(forge))
        return {stack: kept.action for stack, kept in found.items()}

    assert await audit(known) == {"production": "none"}
    assert await audit(finding("A"), known) == {"production": "opened"}
    assert await audit(error="the engine failed") == {}
    assert await audit(finding("B", "unverifiable")) == {"production": "updated"}
    assert await audit(known) == {"production": "closed"}


def test_equal_plans_have_equal_digests() -> None:
    """Whatever else the report says; other values make another one."""
    first = report(plan=plan())
    assert plan_digest(replace(first, seconds=9.0)) == plan_digest(first)
    assert plan_digest(report(plan=plan("warn"))) != plan_digest(first)
    assert plan_digest(report()) == plan_digest(report(error="x"))
