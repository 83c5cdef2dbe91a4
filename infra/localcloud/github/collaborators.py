"""Who may work on a repository: collaborators and their permission, and its teams."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import COLLABORATOR, LEVELS, repository_for, role_of
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import USER, organization_named, role_in, simple_user, user_named
from infra.localcloud.github.refusals import not_found
from infra.localcloud.github.repository_shape import permissions

PAGE = "collaborators/collaborators"

Document = dict[str, Any]

_ROLE_NAMES = {"none": "none", "pull": "read", "triage": "triage", "push": "write", "maintain": "maintain"}
_OLD_NAMES = {"triage": "read", "maintain": "write"}
"""``permission`` still knows only admin, write, read and none; ``role_name`` says it all."""


def list_collaborators(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators, narrowed by ``affiliation`` and ``permission``."""
    repository = repository_for(call, "push")
    found = [user for user in call.store.find(USER) if _belongs(call, repository, user)]
    return page_of(call, found, lambda user: _shape(call, repository, user))


def check_collaborator(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators/{username}: 204 or 404."""
    repository, user = repository_for(call, "push"), user_named(call.store, call.params["username"])
    if user is None or not _is_collaborator(call, repository, user["login"], "all"):
        raise not_found()
    return Answer(204)


def show_permission(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators/{username}/permission."""
    repository, user = repository_for(call, "push"), user_named(call.store, call.params["username"])
    if user is None:
        raise not_found()
    shape = _shape(call, repository, user)
    level = role_of(call.store, repository, user["login"])
    permission = _role_name(_level_in_old_words(level))
    return Answer(200, {"permission": permission, "role_name": shape["role_name"], "user": shape})


def list_teams(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/teams: no team is given a repository here."""
    repository_for(call, "admin")
    return page_of(call, [], lambda team: team)


def _belongs(call: Call, repository: Document, user: Document) -> bool:
    affiliation = call.query.get("affiliation", "all")
    least = call.query.get("permission", "pull")
    level = role_of(call.store, repository, user["login"])
    enough = least in LEVELS and LEVELS.index(level) >= LEVELS.index(least)
    return enough and _is_collaborator(call, repository, user["login"], affiliation)


def _is_collaborator(call: Call, repository: Document, login: str, affiliation: str) -> bool:
    invited = call.store.get(COLLABORATOR, f"{repository['id']}/{login.lower()}") is not None
    organization = organization_named(call.store, repository["owner"])
    member = bool(organization and role_in(organization, login))
    if affiliation == "outside":
        return invited and not member
    own = repository["owner"].lower() == login.lower()
    return invited or own or (member and affiliation == "all")


def _shape(call: Call, repository: Document, user: Document) -> Document:
    level = role_of(call.store, repository, user["login"])
    role = {"permissions": permissions(level), "role_name": _role_name(level)}
    return {**simple_user(call.base_url, user), **role}


def _role_name(level: str) -> str:
    return _ROLE_NAMES.get(level, level)


def _level_in_old_words(level: str) -> str:
    return _OLD_NAMES.get(level, level)


_COLLABORATORS = "/repos/{owner}/{repo}/collaborators"

ROUTES: list[Route] = [
    ("GET", _COLLABORATORS, list_collaborators, "repo"),
    ("GET", f"{_COLLABORATORS}/{{username}}", check_collaborator, "repo"),
    ("GET", f"{_COLLABORATORS}/{{username}}/permission", show_permission, "repo"),
    ("GET", "/repos/{owner}/{repo}/teams", list_teams, "repo"),
]
