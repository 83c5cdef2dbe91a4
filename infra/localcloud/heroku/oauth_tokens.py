"""OAuth tokens: what a client gets for a grant, and again for a refresh token."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.authorizations import KIND as AUTHORIZATION
from infra.localcloud.heroku.authorizations import new_token
from infra.localcloud.heroku.door import digest
from infra.localcloud.heroku.fields import OBJECT, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.oauth_clients import KIND as CLIENT

Body = dict[str, Any]
KIND = "heroku.oauth_token"
SECONDS = 28_800
"""Eight hours, as Heroku's clients get."""


def create_token(call: Call) -> Answer:
    """POST /oauth/tokens: by ``authorization_code`` (once) or ``refresh_token``."""
    wanted = body_of(call, {"client": OBJECT, "grant": OBJECT, "refresh_token": OBJECT}, required=("client", "grant"))
    grant = parameters(wanted["grant"], {"code": STRING, "type": STRING}, required=("type",), where="#/grant")
    secret = parameters(wanted["client"], {"secret": STRING}, required=("secret",), where="#/client")["secret"]
    refresh = parameters(wanted.get("refresh_token", {}), {"token": STRING}, where="#/refresh_token").get("token", "")
    if grant["type"] == "authorization_code":
        authorization = _granted(call, grant.get("code", ""))
    elif grant["type"] == "refresh_token":
        authorization = _refreshed(call, refresh)
    else:
        raise invalid("The grant's type must be authorization_code or refresh_token.")
    client = call.store.get(CLIENT, authorization["client"]["id"])
    if client is None or client["_secret"] != secret:
        raise Refusal(401, "unauthorized", "The client's secret does not fit.")
    return Answer(201, _issued(call, authorization, secret, {"code": grant.get("code", ""), "type": grant["type"]}))


def _granted(call: Call, code: str) -> Body:
    for authorization in call.store.find(AUTHORIZATION, parent=call.account["id"]):
        if authorization["grant"] and authorization["grant"]["code"] == code:
            after = {**authorization, "grant": None}
            call.store.replace(AUTHORIZATION, authorization["id"], after)
            return after
    raise Refusal(401, "unauthorized", "The grant's code is unknown or was used before.")


def _refreshed(call: Call, token: str) -> Body:
    for kept in call.store.find(KIND, _refresh=digest(token)):
        authorization = call.store.get(AUTHORIZATION, kept["authorization"]["id"])
        if authorization is not None:
            return authorization
    raise Refusal(401, "unauthorized", "The refresh token is unknown.")


def _issued(call: Call, authorization: Body, secret: str, grant: Body) -> Body:
    """Fresh tokens: shown whole in this answer, kept as digests."""
    call.store.delete_under(authorization["id"])
    user, scopes = authorization["user"]["id"], authorization["scope"]
    access = new_token(call.store, call.now, user, authorization["id"], scopes, SECONDS)
    refresh = f"HRKU-{new_id()}"
    body: Body = {
        "id": new_id(),
        "access_token": {"id": new_id(), "token": access, "expires_in": SECONDS},
        "authorization": {"id": authorization["id"]},
        "client": {"secret": secret},
        "grant": grant,
        "refresh_token": {"id": new_id(), "token": refresh, "expires_in": None},
        "session": {"id": new_id()},
        "user": {"id": user},
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
    }
    hidden = {
        name: {**body[name], "token": f"{body[name]['token'][:8]}********"}
        for name in ("access_token", "refresh_token")
    }
    expiry = {"_expires_at": call.now.timestamp() + SECONDS}
    call.store.replace(AUTHORIZATION, authorization["id"], {**authorization, **hidden, **expiry})
    kept = {**body, **hidden, "client": None, "_refresh": digest(refresh), "_access": digest(access)}
    call.store.put(KIND, body["id"], kept, parent=authorization["id"])
    return body


def delete_token(call: Call) -> Answer:
    """DELETE /oauth/tokens/{token}: it opens nothing any more."""
    token = call.store.get(KIND, call.params["token"])
    if token is None or token["user"]["id"] != call.account["id"]:
        raise not_found("oauth_token", "Couldn't find that OAuth token.")
    call.store.delete(KIND, token["id"])
    call.store.delete("heroku.token", token["_access"])
    return Answer(200, {name: value for name, value in token.items() if not name.startswith("_")})


ROUTES: list[Route] = [
    ("POST", "/oauth/tokens", create_token, "global"),
    ("DELETE", "/oauth/tokens/{token}", delete_token, "global"),
]
