"""Notes: the comments on a merge request, among which GitLab puts its own."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.gitlab.accounts import user_named, user_shape
from infra.localcloud.gitlab.door import forbidden, invalid, not_found, page_of, stamp, text
from infra.localcloud.gitlab.merge_requests import merge_request_for
from infra.localcloud.gitlab.projects import LEVELS

NOTE = "gitlab.note"
MOST_CHARACTERS = 1_000_000

Document = dict[str, Any]


def list_notes(call: Call) -> Answer:
    """GET …/notes, newest first unless ``sort`` is ``asc``."""
    project, merge_request, _ = merge_request_for(call)
    found = call.store.find(NOTE, parent=_parent(project, merge_request))
    return page_of(call, found if call.query.get("sort") == "asc" else found[::-1], lambda note: _shape(call, note))


def create_note(call: Call) -> Answer:
    """POST …/notes: 403 for strangers while the discussion is locked."""
    project, merge_request, level = merge_request_for(call)
    if merge_request["discussion_locked"] and level == 0:
        raise forbidden()
    moment = stamp(call.now)
    note = {
        "id": call.store.next_number("gitlab.id"),
        "body": _checked(text(call, "body")),
        "created_at": moment,
        "updated_at": moment,
        "system": False,
        "noteable_id": merge_request["id"],
        "noteable_type": "MergeRequest",
        "noteable_iid": merge_request["iid"],
        "project_id": project["id"],
        "_author": call.account["username"],
        "_parent": _parent(project, merge_request),
    }
    _save(call, note)
    return Answer(201, _shape(call, note))


def show_note(call: Call) -> Answer:
    """GET …/notes/{note_id}."""
    return Answer(200, _shape(call, _note(call)[0]))


def change_note(call: Call) -> Answer:
    """PUT …/notes/{note_id}: its author may, and maintainers."""
    note = _own(call)
    note.update(body=_checked(text(call, "body")), updated_at=stamp(call.now))
    _save(call, note)
    return Answer(200, _shape(call, note))


def delete_note(call: Call) -> Answer:
    """DELETE …/notes/{note_id}."""
    call.store.delete(NOTE, str(_own(call)["id"]))
    return Answer(204)


def _parent(project: Document, merge_request: Document) -> str:
    return f"{project['id']}/{merge_request['iid']}"


def _save(call: Call, note: Document) -> None:
    call.store.put(NOTE, str(note["id"]), note, parent=note["_parent"])


def _note(call: Call) -> tuple[Document, int]:
    project, merge_request, level = merge_request_for(call)
    note = call.store.get(NOTE, call.params["note_id"])
    if note is None or note["_parent"] != _parent(project, merge_request):
        raise not_found("Note Not Found")
    return note, level


def _own(call: Call) -> Document:
    note, level = _note(call)
    if note["_author"] != call.account["username"] and level < LEVELS["maintainer"]:
        raise forbidden()
    return note


def _checked(body: str) -> str:
    if not body.strip():
        raise invalid("note", "can't be blank")
    if len(body) > MOST_CHARACTERS:
        raise invalid("note", f"is too long (maximum is {MOST_CHARACTERS} characters)")
    return body


def _shape(call: Call, note: Document) -> Document:
    author = user_named(call.store, note["_author"])
    shown = {name: value for name, value in note.items() if not name.startswith("_")}
    return {
        **shown,
        "type": None,
        "attachment": None,
        "author": user_shape(author) if author else None,
        "resolvable": False,
        "confidential": False,
        "internal": False,
        "commands_changes": {},
    }


_NOTES = "/projects/{id}/merge_requests/{merge_request_iid}/notes"

ROUTES: list[Route] = [
    ("GET", _NOTES, list_notes, ""),
    ("POST", _NOTES, create_note, ""),
    ("GET", f"{_NOTES}/{{note_id}}", show_note, ""),
    ("PUT", f"{_NOTES}/{{note_id}}", change_note, ""),
    ("DELETE", f"{_NOTES}/{{note_id}}", delete_note, ""),
]
