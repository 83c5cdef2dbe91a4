"""OAuth clients: programs that people can authorize to act for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.fields import STRING, body_of, invalid
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.oauth_client"
_TEXTS = {"name": STRING, "redirect_uri": STRING}


def _shown(client: Body) -> Body:
    return {**{name: value for name, value in client.items() if not name.startswith("_")}, "secret": client["_secret"]}


def client_ref(client: Body) -> Body:
    """A client as an authorization mentions it."""
    return {name: client[name] for name in ("id", "name", "redirect_uri")}


def any_client(call: Call, id: str) -> Body:
    """The client with that id, whoever made it: authorizations are given to other people's clients."""
    client = call.store.get(KIND, id)
    if client is None:
        raise not_found("oauth_client", "Couldn't find that OAuth client.")
    return client


def _client_for(call: Call) -> Body:
    for client in call.store.find(KIND, parent=call.account["id"]):
        if client["id"] == call.params["client"]:
            return client
    raise not_found("oauth_client", "Couldn't find that OAuth client.")


def _checked(wanted: Body) -> Body:
    try:
        parts = urlsplit(wanted.get("redirect_uri", "https://example.com"))
        safe = parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")
    except ValueError:
        safe = False
    if not safe:
        raise invalid("Redirect uri must use https.")
    if wanted.get("name") == "":
        raise invalid("Name can't be blank")
    return wanted


def create_client(call: Call) -> Answer:
    """POST /oauth/clients."""
    wanted = _checked(body_of(call, _TEXTS, required=("name", "redirect_uri")))
    client = {
        "id": new_id(),
        "name": wanted["name"],
        "redirect_uri": wanted["redirect_uri"],
        "ignores_delinquent": False,
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_secret": new_id(),
    }
    call.store.put(KIND, client["id"], client, parent=call.account["id"])
    return Answer(201, _shown(client))


def list_clients(call: Call) -> Answer:
    """GET /oauth/clients."""
    return paged(call, [_shown(client) for client in call.store.find(KIND, parent=call.account["id"])])


def get_client(call: Call) -> Answer:
    """GET /oauth/clients/{client}."""
    return Answer(200, _shown(_client_for(call)))


def _change(call: Call, changes: Body) -> Answer:
    after = {**_client_for(call), **changes, "updated_at": stamp(call.now)}
    call.store.replace(KIND, after["id"], after)
    return Answer(200, _shown(after))


def update_client(call: Call) -> Answer:
    """PATCH /oauth/clients/{client}."""
    return _change(call, _checked(body_of(call, _TEXTS)))


def rotate_credentials(call: Call) -> Answer:
    """POST /oauth/clients/{client}/actions/rotate-credentials: another secret."""
    return _change(call, {"_secret": new_id()})


def delete_client(call: Call) -> Answer:
    """DELETE /oauth/clients/{client}."""
    client = _client_for(call)
    call.store.delete(KIND, client["id"])
    return Answer(200, _shown(client))


ROUTES: list[Route] = [
    ("POST", "/oauth/clients", create_client, "global"),
    ("GET", "/oauth/clients", list_clients, "global"),
    ("GET", "/oauth/clients/{client}", get_client, "global"),
    ("PATCH", "/oauth/clients/{client}", update_client, "global"),
    ("DELETE", "/oauth/clients/{client}", delete_client, "global"),
    ("POST", "/oauth/clients/{client}/actions/rotate-credentials", rotate_credentials, "global"),
]
