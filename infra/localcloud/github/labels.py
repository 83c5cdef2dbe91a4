"""Labels of a repository and of its issues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.conversations import check_may_write, may_triage
from infra.localcloud.github.fields import body_of, optional_text, text, wrong_type
from infra.localcloud.github.links import api_url, new_id, node_id
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import forbidden, not_found, rejected

PAGE = "issues/labels"
LABEL = "github.label"
MOST_CHARACTERS = 50
_COLOR = re.compile(r"[0-9a-fA-F]{6}")

Document = dict[str, Any]


def list_labels(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/labels."""
    repository = repository_for(call)
    found = call.store.find(LABEL, parent=str(repository["id"]))
    return page_of(call, found, lambda label: label_shape(call, repository, label))


def show_label(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/labels/{name}."""
    repository = repository_for(call)
    label = call.store.get(LABEL, _key(repository, call.params["name"]))
    if label is None:
        raise not_found()
    return Answer(200, label_shape(call, repository, label))


def create_label(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/labels: 422 when there is one of that name, in any case."""
    check_may_write(call)
    repository, body = repository_for(call), body_of(call)
    if not may_triage(call, repository, "push"):
        raise forbidden()
    name, color = text(body, "name"), optional_text(body, "color", "ededed")
    if call.store.get(LABEL, _key(repository, name)):
        raise rejected("Label", "", field="name", code="already_exists")
    if not _COLOR.fullmatch(color):
        raise rejected("Label", "color must be six hexadecimal digits", field="color", code="invalid")
    label = _new(call, repository, name, color=color, description=optional_text(body, "description", "") or None)
    shape = label_shape(call, repository, label)
    return Answer(201, shape, {"Location": shape["url"]})


def names_in(body: Document) -> list[str]:
    """The names that an issue's ``labels`` gives, as texts or as objects."""
    value = body["labels"]
    if not isinstance(value, list):
        raise wrong_type("labels", value, "array")
    names: list[Any] = [one.get("name") if isinstance(one, dict) else one for one in value]
    for name in names:
        if not isinstance(name, str):
            raise wrong_type("labels", name, "string")
    return list(dict.fromkeys(names))


def known_or_new(call: Call, repository: Document, names: Sequence[str]) -> list[str]:
    """The labels' names as they are spelled; GitHub makes those that are not there yet."""
    found = []
    for name in names:
        label = call.store.get(LABEL, _key(repository, name)) or _new(call, repository, name)
        found.append(str(label["name"]))
    return found


def label_shape(call: Call, repository: Document, label: Document) -> Document:
    """A label as GitHub shows it."""
    return {
        "id": label["id"],
        "node_id": node_id("LA", label["id"]),
        "url": api_url(call.base_url, "repos", repository["owner"], repository["name"], "labels", label["name"]),
        "name": label["name"],
        "description": label["description"],
        "color": label["color"],
        "default": False,
    }


def labels_named(call: Call, repository: Document, names: Sequence[str]) -> list[Document]:
    """The shapes of an issue's labels."""
    found = (call.store.get(LABEL, _key(repository, name)) for name in names)
    return [label_shape(call, repository, label) for label in found if label]


def _new(
    call: Call, repository: Document, name: str, *, color: str = "ededed", description: str | None = None
) -> Document:
    if not name.strip() or len(name) > MOST_CHARACTERS:
        raise rejected("Label", f"name is too long (maximum is {MOST_CHARACTERS} characters)", field="name")
    label = {"id": new_id(call.store), "name": name, "color": color.lower(), "description": description}
    keep(call.store, LABEL, _key(repository, name), label, str(repository["id"]))
    return label


def _key(repository: Document, name: str) -> str:
    return f"{repository['id']}/{name.lower()}"


_LABELS = "/repos/{owner}/{repo}/labels"

ROUTES: list[Route] = [
    ("GET", _LABELS, list_labels, "repo"),
    ("POST", _LABELS, create_label, "repo"),
    ("GET", f"{_LABELS}/{{name}}", show_label, "repo"),
]
