"""Who may come in: tokens, scopes, the Accept header, preconditions and the request budget."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from infra.localcloud.exchange import Call, Caller, Refusal
from infra.localcloud.heroku.answers import accepted
from infra.localcloud.heroku.budget import spend
from infra.localcloud.store import Store

ACCEPT = re.compile(r"application/vnd\.heroku\+json\s*;\s*version=3(\.[\w.-]+)?(\s*[;,]|\s*$)")
# Marks the account of a call made by hand.
EVERYWHERE = "_everywhere"
# When the token of a call ends, as seconds since 1970.
EXPIRES_AT = "_expires_at"
ALL_SCOPES = frozenset({"global"})
SCOPES = frozenset({"global", "identity", "read", "write", "read-protected", "write-protected"})


def digest(token: str) -> str:
    """What the store keeps of a token; tokens are long and random, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(store: Store, headers: Mapping[str, str]) -> Caller:
    """Whose token this is: Bearer, or the password of Basic with any user name."""
    token = _token(headers.get("authorization", ""))
    body = store.get("heroku.token", digest(token)) if token else None
    if body is None:
        raise Refusal(401, "unauthorized", "Invalid credentials provided.")
    account = store.get("heroku.account", body["account_id"])
    if account is None:
        raise Refusal(401, "unauthorized", "Invalid credentials provided.")
    until = {EXPIRES_AT: body.get("expires_at")}
    return Caller({**account, **until}, frozenset(body["scopes"]), account["email"])


def caller_named(store: Store, name: str) -> Caller:
    """The account with that email address, allowed everything everywhere, as the owner at a dashboard is."""
    found = store.find("heroku.account", email=name)
    if not found:
        raise Refusal(404, "not_found", f"There is no account {name}.")
    return Caller({**found[0], EVERYWHERE: True}, ALL_SCOPES, name)


def admit(call: Call) -> None:
    """Check the Accept header and the token's scope, and count the request."""
    if not ACCEPT.search(call.headers.get("accept", "")):
        raise Refusal(
            406,
            "not_acceptable",
            "The `Accept` header must name version 3: `Accept: application/vnd.heroku+json; version=3`.",
        )
    expires_at = call.account.get(EXPIRES_AT)
    if expires_at is not None and expires_at <= call.now.timestamp():
        raise Refusal(401, "unauthorized", "The access token expired.")
    if call.path != "/account/rate-limits":
        spend(call.store, call.account["id"], call.now, call.settings)
    if call.scope and not call.scopes & set(accepted(call.scope)):
        message = "The scope of this OAuth authorization does not allow access to this resource."
        raise Refusal(403, "forbidden", message)


def is_owner_or_admin(store: Store, account: Mapping[str, Any], app: Mapping[str, Any]) -> bool:
    """Whether an account may do what only an app's owner (or its team's admins) may."""
    if account.get(EVERYWHERE):
        return True
    if app.get("team") is None:
        return bool(app["owner"]["id"] == account["id"])
    member = store.get("heroku.team_member", f"{app['team']['id']}:{account['id']}")
    return member is not None and member["role"] in ("admin", "owner")


def _token(header: str) -> str:
    if not header:
        raise Refusal(
            401,
            "unauthorized",
            "There were no credentials in your `Authorization` header. Try `Authorization: Bearer <OAuth access token>`"
            ' or `Authorization: Basic <base64-encoded email + ":" + password>`.',
        )
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return _basic(value) if scheme.lower() == "basic" else ""


def _basic(value: str) -> str:
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
