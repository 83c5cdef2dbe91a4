"""Put a report where people look: into the comment of its pull request, and into the issues of its environments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

import httpx

from infra.apis.budget import Notice
from infra.apis.github import GitHub, connect_github
from infra.apis.gitlab import GitLab, connect_gitlab
from infra.errors import TwelvefoldError
from infra.model.finding import Finding
from infra.model.plan import CHANGING
from infra.model.report import Report, StackReport
from infra.reports.cutting import Budget, Written
from infra.reports.markdown import markdown
from infra.workflows.comment import Kept, Posting, Render, keep_comment
from infra.workflows.conversation import Conversation, GitHubConversation, GitLabConversation, find_pull_request
from infra.workflows.issue import DriftState, KeptIssue, keep_issue
from infra.workflows.surroundings import Surroundings, surroundings

Environ = Mapping[str, str]
DRIFTED = ("missing", "changed", "unmanaged", "pending")


@dataclass(frozen=True)
class Target:
    """Where a person says that a report belongs; what is empty is taken from the CI that runs us."""

    vendor: Literal["", "github", "gitlab"] = ""
    repository: str = ""
    number: int = 0


HERE = Target()


async def post_comment(
    report: Report,
    environ: Environ,
    target: Target = HERE,
    *,
    notice: Notice = lambda _text: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Kept:
    """Keep the report's one comment on a pull or merge request; ``environ`` is a CI's, with a token in it.

    Of the report itself only what it shows is used: where it goes is never its own word.
    """
    around = _meant(surroundings(environ), target)
    opened = _open(around, environ, notice, transport)
    try:
        conversation = await _conversation(opened, around)
        return await keep_comment(conversation, _posting(report, around), _render(report))
    finally:
        await opened.aclose()


async def post_issues(
    report: Report,
    environ: Environ,
    repository: str = "",
    *,
    notice: Notice = lambda _text: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> dict[str, KeptIssue]:
    """Keep one GitHub issue for each audited stack, told by stack; a stack that failed is left as it is."""
    around = _meant(surroundings(environ), Target("github", repository))
    client = _github(around, environ, notice, transport)
    try:
        return {
            stack.stack: await keep_issue(
                client, around.repository, _drift(report, stack), _render(_only(report, stack))
            )
            for stack in report.stacks
            if not stack.error
        }
    finally:
        await client.aclose()


def _meant(around: Surroundings, target: Target) -> Surroundings:
    """Where it goes: as said, else as the CI says; a CI's words hold only for the repository they are about."""
    vendor = target.vendor or around.vendor or "github"
    repository = target.repository or (around.repository if vendor == around.vendor else "")
    if not repository:
        raise TwelvefoldError(
            "it is not known which repository the report belongs to",
            todo="Run in GitHub Actions, CircleCI or GitLab CI, or say it: --repository OWNER/NAME.",
        )
    if (vendor, repository.lower()) == (around.vendor, around.repository.lower()):
        return replace(around, number=target.number or around.number)
    return Surroundings(vendor, repository, target.number, "", "", 0, around.origin)


def _open(
    around: Surroundings, environ: Environ, notice: Notice, transport: httpx.AsyncBaseTransport | None
) -> GitHub | GitLab:
    if around.vendor == "gitlab":
        return _gitlab(around, environ, notice, transport)
    return _github(around, environ, notice, transport)


def _github(
    around: Surroundings, environ: Environ, notice: Notice, transport: httpx.AsyncBaseTransport | None
) -> GitHub:
    token = environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN", "")
    if not token:
        raise TwelvefoldError("there is no token for GitHub", todo="Set GITHUB_TOKEN.")
    address = environ.get("GITHUB_BASE_URL") or around.api or environ.get("GITHUB_API_URL", "")
    return connect_github(token, address, notice=notice, transport=transport)


def _gitlab(
    around: Surroundings, environ: Environ, notice: Notice, transport: httpx.AsyncBaseTransport | None
) -> GitLab:
    token, job = environ.get("GITLAB_TOKEN", ""), environ.get("CI_JOB_TOKEN", "")
    if not (token or job):
        raise TwelvefoldError(
            "there is no token for GitLab", todo="Set GITLAB_TOKEN to a project access token with the scope api."
        )
    address = around.api or environ.get("CI_API_V4_URL", "")
    return connect_gitlab(token or job, address, job=not token, notice=notice, transport=transport)


async def _conversation(opened: GitHub | GitLab, around: Surroundings) -> Conversation:
    if isinstance(opened, GitLab):
        if not around.number:
            raise _no_number("merge request")
        return GitLabConversation(opened, around.repository, around.number)
    number = around.number or await _looked_up(opened, around)
    return GitHubConversation(opened, around.repository, number)


async def _looked_up(client: GitHub, around: Surroundings) -> int:
    if not around.head:
        raise _no_number("pull request")
    found = await find_pull_request(client, around.repository, around.head)
    if len(found) != 1:
        told = f"{len(found)} open pull requests have" if found else "no open pull request has"
        raise TwelvefoldError(
            f"{told} {around.head[:12]} as the newest commit",
            where=around.repository,
            todo="Say which one: --pull-request NUMBER. One that was pushed to again gets the comment of that run.",
        )
    return found[0]


def _no_number(noun: str) -> TwelvefoldError:
    return TwelvefoldError(f"it is not known which {noun} the report belongs to", todo="Say it: --pull-request NUMBER.")


def _posting(report: Report, around: Surroundings) -> Posting:
    return Posting(
        project=report.project,
        made_at=report.made_at,
        kind=report.verb,
        digest=plan_digest(report),
        commit=around.head,
        run=around.run,
    )


def plan_digest(report: Report) -> str:
    """A digest of what the report's plans change, as far as the report shows it: equal plans have equal ones."""
    steps = [
        [stack.stack, step.urn, step.operation, [asdict(change) for change in step.changes]]
        for stack in report.stacks
        for step in (stack.plan.steps if stack.plan else ())
        if step.operation in CHANGING
    ]
    text = json.dumps(sorted(steps, key=str), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _drift(report: Report, stack: StackReport) -> DriftState:
    return DriftState(
        project=report.project,
        environment=stack.stack,
        identities=tuple(sorted({one.identity for one in stack.findings if _drifted(one)})),
        complete=not any(one.kind == "unverifiable" for one in stack.findings),
        made_at=report.made_at,
    )


def _drifted(finding: Finding) -> bool:
    """Whether it counts as drift in the exit code too: an issue that stays open on a note would never close."""
    return finding.kind in DRIFTED and finding.acknowledged is None and finding.level != "note"


def _only(report: Report, stack: StackReport) -> Report:
    """The report of one stack; what concerns several is no single environment's."""
    return replace(report, stacks=(stack,), findings=())


def _render(report: Report) -> Render:
    def render(room: int) -> Written:
        return markdown(report, Budget(room))

    return render
