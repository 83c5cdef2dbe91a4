"""GitLab's users and projects from a seed document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.localcloud.gitlab.accounts import TOKEN, USER, token_key, user_named
from infra.localcloud.gitlab.door import stamp
from infra.localcloud.gitlab.projects import LEVELS, PROJECT
from infra.localcloud.store import Store


def seed(store: Store, document: Mapping[str, Any], now: datetime) -> None:
    """Create what the GitLab part of a seed document names; what is there already keeps its id.

    ``users`` are ``{"username", "token" or "token_sha256", "scopes", "bot"}``; ``projects`` are ``{"path",
    "visibility", "members": {username: level}}`` with the levels of ``projects.LEVELS``.
    """
    for user in document.get("users", []):
        _seed_user(store, user)
    for project in document.get("projects", []):
        _seed_project(store, project, now)


def _seed_user(store: Store, wish: Mapping[str, Any]) -> None:
    username = wish["username"]
    user = user_named(store, username) or {"id": store.next_number("gitlab.id"), "username": username}
    user.update(name=wish.get("name", username), email=f"{username}@example.com", bot=bool(wish.get("bot")))
    store.put(USER, username.lower(), user)
    key = wish.get("token_sha256") or (token_key(wish["token"]) if "token" in wish else "")
    if key:
        store.put(TOKEN, key, {"username": username, "scopes": list(wish.get("scopes", ["api"]))})


def _seed_project(store: Store, wish: Mapping[str, Any], now: datetime) -> None:
    path = wish["path"]
    if store.find(PROJECT, _path=path.lower()):
        return
    number = store.next_number("gitlab.id")
    project = {
        "id": number,
        "path_with_namespace": path,
        "default_branch": "main",
        "visibility": wish.get("visibility", "private"),
        "created_at": stamp(now),
        "_path": path.lower(),
        "_members": {name.lower(): LEVELS[level] for name, level in wish.get("members", {}).items()},
    }
    store.put(PROJECT, str(number), project)
