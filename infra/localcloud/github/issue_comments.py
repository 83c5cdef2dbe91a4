"""Comments on issues and pull requests."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.conversations import (
    COMMENT,
    ISSUE,
    association,
    check_may_write,
    checked_text,
    issue_for,
    may_triage,
)
from infra.localcloud.github.fields import body_of, text
from infra.localcloud.github.issues import author_shape
from infra.localcloud.github.links import api_url, later_stamp, new_id, node_id, site_url, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import forbidden, not_found

PAGE = "issues/comments"

Document = dict[str, Any]


def list_comments(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/issues/{issue_number}/comments, oldest first."""
    repository, issue = issue_for(call)
    found = call.store.find(COMMENT, parent=f"{repository['id']}/{issue['number']}")
    return page_of(call, found, lambda comment: _shape(call, repository, issue, comment))


def create_comment(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/issues/{issue_number}/comments: 403 when it is locked, 422 when it is too long."""
    check_may_write(call)
    repository, issue = issue_for(call)
    by_app = call.account.get("type") == "Bot"
    if issue["locked"] and (by_app or not may_triage(call, repository, "push")):
        raise forbidden("Unable to create comment because issue is locked.")
    moment = stamp(call.now)
    comment = {
        "id": new_id(call.store),
        "body": checked_text(text(body_of(call), "body"), "IssueComment"),
        "created_at": moment,
        "updated_at": moment,
        "_author": call.account["login"],
        "_issue": issue["number"],
    }
    _save(call, repository, comment)
    shape = _shape(call, repository, issue, comment)
    return Answer(201, shape, {"Location": shape["url"]})


def show_comment(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/issues/comments/{comment_id}."""
    return Answer(200, _shape(call, *_comment_for(call)))


def change_comment(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}: its author may, and who may write."""
    repository, issue, comment = _own_comment(call)
    comment["body"] = checked_text(text(body_of(call), "body"), "IssueComment")
    comment["updated_at"] = later_stamp(call.now, comment["updated_at"])
    _save(call, repository, comment)
    return Answer(200, _shape(call, repository, issue, comment))


def delete_comment(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}."""
    _, _, comment = _own_comment(call)
    call.store.delete(COMMENT, comment["_key"])
    return Answer(204)


def _save(call: Call, repository: Document, comment: Document) -> None:
    keep(call.store, COMMENT, f"{repository['id']}/{comment['id']}", comment, f"{repository['id']}/{comment['_issue']}")


def _comment_for(call: Call) -> tuple[Document, Document, Document]:
    repository = repository_for(call)
    comment = call.store.get(COMMENT, f"{repository['id']}/{call.params['comment_id']}")
    issue = call.store.get(ISSUE, f"{repository['id']}/{comment['_issue']}") if comment else None
    if comment is None or issue is None:
        raise not_found()
    return repository, issue, comment


def _own_comment(call: Call) -> tuple[Document, Document, Document]:
    check_may_write(call)
    repository, issue, comment = _comment_for(call)
    if not (comment["_author"] == call.account["login"] or may_triage(call, repository, "push")):
        raise forbidden("Must have admin rights to Repository.")
    return repository, issue, comment


def _shape(call: Call, repository: Document, issue: Document, comment: Document) -> Document:
    owner, name, number = repository["owner"], repository["name"], str(issue["number"])
    page = site_url(owner, name, "pull" if issue["_pull"] else "issues", number)
    return {
        **{key: value for key, value in comment.items() if not key.startswith("_")},
        "node_id": node_id("IC", comment["id"]),
        "url": api_url(call.base_url, "repos", owner, name, "issues", "comments", str(comment["id"])),
        "html_url": f"{page}#issuecomment-{comment['id']}",
        "issue_url": api_url(call.base_url, "repos", owner, name, "issues", number),
        "user": author_shape(call, comment["_author"]),
        "author_association": association(call.store, repository, comment["_author"]),
        "performed_via_github_app": None,
    }


_ISSUES = "/repos/{owner}/{repo}/issues"

ROUTES: list[Route] = [
    ("GET", f"{_ISSUES}/{{issue_number}}/comments", list_comments, "repo"),
    ("POST", f"{_ISSUES}/{{issue_number}}/comments", create_comment, "repo"),
    ("GET", f"{_ISSUES}/comments/{{comment_id}}", show_comment, "repo"),
    ("PATCH", f"{_ISSUES}/comments/{{comment_id}}", change_comment, "repo"),
    ("DELETE", f"{_ISSUES}/comments/{{comment_id}}", delete_comment, "repo"),
]
