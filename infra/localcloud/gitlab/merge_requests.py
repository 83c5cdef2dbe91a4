"""GitLab's merge requests, as far as a conversation needs them."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.gitlab.accounts import SITE, user_named, user_shape
from infra.localcloud.gitlab.door import forbidden, not_found, page_of, stamp, text
from infra.localcloud.gitlab.projects import LEVELS, project_for
from infra.localcloud.store import Store

MERGE_REQUEST = "gitlab.merge_request"

Document = dict[str, Any]


def list_merge_requests(call: Call) -> Answer:
    """GET /projects/{id}/merge_requests, newest first, narrowed by ``state``."""
    project, _ = project_for(call)
    state = call.query.get("state", "all")
    found = call.store.find(MERGE_REQUEST, parent=str(project["id"]))
    kept = [one for one in reversed(found) if state in ("all", one["state"])]
    return page_of(call, kept, lambda one: _shape(call, project, one))


def create_merge_request(call: Call) -> Answer:
    """POST /projects/{id}/merge_requests, for developers."""
    project, level = project_for(call)
    if level < LEVELS["developer"]:
        raise forbidden()
    names = {name: text(call, name) for name in ("title", "source_branch", "target_branch")}
    moment = stamp(call.now)
    merge_request = {
        "id": call.store.next_number("gitlab.id"),
        "iid": call.store.next_number(f"gitlab.merge_request.{project['id']}"),
        "project_id": project["id"],
        **names,
        "state": "opened",
        "discussion_locked": None,
        "created_at": moment,
        "updated_at": moment,
        "_author": call.account["username"],
    }
    _save(call.store, project, merge_request)
    return Answer(201, _shape(call, project, merge_request))


def show_merge_request(call: Call) -> Answer:
    """GET /projects/{id}/merge_requests/{merge_request_iid}."""
    project, merge_request, _ = merge_request_for(call)
    return Answer(200, _shape(call, project, merge_request))


def change_merge_request(call: Call) -> Answer:
    """PUT /projects/{id}/merge_requests/{merge_request_iid}: title, ``state_event``, ``discussion_locked``."""
    project, merge_request, level = merge_request_for(call)
    if level < LEVELS["developer"]:
        raise forbidden()
    body = call.body if isinstance(call.body, dict) else {}
    if not {"title", "state_event", "discussion_locked"} & body.keys():
        raise Refusal(400, "parameter", "title, state_event, discussion_locked are missing, at least one is required")
    if "title" in body:
        merge_request["title"] = text(call, "title")
    if "discussion_locked" in body:
        merge_request["discussion_locked"] = bool(body["discussion_locked"])
    if "state_event" in body:
        merge_request["state"] = {"close": "closed", "reopen": "opened"}.get(text(call, "state_event"), "opened")
    merge_request["updated_at"] = stamp(call.now)
    _save(call.store, project, merge_request)
    return Answer(200, _shape(call, project, merge_request))


def merge_request_for(call: Call) -> tuple[Document, Document, int]:
    """The project and the merge request that the path names, and the caller's level."""
    project, level = project_for(call)
    found = call.store.get(MERGE_REQUEST, f"{project['id']}/{call.params['merge_request_iid']}")
    if found is None:
        raise not_found()
    return project, found, level


def _save(store: Store, project: Document, merge_request: Document) -> None:
    key = f"{project['id']}/{merge_request['iid']}"
    store.put(MERGE_REQUEST, key, merge_request, parent=str(project["id"]))


def _shape(call: Call, project: Document, merge_request: Document) -> Document:
    author = user_named(call.store, merge_request["_author"])
    page = f"{SITE}/{project['path_with_namespace']}/-/merge_requests/{merge_request['iid']}"
    shown = {name: value for name, value in merge_request.items() if not name.startswith("_")}
    return {**shown, "author": user_shape(author) if author else None, "web_url": page}


_PATH = "/projects/{id}/merge_requests"

ROUTES: list[Route] = [
    ("GET", _PATH, list_merge_requests, ""),
    ("POST", _PATH, create_merge_request, ""),
    ("GET", f"{_PATH}/{{merge_request_iid}}", show_merge_request, ""),
    ("PUT", f"{_PATH}/{{merge_request_iid}}", change_merge_request, ""),
]
