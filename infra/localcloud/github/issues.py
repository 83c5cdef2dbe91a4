"""Issues: create, list by labels and state, show, change, lock; pull requests are issues too."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.conversations import (
    COMMENT,
    ISSUE,
    association,
    check_may_write,
    checked_text,
    issue_for,
    may_triage,
    new_issue,
    save_issue,
)
from infra.localcloud.github.fields import body_of, one_of, optional_text
from infra.localcloud.github.labels import known_or_new, labels_named, names_in
from infra.localcloud.github.links import api_url, later_stamp, node_id, site_url, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import simple_user, user_named
from infra.localcloud.github.refusals import forbidden, invalid, missing_field

PAGE = "issues/issues"
LOCK_REASONS = ("off-topic", "too heated", "resolved", "spam")
STATE_REASONS = ("completed", "not_planned", "duplicate", "reopened")

Document = dict[str, Any]


def list_issues(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/issues, narrowed by ``state``, ``labels`` and ``creator``; the newest first."""
    repository = repository_for(call)
    found = [issue for issue in call.store.find(ISSUE, parent=str(repository["id"])) if _wanted(call, issue)]
    by = {"updated": "updated_at", "comments": "number"}.get(call.query.get("sort", ""), "created_at")
    newest_first = call.query.get("direction", "desc") != "asc"
    found.sort(key=lambda issue: (issue[by], issue["number"]), reverse=newest_first)
    return page_of(call, found, lambda issue: issue_shape(call, repository, issue))


def _wanted(call: Call, issue: Document) -> bool:
    state, creator = call.query.get("state", "open"), call.query.get("creator", issue["_author"])
    labels = {name.strip().lower() for name in call.query.get("labels", "").split(",") if name.strip()}
    return (
        state in ("all", issue["state"])
        and creator.lower() == issue["_author"].lower()
        and labels <= {name.lower() for name in issue["labels"]}
    )


def create_issue(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/issues; labels of people who may not set them are dropped without a word."""
    check_may_write(call)
    repository, body = repository_for(call), body_of(call)
    if not repository["has_issues"]:
        raise Refusal(410, "gone", "Issues has been disabled in this repository.")
    title = optional_text(body, "title", "")
    if not title.strip():
        raise missing_field("Issue", "title")
    description = checked_text(optional_text(body, "body", ""), "Issue") or None
    issue = new_issue(call.store, repository, call.account["login"], title, description, call.now)
    if "labels" in body and may_triage(call, repository, "push"):
        issue["labels"] = known_or_new(call, repository, names_in(body))
    save_issue(call.store, repository, issue)
    shape = issue_shape(call, repository, issue)
    return Answer(201, shape, {"Location": shape["url"]})


def show_issue(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/issues/{issue_number}."""
    return Answer(200, issue_shape(call, *issue_for(call)))


def change_issue(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/issues/{issue_number}: its author may, and who may triage."""
    check_may_write(call)
    repository, issue = issue_for(call)
    if not (may_triage(call, repository) or issue["_author"] == call.account["login"]):
        raise forbidden("Must have admin rights to Repository.")
    body = body_of(call)
    issue["title"] = optional_text(body, "title", issue["title"])
    if "body" in body:
        issue["body"] = None if body["body"] is None else checked_text(optional_text(body, "body", ""), "Issue")
    if "labels" in body:
        issue["labels"] = known_or_new(call, repository, names_in(body))
    if "state" in body:
        state = one_of(body, "state", ("open", "closed"), issue["state"])
        change_state(call, issue, state, body.get("state_reason") or "")
    issue["updated_at"] = later_stamp(call.now, issue["updated_at"])
    save_issue(call.store, repository, issue)
    return Answer(200, issue_shape(call, repository, issue))


def change_state(call: Call, issue: Document, state: str, reason: str) -> None:
    """Close or reopen an issue or pull request, if it is not so already; ``reason`` may be empty."""
    if state == issue["state"]:
        return
    closing = state == "closed"
    reason = reason or ("completed" if closing else "reopened")
    if reason not in STATE_REASONS:
        raise invalid(f"Invalid request.\n\n{reason} is not a possible value.")
    issue.update(
        state=state,
        state_reason=reason,
        closed_at=stamp(call.now) if closing else None,
        _closed_by=call.account["login"] if closing else None,
    )


def lock_issue(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/issues/{issue_number}/lock."""
    return _set_lock(call, locked=True)


def unlock_issue(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock."""
    return _set_lock(call, locked=False)


def _set_lock(call: Call, *, locked: bool) -> Answer:
    check_may_write(call)
    repository, issue = issue_for(call)
    if not may_triage(call, repository, "push"):
        raise forbidden()
    body = body_of(call)
    reason = one_of(body, "lock_reason", LOCK_REASONS, "resolved") if locked and "lock_reason" in body else None
    issue.update(locked=locked, active_lock_reason=reason)
    save_issue(call.store, repository, issue)
    return Answer(204)


def issue_shape(call: Call, repository: Document, issue: Document) -> Document:
    """An issue as GitHub shows it; one that is a pull request says so."""
    owner, name, number = repository["owner"], repository["name"], str(issue["number"])
    url = api_url(call.base_url, "repos", owner, name, "issues", number)
    noun = "pull" if issue["_pull"] else "issues"
    shape = {
        **{key: value for key, value in issue.items() if not key.startswith("_")},
        "node_id": node_id("I", issue["id"]),
        "url": url,
        "repository_url": api_url(call.base_url, "repos", owner, name),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": site_url(owner, name, noun, number),
        "labels": labels_named(call, repository, issue["labels"]),
        "user": author_shape(call, issue["_author"]),
        "closed_by": author_shape(call, issue["_closed_by"]) if issue["_closed_by"] else None,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(call.store.find(COMMENT, parent=f"{repository['id']}/{number}")),
        "author_association": association(call.store, repository, issue["_author"]),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
    }
    if issue["_pull"]:
        page = site_url(owner, name, "pull", number)
        pull = {"url": api_url(call.base_url, "repos", owner, name, "pulls", number), "html_url": page}
        shape["pull_request"] = {**pull, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch", "merged_at": None}
    return shape


def author_shape(call: Call, login: str) -> Document | None:
    """Who wrote something; nobody, when the account is gone."""
    user = user_named(call.store, login)
    return simple_user(call.base_url, user) if user else None


_ISSUES = "/repos/{owner}/{repo}/issues"

ROUTES: list[Route] = [
    ("GET", _ISSUES, list_issues, "repo"),
    ("POST", _ISSUES, create_issue, "repo"),
    ("GET", f"{_ISSUES}/{{issue_number}}", show_issue, "repo"),
    ("PATCH", f"{_ISSUES}/{{issue_number}}", change_issue, "repo"),
    ("PUT", f"{_ISSUES}/{{issue_number}}/lock", lock_issue, "repo"),
    ("DELETE", f"{_ISSUES}/{{issue_number}}/lock", unlock_issue, "repo"),
]
