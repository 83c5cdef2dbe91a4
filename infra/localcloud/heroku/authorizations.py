"""OAuth authorizations: the caller's tokens, shown in full only when they are made."""

from __future__ import annotations

import math
import secrets
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.door import SCOPES, digest
from infra.localcloud.heroku.fields import (
    IDENTITY,
    INTEGER,
    LIST,
    OBJECT,
    STRING,
    body_of,
    identity,
    invalid,
    parameters,
)
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.oauth_clients import any_client, client_ref
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.authorization"
GRANT_SECONDS = 300
"""How long a client has to exchange its grant."""


def _mine(call: Call) -> list[Body]:
    return call.store.find(KIND, parent=call.account["id"])


def _authorization_for(call: Call) -> Body:
    for body in _mine(call):
        if call.params["authorization"] == body["id"]:
            return body
    raise not_found("authorization", "Couldn't find that authorization.")


def new_token(
    store: Store, now: datetime, account_id: str, authorization_id: str, scopes: list[str], expires_in: int | None
) -> str:
    """A token that opens what its scopes allow, until its seconds are over; only its digest is kept."""
    token = f"HRKU-{secrets.token_hex(30)}"
    expires_at = None if expires_in is None else now.timestamp() + expires_in
    kept = {"account_id": account_id, "scopes": scopes, "authorization_id": authorization_id, "expires_at": expires_at}
    store.put("heroku.token", digest(token), kept, parent=authorization_id)
    return token


def _shown(call: Call, authorization: Body) -> Body:
    """An authorization with the seconds that are left of its token."""
    body = {name: value for name, value in authorization.items() if not name.startswith("_")}
    if authorization["access_token"] is None or authorization["access_token"]["expires_in"] is None:
        return body
    left = max(0, math.ceil(authorization["_expires_at"] - call.now.timestamp()))
    return {**body, "access_token": {**authorization["access_token"], "expires_in": left}}


def _masked(token: str) -> str:
    return f"{token[:8]}{'*' * 12}"


def create_authorization(call: Call) -> Answer:
    """POST /oauth/authorizations: a new token with its scopes; for a client, a grant it can exchange for tokens."""
    allowed = {"client": IDENTITY, "description": STRING, "expires_in": INTEGER, "scope": LIST}
    wanted = body_of(call, allowed, required=("scope",))
    scopes = _checked_scopes(wanted["scope"])
    expires_in = wanted.get("expires_in")
    if expires_in is not None and expires_in <= 0:
        raise invalid("Expires in must be a positive number of seconds.")
    body: Body = {
        "id": new_id(),
        "access_token": None,
        "client": None,
        "description": wanted.get("description", "Long-lived user authorization"),
        "grant": None,
        "refresh_token": None,
        "scope": scopes,
        "session": None,
        "user": {"id": call.account["id"], "email": call.account["email"], "full_name": call.account["name"]},
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_expires_at": None,
    }
    if "client" in wanted:
        body["client"] = client_ref(any_client(call, identity(wanted["client"])))
        body["grant"] = {"id": new_id(), "code": new_id(), "expires_in": GRANT_SECONDS}
        call.store.put(KIND, body["id"], body, parent=call.account["id"])
        return Answer(201, _shown(call, body))
    return Answer(201, _with_token(call, body, expires_in))


def _with_token(call: Call, body: Body, expires_in: int | None) -> Body:
    """Give an authorization a fresh token and keep it; the answer is the only place that shows the token whole."""
    token = new_token(call.store, call.now, call.account["id"], body["id"], body["scope"], expires_in)
    access = {"id": new_id(), "token": _masked(token), "expires_in": expires_in}
    expires_at = None if expires_in is None else call.now.timestamp() + expires_in
    after = {**body, "access_token": access, "_expires_at": expires_at}
    call.store.put(KIND, body["id"], after, parent=call.account["id"])
    return _shown(call, {**after, "access_token": {**access, "token": token}})


def _checked_scopes(scopes: list[Any]) -> list[str]:
    unknown = [str(scope) for scope in scopes if scope not in tuple(SCOPES)]
    if unknown or not scopes:
        raise invalid(f"Unknown scopes: {', '.join(unknown) or 'none given'}. Known: {', '.join(sorted(SCOPES))}.")
    return [str(scope) for scope in scopes]


def list_authorizations(call: Call) -> Answer:
    """GET /oauth/authorizations."""
    return paged(call, [_shown(call, body) for body in _mine(call)])


def get_authorization(call: Call) -> Answer:
    """GET /oauth/authorizations/{authorization}."""
    return Answer(200, _shown(call, _authorization_for(call)))


def update_authorization(call: Call) -> Answer:
    """PATCH /oauth/authorizations/{authorization}: its description, and the client it is for."""
    wanted = body_of(call, {"description": STRING, "client": OBJECT})
    after = {**_authorization_for(call), "updated_at": stamp(call.now)}
    if "client" in wanted:
        client = parameters(wanted["client"], {"id": STRING, "secret": STRING}, required=("id", "secret"))
        known = any_client(call, client["id"])
        if known["_secret"] != client["secret"]:
            raise invalid("The secret is not that of the client.")
        after["client"] = client_ref(known)
    after["description"] = wanted.get("description", after["description"])
    call.store.replace(KIND, after["id"], after)
    return Answer(200, _shown(call, after))


def regenerate_tokens(call: Call) -> Answer:
    """POST /oauth/authorizations/{authorization}/actions/regenerate-tokens: the old token ends."""
    body = _authorization_for(call)
    call.store.delete_under(body["id"])
    expires_in = (_shown(call, body)["access_token"] or {}).get("expires_in")
    return Answer(200, _with_token(call, {**body, "updated_at": stamp(call.now)}, expires_in))


def delete_authorization(call: Call) -> Answer:
    """DELETE /oauth/authorizations/{authorization}, and its token with it."""
    body = _authorization_for(call)
    call.store.delete_under(body["id"])
    call.store.delete(KIND, body["id"])
    return Answer(200, _shown(call, body))


ROUTES: list[Route] = [
    ("POST", "/oauth/authorizations", create_authorization, "global"),
    ("GET", "/oauth/authorizations", list_authorizations, "global"),
    ("GET", "/oauth/authorizations/{authorization}", get_authorization, "global"),
    ("PATCH", "/oauth/authorizations/{authorization}", update_authorization, "global"),
    ("DELETE", "/oauth/authorizations/{authorization}", delete_authorization, "global"),
    ("POST", "/oauth/authorizations/{authorization}/actions/regenerate-tokens", regenerate_tokens, "global"),
]
