"""What issues, pull requests and their comments share: numbers, places, who may write, and how long a text may be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Call, Refusal
from infra.localcloud.github.access import LEVELS, level_of, repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.links import new_id, stamp
from infra.localcloud.github.people import organization_named, role_in
from infra.localcloud.github.refusals import forbidden, not_found, rejected
from infra.localcloud.store import Store

ISSUE = "github.issue"
COMMENT = "github.issue_comment"
MOST_CHARACTERS = 65_536
WRITES = "issues=write; pull_requests=write"

Document = dict[str, Any]


def new_issue(store: Store, repository: Document, author: str, title: str, body: str | None, now: datetime) -> Document:
    """An open issue with the repository's next number, not stored yet."""
    moment = stamp(now)
    return {
        "id": new_id(store),
        "number": store.next_number(f"github.issue.{repository['id']}"),
        "title": title,
        "body": body,
        "state": "open",
        "state_reason": None,
        "locked": False,
        "active_lock_reason": None,
        "labels": [],
        "closed_at": None,
        "created_at": moment,
        "updated_at": moment,
        "_author": author,
        "_closed_by": None,
        "_pull": None,
    }


def save_issue(store: Store, repository: Document, issue: Document) -> None:
    """Remember an issue under its repository and number."""
    keep(store, ISSUE, f"{repository['id']}/{issue['number']}", issue, str(repository["id"]))


def issue_for(call: Call, *, pull: bool = False) -> tuple[Document, Document]:
    """The repository and the issue (with ``pull``, only a pull request) that the path names."""
    repository = repository_for(call)
    number = call.params["pull_number" if pull else "issue_number"]
    issue = call.store.get(ISSUE, f"{repository['id']}/{number}")
    if issue is None or (pull and issue["_pull"] is None):
        raise not_found()
    return repository, issue


def check_may_write(call: Call) -> None:
    """A person may write where they may read, an app only with a permission for it, and nobody in an archive."""
    if call.account.get("type") == "Bot" and not {"issues:write", "pull_requests:write"} & call.scopes:
        raise Refusal(
            403,
            "forbidden",
            "Resource not accessible by integration",
            headers={"X-Accepted-GitHub-Permissions": WRITES},
        )
    if repository_for(call)["archived"]:
        raise forbidden("Repository was archived so is read-only.")


def may_triage(call: Call, repository: Document, level: str = "triage") -> bool:
    """Whether the caller may change what others wrote; an app's token with a permission to write may."""
    if call.account.get("type") == "Bot":
        return bool({"issues:write", "pull_requests:write"} & call.scopes)
    return LEVELS.index(level_of(call, repository)) >= LEVELS.index(level)


def association(store: Store, repository: Document, login: str) -> str:
    """How an author belongs to the repository, in GitHub's words."""
    if repository["owner"].lower() == login.lower():
        return "OWNER"
    organization = organization_named(store, repository["owner"])
    if organization is not None and role_in(organization, login):
        return "MEMBER"
    invited = store.get("github.collaborator", f"{repository['id']}/{login.lower()}")
    return "COLLABORATOR" if invited else "NONE"


def checked_text(text: str, resource: str) -> str:
    """A comment's or issue's text, which GitHub bounds; a comment must say something."""
    if resource == "IssueComment" and not text.strip():
        raise rejected(resource, "Body cannot be blank", field="data", code="unprocessable")
    if len(text) > MOST_CHARACTERS:
        if resource == "IssueComment":
            message = f"Body is too long (maximum is {MOST_CHARACTERS} characters)"
            raise rejected(resource, message, field="data", code="unprocessable")
        raise rejected(resource, f"body is too long (maximum is {MOST_CHARACTERS} characters)", field="body")
    return text
