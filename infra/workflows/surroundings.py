"""Where a run takes place: which repository and pull request it is about, as each CI says in its environment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from infra.model.report import HERE, Origin

_PULL = re.compile(r"refs/pull/(\d+)/")
_PULL_PAGE = re.compile(r"/([^/]+/[^/]+)/pull/(\d+)/?$")
_MERGE_PAGE = re.compile(r"/(.+?)/-/merge_requests/(\d+)/?$")


@dataclass(frozen=True)
class Surroundings:
    """What a CI says of its run; outside of one everything is empty."""

    vendor: Literal["", "github", "gitlab"] = ""
    """Where the repository is."""
    repository: str = ""
    """``owner/name``; at GitLab the project's path or number."""
    number: int = 0
    """Of the pull or merge request; 0 where the environment does not say."""
    head: str = ""
    """The pull request's newest commit, to look it up by when there is no number."""
    api: str = ""
    """The address of the vendor's API; empty for the usual one."""
    run: int = 0
    """The run's number, which grows from run to run; 0 where there is none."""
    origin: Origin = HERE


Environ = Mapping[str, str]


def surroundings(environ: Environ) -> Surroundings:
    """What GitHub Actions, CircleCI or GitLab CI says, whichever runs us."""
    for variable, read in _READERS.items():
        if environ.get(variable):
            return read(environ)
    return Surroundings()


def _github(environ: Environ) -> Surroundings:
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    cause = event.get("workflow_run")
    if environ.get("GITHUB_EVENT_NAME") == "workflow_run" and isinstance(cause, dict):
        return _after_workflow(environ, cause)
    pull = event.get("pull_request")
    pull = pull if isinstance(pull, dict) else {}
    number = _github_number(environ, event, pull)
    head = pull.get("head") or {}
    commit = str(head.get("sha") or environ.get("GITHUB_SHA", ""))
    repository = environ.get("GITHUB_REPOSITORY", "")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    origin = Origin(
        commit=commit,
        branch=environ.get("GITHUB_HEAD_REF") or environ.get("GITHUB_REF_NAME", ""),
        pull_request=f"{server}/{repository}/pull/{number}" if number else "",
        run_url=f"{server}/{repository}/actions/runs/{environ.get('GITHUB_RUN_ID', '')}",
        actor=environ.get("GITHUB_ACTOR", ""),
    )
    run = _number(environ.get("GITHUB_RUN_ID"))
    return Surroundings("github", repository, number, commit, environ.get("GITHUB_API_URL", ""), run, origin)


def _github_number(environ: Environ, event: Mapping[str, Any], pull: Mapping[str, Any]) -> int:
    reference = _PULL.match(environ.get("GITHUB_REF", ""))
    if reference:
        return int(reference[1])
    issue = event.get("issue")
    if isinstance(issue, dict) and issue.get("pull_request"):
        return _number(issue.get("number"))
    return _number(pull.get("number"))


def _after_workflow(environ: Environ, cause: Mapping[str, Any]) -> Surroundings:
    """A run that another one caused: its pull request is looked up by commit, for it tells none of a fork's."""
    commit = str(cause.get("head_sha") or "")
    origin = Origin(
        commit=commit,
        branch=str(cause.get("head_branch") or ""),
        run_url=str(cause.get("html_url") or ""),
        actor=str((cause.get("actor") or {}).get("login") or ""),
    )
    repository, api = environ.get("GITHUB_REPOSITORY", ""), environ.get("GITHUB_API_URL", "")
    return Surroundings("github", repository, 0, commit, api, _number(cause.get("id")), origin)


def _circleci(environ: Environ) -> Surroundings:
    commit = environ.get("CIRCLE_SHA1", "")
    page = environ.get("CIRCLE_PULL_REQUEST") or environ.get("CIRCLE_PULL_REQUESTS", "").split(",")[0]
    origin = Origin(
        commit=commit,
        branch=environ.get("CIRCLE_BRANCH", ""),
        pull_request=page,
        run_url=environ.get("CIRCLE_BUILD_URL", ""),
        actor=environ.get("CIRCLE_USERNAME", ""),
    )
    run = _number(environ.get("CIRCLE_BUILD_NUM"))
    merge = _MERGE_PAGE.search(urlsplit(page).path)
    if merge:
        return Surroundings("gitlab", merge[1].lstrip("/"), int(merge[2]), commit, "", run, origin)
    pull = _PULL_PAGE.search(urlsplit(page).path)
    owner, name = environ.get("CIRCLE_PROJECT_USERNAME", ""), environ.get("CIRCLE_PROJECT_REPONAME", "")
    # A fork's pull request names the fork's project here, but the page is that of the pull request.
    repository = pull[1] if pull else f"{owner}/{name}" if owner and name else ""
    number = int(pull[2]) if pull else _number(environ.get("CIRCLE_PR_NUMBER"))
    return Surroundings("github", repository, number, commit, environ.get("GITHUB_API_URL", ""), run, origin)


def _gitlab(environ: Environ) -> Surroundings:
    external = _number(environ.get("CI_EXTERNAL_PULL_REQUEST_IID"))
    commit = environ.get("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA") or environ.get("CI_COMMIT_SHA", "")
    number = external or _number(environ.get("CI_MERGE_REQUEST_IID")) or _open_merge_request(environ)
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID", "")
    page = environ.get("CI_MERGE_REQUEST_PROJECT_URL") or environ.get("CI_PROJECT_URL", "")
    origin = Origin(
        commit=environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or commit,
        branch=environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") or environ.get("CI_COMMIT_REF_NAME", ""),
        pull_request=f"{page}/-/merge_requests/{number}" if number and page and not external else "",
        run_url=environ.get("CI_PIPELINE_URL") or environ.get("CI_JOB_URL", ""),
        actor=environ.get("GITLAB_USER_LOGIN", ""),
    )
    run = _number(environ.get("CI_PIPELINE_ID"))
    if external:
        repository = environ.get("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY", "")
        return Surroundings("github", repository, number, commit, environ.get("GITHUB_API_URL", ""), run, origin)
    return Surroundings("gitlab", project, number, commit, environ.get("CI_API_V4_URL", ""), run, origin)


def _open_merge_request(environ: Environ) -> int:
    """Of a branch's pipeline: the first of ``group/project!12,group/project!13`` that is the project's own."""
    own = environ.get("CI_PROJECT_PATH", "")
    for reference in environ.get("CI_OPEN_MERGE_REQUESTS", "").split(","):
        project, _, number = reference.strip().partition("!")
        if project == own:
            return _number(number)
    return 0


def _event(path: str) -> dict[str, Any]:
    """What set a GitHub workflow off; empty when it cannot be read."""
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() else 0


_READERS: dict[str, Callable[[Environ], Surroundings]] = {
    "GITHUB_ACTIONS": _github,
    "CIRCLECI": _circleci,
    "GITLAB_CI": _gitlab,
}
