"""GitLab's users, their tokens, and how they are shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from infra.localcloud.exchange import Caller, Refusal
from infra.localcloud.store import Store

USER = "gitlab.user"
TOKEN = "gitlab.token"  # noqa: S105 - the name of a kind of document
SITE = "https://gitlab.com"
EVERYWHERE = "_everywhere"
"""A mark on the account of a call that a person makes by hand: nothing is closed to it."""

Document = dict[str, Any]


def token_key(token: str) -> str:
    """Under what a token is remembered: only its hash is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(store: Store, headers: Mapping[str, str]) -> Caller:
    """The user whose private token it is; a CI job's own token opens nothing that is served here."""
    token = headers.get("private-token") or _bearer(headers.get("authorization", ""))
    found = store.get(TOKEN, token_key(token)) if token else None
    user = user_named(store, found["username"]) if found else None
    if found is None or user is None:
        raise Refusal(401, "unauthorized", "401 Unauthorized")
    return Caller(user, frozenset(found["scopes"]), str(user["username"]))


def caller_named(store: Store, username: str) -> Caller:
    """The user of that name, allowed everything."""
    user = user_named(store, username)
    if user is None:
        raise Refusal(404, "not_found", f"There is no user {username}.")
    return Caller({**user, EVERYWHERE: True}, frozenset({"api"}), str(user["username"]))


def user_named(store: Store, username: str) -> Document | None:
    """A user by name, in any case."""
    return store.get(USER, username.lower())


def user_shape(user: Document) -> Document:
    """The short form of a user that other objects carry."""
    return {
        "id": user["id"],
        "username": user["username"],
        "name": user["name"],
        "state": "active",
        "locked": False,
        "avatar_url": None,
        "web_url": f"{SITE}/{user['username']}",
    }


def _bearer(header: str) -> str:
    kind, _, value = header.partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""
