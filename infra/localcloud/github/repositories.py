"""Repositories: create, show, list, change, rename, delete, topics and vulnerability alerts."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.github import belongings, branches
from infra.localcloud.github.access import REDIRECT, REPOSITORY, level_of, repository_for, repository_named
from infra.localcloud.github.authentication import with_implied
from infra.localcloud.github.fields import body_of, flag, mapping, one_of, optional_text, text, texts
from infra.localcloud.github.links import later_stamp, new_id, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import organization_named, owner_named, role_in
from infra.localcloud.github.refusals import failed_validation, forbidden, invalid, not_found, rejected
from infra.localcloud.github.repository_shape import SETTINGS, full_repository, minimal_repository
from infra.localcloud.store import Store

PAGE = "repos/repos"

Document = dict[str, Any]

_CHOICES = {
    "squash_merge_commit_title": ("PR_TITLE", "COMMIT_OR_PR_TITLE"),
    "squash_merge_commit_message": ("PR_BODY", "COMMIT_MESSAGES", "BLANK"),
    "merge_commit_title": ("PR_TITLE", "MERGE_MESSAGE"),
    "merge_commit_message": ("PR_BODY", "PR_TITLE", "BLANK"),
    "pull_request_creation_policy": ("all", "collaborators_only"),
}
_VISIBILITIES = ("public", "private")
_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_SECURITY = (
    "dependabot_security_updates",
    "secret_scanning",
    "secret_scanning_push_protection",
    "secret_scanning_non_provider_patterns",
    "secret_scanning_validity_checks",
)


def new_repository(store: Store, owner: str, name: str, *, private: bool, now: datetime) -> Document:
    """Store a repository with GitHub's defaults and no branch yet; ``owner`` as the account spells it."""
    moment = stamp(now)
    scanning = "disabled" if private else "enabled"
    repository: Document = {
        "id": new_id(store),
        "name": name,
        "owner": owner,
        "private": private,
        **SETTINGS,
        "topics": [],
        "created_at": moment,
        "updated_at": moment,
        "pushed_at": moment,
        "_slug": name.lower(),
        "_vulnerability_alerts": False,
        "_security": {
            feature: scanning if feature.startswith("secret_scanning") else "disabled" for feature in _SECURITY
        },
    }
    for feature in _SECURITY[3:]:
        repository["_security"][feature] = "disabled"
    save(store, repository)
    return repository


def save(store: Store, repository: Document) -> None:
    """Remember a repository under its id, findable by its owner and name."""
    store.put(REPOSITORY, str(repository["id"]), repository, parent=repository["owner"].lower())


def create_for_user(call: Call) -> Answer:
    """POST /user/repos."""
    return _create(call, call.account["login"])


def create_for_organization(call: Call) -> Answer:
    """POST /orgs/{org}/repos: members who own the organization may."""
    organization = organization_named(call.store, call.params["org"])
    if organization is None:
        raise not_found()
    if role_in(organization, call.account["login"]) != "admin":
        raise forbidden("You need admin access to the organization before adding a repository to it.")
    return _create(call, organization["login"])


def show(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}."""
    return Answer(200, full_repository(call, repository_for(call)))


def list_for_organization(call: Call) -> Answer:
    """GET /orgs/{org}/repos, those that the caller may see."""
    if organization_named(call.store, call.params["org"]) is None:
        raise not_found()
    return _list(call, call.params["org"])


def list_for_user(call: Call) -> Answer:
    """GET /user/repos and /users/{username}/repos, those that the caller may see."""
    owner = owner_named(call.store, call.params.get("username", call.account["login"]))
    if owner is None:
        raise not_found()
    return _list(call, owner["login"])


def change(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}: settings, visibility, name, default branch, archiving."""
    body = body_of(call)
    repository = _changeable(call, body)
    _change_visibility(repository, body)
    _apply_settings(repository, body)
    _apply_security(repository, body)
    if "default_branch" in body:
        repository["default_branch"] = branches.existing_branch(call.store, repository, text(body, "default_branch"))
    if "name" in body:
        _rename(call, repository, text(body, "name"))
    repository["updated_at"] = later_stamp(call.now, repository["updated_at"])
    save(call.store, repository)
    return Answer(200, full_repository(call, repository))


def delete(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}: everything in it goes too; needs the delete_repo scope."""
    repository = repository_for(call)
    if level_of(call, repository) != "admin" or "delete_repo" not in call.scopes:
        raise forbidden()
    belongings.delete_all(call.store, repository["id"])
    call.store.delete(REPOSITORY, str(repository["id"]))
    return Answer(204)


def show_topics(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/topics."""
    return Answer(200, {"names": repository_for(call)["topics"]})


def replace_topics(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/topics: lower-case letters, digits and hyphens, at most 20."""
    repository = repository_for(call, "maintain")
    names = sorted({name.lower() for name in texts(body_of(call), "names", [])})
    if len(names) > 20 or not all(_TOPIC.fullmatch(name) for name in names):
        raise failed_validation(
            [{"resource": "Repository", "code": "invalid", "field": "topics", "message": "Topics are not valid"}]
        )
    repository["topics"] = names
    save(call.store, repository)
    return Answer(200, {"names": names})


def show_alerts(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/vulnerability-alerts: 204 when enabled, 404 when not."""
    if not repository_for(call, "admin")["_vulnerability_alerts"]:
        raise Refusal(404, "not_found", "Vulnerability alerts are disabled.")
    return Answer(204)


def enable_alerts(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/vulnerability-alerts."""
    return _set_alerts(call, True)


def disable_alerts(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/vulnerability-alerts."""
    return _set_alerts(call, False)


def _set_alerts(call: Call, on: bool) -> Answer:
    repository = repository_for(call, "admin")
    repository["_vulnerability_alerts"] = on
    save(call.store, repository)
    return Answer(204)


def _list(call: Call, owner: str) -> Answer:
    found = call.store.find(REPOSITORY, parent=owner.lower())
    visible = [repository for repository in found if level_of(call, repository) != "none"]
    return page_of(call, visible, lambda repository: minimal_repository(call, repository))


def _create(call: Call, owner: str) -> Answer:
    body = body_of(call)
    private = one_of(body, "visibility", _VISIBILITIES, "private" if flag(body, "private", False) else "public")
    if not {"repo", *([] if private == "private" else ["public_repo"])} & with_implied(call.scopes):
        raise not_found()
    name = _free_name(call.store, owner, text(body, "name"))
    repository = new_repository(call.store, owner, name, private=private == "private", now=call.now)
    _apply_settings(repository, body)
    if flag(body, "auto_init", False):
        branches.first_commit(call.store, repository, call.account, call.now)
    save(call.store, repository)
    call.store.delete(REDIRECT, f"{owner}/{name}".lower())
    shape = full_repository(call, repository)
    return Answer(201, shape, {"Location": shape["url"]})


def _changeable(call: Call, body: Document) -> Document:
    if set(body) <= {"archived", "name"} and body.get("archived") is False:
        repository = repository_for(call)
        if level_of(call, repository) != "admin":
            raise forbidden()
        return repository
    return repository_for(call, "admin")


def _free_name(store: Store, owner: str, wanted: str) -> str:
    # GitHub does not refuse odd characters in a name, it puts hyphens in their place.
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted.strip())
    if not name or name in (".", ".."):
        raise _creation_failed("name is too short (minimum is 1 character)")
    if len(name) > 100:
        raise _creation_failed("name is too long (maximum is 100 characters)")
    if repository_named(store, owner, name):
        raise _creation_failed("name already exists on this account")
    return name


def _creation_failed(message: str) -> Refusal:
    error = {"resource": "Repository", "code": "custom", "field": "name", "message": message}
    return Refusal(422, "validation_failed", "Repository creation failed.", {"errors": [error]})


def _rename(call: Call, repository: Document, wanted: str) -> None:
    if wanted.lower() != repository["_slug"]:
        old = f"{repository['owner']}/{repository['name']}".lower()
        name = _free_name(call.store, repository["owner"], wanted)
        belongings.keep(call.store, REDIRECT, old, {"id": repository["id"]}, str(repository["id"]))
        call.store.delete(REDIRECT, f"{repository['owner']}/{name}".lower())
        repository.update(name=name, _slug=name.lower())
    else:
        repository["name"] = wanted


def _change_visibility(repository: Document, body: Document) -> None:
    current = "private" if repository["private"] else "public"
    if "visibility" in body:
        wanted = one_of(body, "visibility", _VISIBILITIES, current)
        # Archiving with the visibility it has is accepted: the published provider does so when it destroys one.
        if wanted == current and not body.get("archived"):
            raise rejected("Repository", f"Visibility is already {current}.", field="visibility")
        repository["private"] = wanted == "private"
    else:
        repository["private"] = flag(body, "private", repository["private"])


def _apply_settings(repository: Document, body: Document) -> None:
    for name, default in SETTINGS.items():
        if name in ("default_branch", "archived") and name not in body:
            continue
        repository[name] = _setting(body, name, repository[name], default)
    if not any(repository[f"allow_{way}"] for way in ("squash_merge", "merge_commit", "rebase_merge")):
        raise invalid("Sorry, you need to allow at least one merge strategy. (no_merge_method)")


def _setting(body: Document, name: str, current: Any, default: Any) -> Any:
    if name == "default_branch":
        return current
    if name in _CHOICES:
        return one_of(body, name, _CHOICES[name], current)
    if isinstance(default, bool):
        return flag(body, name, current)
    return (optional_text(body, name, "") or None) if name in body else current


def _apply_security(repository: Document, body: Document) -> None:
    for feature, wish in (mapping(body, "security_and_analysis", nullable=True) or {}).items():
        if isinstance(wish, dict) and feature in repository["_security"]:
            repository["_security"][feature] = one_of(wish, "status", ("enabled", "disabled"), "disabled")


ROUTES: list[Route] = [
    ("POST", "/user/repos", create_for_user, "repo"),
    ("GET", "/user/repos", list_for_user, ""),
    ("GET", "/users/{username}/repos", list_for_user, ""),
    ("POST", "/orgs/{org}/repos", create_for_organization, "repo"),
    ("GET", "/orgs/{org}/repos", list_for_organization, ""),
    ("GET", "/repos/{owner}/{repo}", show, "repo"),
    ("PATCH", "/repos/{owner}/{repo}", change, "repo"),
    ("DELETE", "/repos/{owner}/{repo}", delete, "delete_repo"),
    ("GET", "/repos/{owner}/{repo}/topics", show_topics, "repo"),
    ("PUT", "/repos/{owner}/{repo}/topics", replace_topics, "repo"),
    ("GET", "/repos/{owner}/{repo}/vulnerability-alerts", show_alerts, "repo"),
    ("PUT", "/repos/{owner}/{repo}/vulnerability-alerts", enable_alerts, "repo"),
    ("DELETE", "/repos/{owner}/{repo}/vulnerability-alerts", disable_alerts, "repo"),
]
