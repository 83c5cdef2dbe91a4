"""What GitHub Actions may do in a repository: which actions run, and what their token may write."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.fields import body_of, flag, one_of, texts, wrong_type
from infra.localcloud.github.links import api_url
from infra.localcloud.github.refusals import conflict

PAGE = "actions/permissions"
PERMISSIONS = "github.actions_permissions"

Document = dict[str, Any]

_DEFAULTS: Document = {
    "enabled": True,
    "allowed_actions": "all",
    "sha_pinning_required": False,
    "github_owned_allowed": True,
    "verified_allowed": False,
    "patterns_allowed": [],
    "default_workflow_permissions": "read",
    "can_approve_pull_request_reviews": False,
}
_CHOICES = {
    "allowed_actions": ("all", "local_only", "selected"),
    "default_workflow_permissions": ("read", "write"),
}
_GENERAL = ("enabled", "allowed_actions", "sha_pinning_required")
_SELECTED = ("github_owned_allowed", "verified_allowed", "patterns_allowed")
_WORKFLOW = ("default_workflow_permissions", "can_approve_pull_request_reviews")


def show_permissions(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/actions/permissions."""
    repository, current = _current(call)
    if not current["enabled"]:
        return Answer(200, {"enabled": False})
    shape = {name: current[name] for name in _GENERAL}
    if current["allowed_actions"] == "selected":
        url = api_url(call.base_url, "repos", repository["owner"], repository["name"], "actions", "permissions")
        shape["selected_actions_url"] = f"{url}/selected-actions"
    return Answer(200, shape)


def write_permissions(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/actions/permissions."""
    if not isinstance(body_of(call).get("enabled"), bool):
        raise wrong_type("enabled", body_of(call).get("enabled"), "boolean")
    return _write(call, _GENERAL)


def show_selected(call: Call) -> Answer:
    """GET …/actions/permissions/selected-actions: 409 unless only selected actions may run."""
    current = _only_selected(call)
    return Answer(200, {name: current[name] for name in _SELECTED})


def write_selected(call: Call) -> Answer:
    """PUT …/actions/permissions/selected-actions."""
    _only_selected(call)
    return _write(call, _SELECTED)


def show_workflow(call: Call) -> Answer:
    """GET …/actions/permissions/workflow."""
    _, current = _current(call)
    return Answer(200, {name: current[name] for name in _WORKFLOW})


def write_workflow(call: Call) -> Answer:
    """PUT …/actions/permissions/workflow."""
    return _write(call, _WORKFLOW)


def permissions_of(call: Call, repository: Document) -> Document:
    """Everything set for a repository, defaults included."""
    return {**_DEFAULTS, **(call.store.get(PERMISSIONS, str(repository["id"])) or {})}


def _current(call: Call) -> tuple[Document, Document]:
    repository = repository_for(call, "admin")
    return repository, permissions_of(call, repository)


def _only_selected(call: Call) -> Document:
    _, current = _current(call)
    if current["allowed_actions"] != "selected":
        raise conflict("The selected actions are only there when allowed_actions is 'selected'.")
    return current


def _write(call: Call, names: tuple[str, ...]) -> Answer:
    repository, current = _current(call)
    body = body_of(call)
    changed = {name: _value(body, name, current[name]) for name in names}
    keep(call.store, PERMISSIONS, str(repository["id"]), {**current, **changed}, str(repository["id"]))
    return Answer(204)


def _value(body: Document, name: str, current: Any) -> Any:
    if name in _CHOICES:
        return one_of(body, name, _CHOICES[name], current)
    if isinstance(current, list):
        return texts(body, name, current)
    return flag(body, name, current)


_PERMISSIONS = "/repos/{owner}/{repo}/actions/permissions"

ROUTES: list[Route] = [
    ("GET", _PERMISSIONS, show_permissions, "repo"),
    ("PUT", _PERMISSIONS, write_permissions, "repo"),
    ("GET", f"{_PERMISSIONS}/selected-actions", show_selected, "repo"),
    ("PUT", f"{_PERMISSIONS}/selected-actions", write_selected, "repo"),
    ("GET", f"{_PERMISSIONS}/workflow", show_workflow, "repo"),
    ("PUT", f"{_PERMISSIONS}/workflow", write_workflow, "repo"),
]
