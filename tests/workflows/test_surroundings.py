"""Where a run takes place, as each CI says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from infra.workflows.conversation import find_pull_request
from infra.workflows.surroundings import Surroundings, surroundings
from tests.workflows.forge import REPOSITORY, Forge, branch, new_forge

ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "practicalli/banking",
    "GITHUB_RUN_ID": "77",
    "GITHUB_ACTOR": "pat",
    "GITHUB_SHA": "merge",
}


@pytest.fixture
async def forge() -> AsyncIterator[Forge]:
    """GitHub."""
    found = await new_forge()
    yield found
    await found.aclose()


def event(folder: Path, document: Any) -> str:
    """A file as GitHub leaves it for a job."""
    file = folder / "event.json"
    file.write_text(json.dumps(document))
    return str(file)


def test_outside_of_a_ci_nothing_is_known() -> None:
    """Everything is empty."""
    assert surroundings({"HOME": "/home/pat"}) == Surroundings()


def test_a_pull_request_in_github_actions(tmp_path: Path) -> None:
    """The number from the reference, the commit from the event: GITHUB_SHA is a merge of it."""
    path = event(tmp_path, {"pull_request": {"number": 12, "head": {"sha": "abc"}}})
    found = surroundings(
        {
            **ACTIONS,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": path,
            "GITHUB_REF": "refs/pull/12/merge",
            "GITHUB_REF_NAME": "12/merge",
            "GITHUB_HEAD_REF": "feature",
        }
    )
    assert (found.vendor, found.repository, found.number, found.head) == ("github", "practicalli/banking", 12, "abc")
    assert (found.origin.commit, found.origin.branch, found.run) == ("abc", "feature", 77)
    assert found.origin.pull_request == "https://github.com/practicalli/banking/pull/12"
    assert found.origin.run_url == "https://github.com/practicalli/banking/actions/runs/77"


def test_a_run_after_another_trusts_only_the_commit(tmp_path: Path) -> None:
    """The number is looked up; what the first run's event lists may be somebody's invention."""
    cause = {"id": 5, "head_sha": "abc", "head_branch": "evil", "html_url": "https://u", "pull_requests": [9]}
    path = event(tmp_path, {"workflow_run": cause})
    found = surroundings({**ACTIONS, "GITHUB_EVENT_NAME": "workflow_run", "GITHUB_EVENT_PATH": path})
    assert (found.number, found.head, found.run) == (0, "abc", 5)
    assert found.origin.run_url == "https://u"


def test_a_comment_on_a_pull_request(tmp_path: Path) -> None:
    """But not one on an issue."""
    path = event(tmp_path, {"issue": {"number": 3, "pull_request": {"url": "u"}}})
    assert surroundings({**ACTIONS, "GITHUB_EVENT_PATH": path}).number == 3
    path = event(tmp_path, {"issue": {"number": 3}})
    assert surroundings({**ACTIONS, "GITHUB_EVENT_PATH": path}).number == 0


@pytest.mark.parametrize("content", ["", "[]", "{", '{"pull_request": 1, "workflow_run": []}'])
def test_a_broken_event_is_no_event(tmp_path: Path, content: str) -> None:
    """Nothing is raised for it."""
    file = tmp_path / "event.json"
    file.write_text(content)
    for name in ("push", "workflow_run"):
        found = surroundings({**ACTIONS, "GITHUB_EVENT_PATH": str(file), "GITHUB_EVENT_NAME": name})
        assert (found.number, found.origin.commit) == (0, "merge")


def test_a_push_has_no_pull_request() -> None:
    """And no event file is no error."""
    found = surroundings({**ACTIONS, "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"})
    assert (found.number, found.origin.pull_request, found.origin.branch) == (0, "", "main")


CIRCLE = {
    "CIRCLECI": "true",
    "CIRCLE_SHA1": "abc",
    "CIRCLE_BRANCH": "feature",
    "CIRCLE_BUILD_NUM": "8",
    "CIRCLE_PROJECT_USERNAME": "practicalli",
    "CIRCLE_PROJECT_REPONAME": "banking",
}


@pytest.mark.parametrize(
    ("variables", "vendor", "repository", "number"),
    [
        ({}, "github", "practicalli/banking", 0),
        ({"CIRCLE_PULL_REQUEST": "https://github.com/o/r/pull/4"}, "github", "o/r", 4),
        ({"CIRCLE_PULL_REQUESTS": "https://github.com/o/r/pull/4,https://github.com/o/r/pull/5"}, "github", "o/r", 4),
        ({"CIRCLE_PR_NUMBER": "6"}, "github", "practicalli/banking", 6),
        ({"CIRCLE_PULL_REQUEST": "https://gitlab.com/a/b/c/-/merge_requests/7"}, "gitlab", "a/b/c", 7),
    ],
)
def test_circleci(variables: dict[str, str], vendor: str, repository: str, number: int) -> None:
    """By the pull request's page, which names the right repository for a fork's too."""
    found = surroundings({**CIRCLE, **variables})
    assert (found.vendor, found.repository, found.number, found.run) == (vendor, repository, number, 8)


GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
    "CI_PROJECT_ID": "31",
    "CI_PROJECT_PATH": "group/banking",
    "CI_PROJECT_URL": "https://gitlab.example.com/group/banking",
    "CI_COMMIT_SHA": "abc",
    "CI_COMMIT_REF_NAME": "feature",
    "CI_PIPELINE_ID": "9",
}


@pytest.mark.parametrize(
    ("variables", "vendor", "repository", "number"),
    [
        ({}, "gitlab", "31", 0),
        ({"CI_MERGE_REQUEST_IID": "4", "CI_MERGE_REQUEST_PROJECT_ID": "30"}, "gitlab", "30", 4),
        ({"CI_OPEN_MERGE_REQUESTS": "other/banking!3,group/banking!5"}, "gitlab", "31", 5),
        (
            {"CI_EXTERNAL_PULL_REQUEST_IID": "6", "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY": "o/r"},
            "github",
            "o/r",
            6,
        ),
    ],
)
def test_gitlab_ci(variables: dict[str, str], vendor: str, repository: str, number: int) -> None:
    """Merge request pipelines, branch pipelines, and those for a repository on GitHub."""
    found = surroundings({**GITLAB, **variables})
    assert (found.vendor, found.repository, found.number, found.run) == (vendor, repository, number, 9)


async def test_a_commits_pull_request_is_looked_up(forge: Forge) -> None:
    """Also a fork's, which GitHub does not find by its commit; none for a commit that is nobody's head any more."""
    client = forge.github()
    old = (await client.get(f"/repos/{REPOSITORY}/pulls/1"))["head"]["sha"]
    assert await find_pull_request(client, REPOSITORY, old) == (1,)
    theirs = await branch(forge.github("stranger"), "stranger/banking", "fix")
    wish = {"title": "From a fork", "head": "stranger:fix", "base": "main"}
    number = (await forge.github("stranger").post(f"/repos/{REPOSITORY}/pulls", wish))["number"]
    assert await find_pull_request(client, REPOSITORY, theirs) == (number,)
    await client.patch(f"/repos/{REPOSITORY}/pulls/{number}", {"state": "closed"})
    assert await find_pull_request(client, REPOSITORY, theirs) == ()
