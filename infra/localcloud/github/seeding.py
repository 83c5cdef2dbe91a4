"""Users, organizations, teams and repositories from a seed document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.localcloud.github.access import COLLABORATOR, repository_named
from infra.localcloud.github.actions_secrets import SECRET
from infra.localcloud.github.authentication import token_key
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.branches import first_commit
from infra.localcloud.github.links import new_id, node_id, stamp
from infra.localcloud.github.people import ORGANIZATION, TEAM, TOKEN, USER, organization_named, owner_named, user_named
from infra.localcloud.github.repositories import new_repository, save
from infra.localcloud.github.variables import VARIABLE
from infra.localcloud.store import Store

Document = dict[str, Any]

DEFAULT_SCOPES = ["repo", "admin:repo_hook", "read:org"]


def seed(store: Store, document: Mapping[str, Any], now: datetime) -> None:
    """Create what the GitHub part of a seed document names; what is there already keeps its id.

    A user's token comes as ``token`` or as ``token_sha256``. An app is a user of the type ``Bot`` whose token has
    ``permissions`` (``issues:write``, ``pull_requests:write``, ``contents:write``) instead of scopes. A member of an
    organization is a login (an owner of the organization) or ``{"login", "role": "member"}``; a repository's
    ``collaborators`` are ``{"login", "level"}``.
    """
    for user in document.get("users", []):
        _seed_user(store, user, now)
    for organization in document.get("organizations", []):
        _seed_organization(store, organization, now)
    for repository in document.get("repositories", []):
        _seed_repository(store, repository, now)
    # Only now, since a shared secret or variable may name the repositories it is for.
    for organization in document.get("organizations", []):
        _seed_shared(store, organization, now)


def _seed_user(store: Store, wish: Mapping[str, Any], now: datetime) -> None:
    login = wish["login"]
    user = user_named(store, login) or _account(store, "U", wish.get("type", "User"), login, now)
    user.update(name=wish.get("name", user["name"]), email=wish.get("email", f"{login}@example.com"))
    store.put(USER, login.lower(), user)
    key = wish.get("token_sha256") or (token_key(wish["token"]) if "token" in wish else "")
    if key:
        scopes = list(wish.get("permissions") or wish.get("scopes", DEFAULT_SCOPES))
        store.put(TOKEN, key, {"login": login, "scopes": scopes}, parent=login.lower())


def _seed_organization(store: Store, wish: Mapping[str, Any], now: datetime) -> None:
    login = wish["login"]
    organization = organization_named(store, login) or _account(store, "O", "Organization", login, now)
    organization["description"] = wish.get("description", organization.get("description"))
    members = dict(organization.get("_members", {}))
    for entry in wish.get("members", []):
        member = {"login": entry, "role": "admin"} if isinstance(entry, str) else {"role": "admin", **entry}
        members[member["login"].lower()] = member["role"]
    organization["_members"] = members
    store.put(ORGANIZATION, login.lower(), organization)
    for team in wish.get("teams", []):
        _seed_team(store, organization, team, now)


def _seed_team(store: Store, organization: Document, wish: Mapping[str, Any], now: datetime) -> None:
    key, moment = f"{organization['login']}/{wish['slug']}".lower(), stamp(now)
    known = store.get(TEAM, key)
    team = known or {"id": new_id(store), "created_at": moment, "updated_at": moment}
    team.update(
        organization=organization["login"],
        organization_id=organization["id"],
        slug=wish["slug"],
        name=wish.get("name", wish["slug"]),
        description=wish.get("description"),
        privacy=wish.get("privacy", "closed"),
        _members=[login.lower() for login in wish.get("members", [])],
    )
    store.put(TEAM, key, team, parent=organization["login"].lower())


def _seed_repository(store: Store, wish: Mapping[str, Any], now: datetime) -> None:
    owner = owner_named(store, wish["owner"])
    if owner is None:
        raise ValueError(
            f"a seed's repository {wish['name']} belongs to {wish['owner']}, which the seed does not create"
        )
    if repository_named(store, wish["owner"], wish["name"]):
        return
    repository = new_repository(store, owner["login"], wish["name"], private=bool(wish.get("private")), now=now)
    repository["default_branch"] = wish.get("default_branch", "main")
    repository["description"] = wish.get("description")
    save(store, repository)
    if not wish.get("empty"):
        first_commit(store, repository, {"login": owner["login"], "name": None, "email": "seed@example.com"}, now)
    for entry in wish.get("collaborators", []):
        key = f"{repository['id']}/{entry['login'].lower()}"
        keep(store, COLLABORATOR, key, {"login": entry["login"], "level": entry["level"]}, str(repository["id"]))


def _seed_shared(store: Store, wish: Mapping[str, Any], now: datetime) -> None:
    for family, kind, entries in (
        ("actions", SECRET, wish.get("secrets", [])),
        ("dependabot", SECRET, wish.get("dependabot_secrets", [])),
        ("actions", VARIABLE, wish.get("variables", [])),
    ):
        place = f"organizations/{wish['login']}/{family}".lower()
        for entry in entries:
            keep(store, kind, f"{place}/{entry['name'].upper()}", _shared(store, wish["login"], entry, now), place)


def _shared(store: Store, owner: str, entry: Mapping[str, Any], now: datetime) -> Document:
    named = [repository_named(store, owner, name) for name in entry.get("selected_repositories", [])]
    body: Document = {
        "name": entry["name"].upper(),
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "visibility": entry.get("visibility", "all"),
        "_repositories": [repository["id"] for repository in named if repository],
    }
    return {**body, "value": entry["value"]} if "value" in entry else body


def _account(store: Store, prefix: str, kind: str, login: str, now: datetime) -> Document:
    number, moment = new_id(store), stamp(now)
    account = {"login": login, "id": number, "node_id": node_id(prefix, number), "type": kind, "name": login}
    return {**account, "email": "", "created_at": moment, "updated_at": moment}
