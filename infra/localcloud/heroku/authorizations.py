"""OAuth authorizations: the caller's tokens, shown in full only when they are made."""

from __future__ import annotations

import secrets
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.door import SCOPES, digest
from infra.localcloud.heroku.fields import IDENTITY, INTEGER, LIST, STRING, body_of, invalid
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.authorization"


def _mine(call: Call) -> list[Body]:
    return call.store.find(KIND, parent=call.account["id"])


def _authorization_for(call: Call) -> Body:
    for body in _mine(call):
        if call.params["authorization"] == body["id"]:
            return body
    raise not_found("authorization", "Couldn't find that authorization.")


def _token(call: Call, authorization_id: str, scopes: list[str]) -> str:
    token = f"HRKU-{secrets.token_hex(30)}"
    kept = {"account_id": call.account["id"], "scopes": scopes, "authorization_id": authorization_id}
    call.store.put("heroku.token", digest(token), kept, parent=authorization_id)
    return token


def create_authorization(call: Call) -> Answer:
    """POST /oauth/authorizations: a new token with its scopes."""
    allowed = {"client": IDENTITY, "description": STRING, "expires_in": INTEGER, "scope": LIST}
    wanted = body_of(call, allowed, required=("scope",))
    scopes = wanted.get("scope", [])
    unknown = [str(scope) for scope in scopes if scope not in tuple(SCOPES)]
    if unknown or not scopes:
        raise invalid(f"Unknown scopes: {', '.join(unknown) or 'none given'}. Known: {', '.join(sorted(SCOPES))}.")
    id = new_id()
    token = _token(call, id, scopes)
    body = {
        "id": id,
        "access_token": {"id": new_id(), "token": f"{token[:8]}{'*' * 12}", "expires_in": wanted.get("expires_in")},
        "client": None,
        "description": wanted.get("description", "Long-lived user authorization"),
        "grant": None,
        "refresh_token": None,
        "scope": scopes,
        "session": None,
        "user": {"id": call.account["id"], "email": call.account["email"], "full_name": call.account["name"]},
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
    }
    call.store.put(KIND, id, body, parent=call.account["id"])
    return found({**body, "access_token": {**body["access_token"], "token": token}}, 201)


def list_authorizations(call: Call) -> Answer:
    """GET /oauth/authorizations."""
    return paged(call, _mine(call))


def get_authorization(call: Call) -> Answer:
    """GET /oauth/authorizations/{authorization}."""
    return found(_authorization_for(call))


def regenerate_tokens(call: Call) -> Answer:
    """POST /oauth/authorizations/{authorization}/actions/regenerate-tokens: the old token ends."""
    body = _authorization_for(call)
    call.store.delete_under(body["id"])
    token = _token(call, body["id"], body["scope"])
    after = {**body, "access_token": {**body["access_token"], "token": f"{token[:8]}{'*' * 12}"}}
    call.store.replace(KIND, body["id"], {**after, "updated_at": stamp(call.now)})
    return found({**after, "access_token": {**after["access_token"], "token": token}})


def delete_authorization(call: Call) -> Answer:
    """DELETE /oauth/authorizations/{authorization}, and its token with it."""
    body = _authorization_for(call)
    call.store.delete_under(body["id"])
    call.store.delete(KIND, body["id"])
    return found(body)


ROUTES: list[Route] = [
    ("POST", "/oauth/authorizations", create_authorization, "global"),
    ("GET", "/oauth/authorizations", list_authorizations, "global"),
    ("GET", "/oauth/authorizations/{authorization}", get_authorization, "global"),
    ("DELETE", "/oauth/authorizations/{authorization}", delete_authorization, "global"),
    ("POST", "/oauth/authorizations/{authorization}/actions/regenerate-tokens", regenerate_tokens, "global"),
]
