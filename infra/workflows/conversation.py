"""The conversation of a pull or merge request, alike on GitHub and GitLab: its comments, and who we are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from infra.apis.github import GitHub
from infra.apis.gitlab import GitLab
from infra.apis.rest import at
from infra.errors import ApiError, NotFound, Rejected, Unauthorized
from infra.reports.cutting import GITHUB_COMMENT, GITLAB_NOTE

GITHUB_LIMIT = 65_536
"""Characters of a comment or of an issue's text."""
GITLAB_LIMIT = 1_000_000
MOST_PAGES = 20
"""Of open pull requests, by their last change: one that was just pushed to is on the first."""
TOO_LONG = re.compile(r"too (long|big)", re.IGNORECASE)
_BOT = re.compile(r"(project|group)_\d+_bot", re.ASCII)


@dataclass(frozen=True)
class Comment:
    """One comment: where, by whom, and its text as it was written."""

    id: int
    author: str
    by_program: bool
    """Whether its author is an app or a bot, as far as the vendor tells."""
    body: str
    url: str = ""


class Conversation(Protocol):
    """What can be done in a conversation."""

    limit: int
    """The most characters of one comment."""
    room: int
    """How many bytes of it a report may take; an approval counts as cut what does not fit there."""

    async def author(self) -> str:
        """Who we are there, or ``""`` when the token has no person behind it that it could tell."""

    async def comments(self) -> list[Comment]:
        """Every comment, oldest first."""

    async def create(self, body: str) -> Comment:
        """Add a comment."""

    async def update(self, id: int, body: str) -> Comment:
        """Replace the text of a comment."""

    async def delete(self, id: int) -> None:
        """Take a comment away, if it is still there."""


class GitHubConversation:
    """A pull request's or issue's comments on GitHub."""

    limit = GITHUB_LIMIT
    room = GITHUB_COMMENT.bytes

    def __init__(self, client: GitHub, repository: str, number: int) -> None:
        self._client = client
        self._repository = at("repos", *repository.split("/", 1))
        self._path = f"{self._repository}/issues/{number}/comments"

    async def author(self) -> str:
        return await github_author(self._client)

    async def comments(self) -> list[Comment]:
        rows = await self._client.list(self._path)
        return sorted((_github_comment(row) for row in rows), key=lambda comment: comment.id)

    async def create(self, body: str) -> Comment:
        return _github_comment(await self._client.post(self._path, {"body": body}))

    async def update(self, id: int, body: str) -> Comment:
        return _github_comment(await self._client.patch(self._comment(id), {"body": body}))

    async def delete(self, id: int) -> None:
        await self._client.delete(self._comment(id))

    def _comment(self, id: int) -> str:
        return f"{self._repository}/issues/comments/{id}"


class GitLabConversation:
    """A merge request's notes on GitLab."""

    limit = GITLAB_LIMIT
    room = GITLAB_NOTE.bytes

    def __init__(self, client: GitLab, project: str, number: int) -> None:
        self._client = client
        self._path = f"{at('projects', project)}/merge_requests/{number}/notes"

    async def author(self) -> str:
        try:
            return str((await self._client.get("/user"))["username"])
        except (Unauthorized, NotFound):
            return ""  # A job's own token may not ask.

    async def comments(self) -> list[Comment]:
        rows = await self._client.list(self._path, sort="asc", order_by="created_at")
        return sorted((_note(row) for row in rows if not row["system"]), key=lambda comment: comment.id)

    async def create(self, body: str) -> Comment:
        return _note(await self._client.post(self._path, {"body": body}))

    async def update(self, id: int, body: str) -> Comment:
        return _note(await self._client.put(f"{self._path}/{id}", {"body": body}))

    async def delete(self, id: int) -> None:
        await self._client.delete(f"{self._path}/{id}")


async def github_author(client: GitHub) -> str:
    """Whose token it is, or ``""`` for an app's token, which has no person behind it."""
    try:
        return str((await client.get("/user"))["login"])
    except Unauthorized as refused:
        if refused.status == 401:
            raise
        return ""


async def find_pull_request(client: GitHub, repository: str, commit: str) -> tuple[int, ...]:
    """The open pull requests whose newest commit it is, as the API says; nothing of a run's own data is trusted."""
    path = at("repos", *repository.split("/", 1))
    found = await client.list(f"{path}/commits/{commit}/pulls")
    numbers = _open_at(found, commit)
    if not numbers:  # The commits of a fork are not found that way.
        query = urlencode({"state": "open", "sort": "updated", "direction": "desc"})
        numbers = _open_at(await client.first(f"{path}/pulls?{query}", pages=MOST_PAGES), commit)
    return numbers


def _open_at(rows: list[Any], commit: str) -> tuple[int, ...]:
    return tuple(sorted(row["number"] for row in rows if row["state"] == "open" and row["head"]["sha"] == commit))


def explained(error: ApiError) -> ApiError:
    """The same refusal, with what to do about it where a report was to be written."""
    said, todo = error.what.lower(), error.todo
    if "locked" in said:
        todo = "Unlock the conversation; the report itself is not lost, it is in the run's summary and artifact."
    elif "not accessible by integration" in said:
        todo = (
            "Give the job `permissions: pull-requests: write, issues: write`. A run of a fork's pull request never "
            "gets them: let a second job (on: workflow_run) write, from the first one's report."
        )
    elif "archived" in said:
        todo = "The repository is archived; nothing can be written there."
    elif error.status == 410:
        todo = "Switch issues on in the repository's settings, or leave out --issue."
    elif isinstance(error, NotFound):
        todo = todo or "It is not there, or the token may not see it; check the repository, the number and the token."
    return type(error)(
        error.what, where=error.where, todo=todo, status=error.status, id=error.id, request_id=error.request_id
    )


def is_too_long(error: ApiError) -> bool:
    """Whether the vendor refused a text for its length."""
    return isinstance(error, Rejected) and bool(TOO_LONG.search(error.what))


def _github_comment(row: Any) -> Comment:
    user = row["user"] or {"login": "", "type": "User"}
    return Comment(row["id"], user["login"], user["type"] == "Bot", row.get("body") or "", row["html_url"])


def _note(row: Any) -> Comment:
    author = row["author"]["username"]
    return Comment(row["id"], author, bool(_BOT.match(author)), row["body"] or "")
