"""Whose token came with a request: Bearer, token and Basic authorization."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping

from infra.localcloud.exchange import Caller, Refusal
from infra.localcloud.github.people import TOKEN, user_named
from infra.localcloud.store import Store

EVERYWHERE = "_everywhere"
"""A mark on the account of a call that a person makes by hand: nothing is closed to it, secrets come unsealed."""
ALL_SCOPES = frozenset({"repo", "admin:repo_hook", "admin:org", "delete_repo", "user"})

_IMPLIED = {
    "repo": {"public_repo", "repo:status", "repo_deployment", "repo:invite"},
    "admin:repo_hook": {"write:repo_hook", "read:repo_hook"},
    "write:repo_hook": {"read:repo_hook"},
    "admin:org": {"write:org", "read:org"},
    "write:org": {"read:org"},
    "user": {"read:user", "user:email", "user:follow"},
}


def token_key(token: str) -> str:
    """Under what a token is remembered: only its hash is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def with_implied(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes with all narrower ones that they contain."""
    return scopes.union(*(_IMPLIED.get(scope, set()) for scope in scopes))


def authenticate(store: Store, headers: Mapping[str, str]) -> Caller:
    """The user whose token the ``authorization`` header carries, and its scopes; 401 for none or a wrong one."""
    header = headers.get("authorization", "")
    if not header:
        raise Refusal(401, "unauthorized", "Requires authentication")
    found = store.get(TOKEN, token_key(_token_in(header)))
    user = user_named(store, found["login"]) if found else None
    if found is None or user is None:
        raise Refusal(401, "unauthorized", "Bad credentials")
    return Caller(account=user, scopes=frozenset(found["scopes"]), name=str(user["login"]))


def caller_named(store: Store, login: str) -> Caller:
    """The user of that login, allowed everything in every repository, as an owner in front of the site is."""
    user = user_named(store, login)
    if user is None:
        raise Refusal(404, "not_found", f"There is no user {login}.")
    return Caller({**user, EVERYWHERE: True}, ALL_SCOPES, str(user["login"]))


def _token_in(header: str) -> str:
    kind, _, value = header.partition(" ")
    value = value.strip()
    if kind.lower() != "basic":
        return value if kind.lower() in ("bearer", "token") else ""
    return _password_in(value)


def _password_in(credentials: str) -> str:
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    # git and curl put the token in either place: "token:x-oauth-basic@" or "anything:token@".
    return user if password in ("", "x-oauth-basic") else password
