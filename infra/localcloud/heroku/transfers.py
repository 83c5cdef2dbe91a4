"""App transfers: an app offered to another account, accepted or declined by it."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.apps import hand_over
from infra.localcloud.heroku.door import is_owner_or_admin
from infra.localcloud.heroku.fields import BOOLEAN, IDENTITY, STRING, body_of, identity, invalid
from infra.localcloud.heroku.lookup import account_named, app_for, forbidden, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.transfer"


def _mine(call: Call) -> list[Body]:
    """Transfers the caller made or was offered."""
    me = call.account["id"]
    return [body for body in call.store.find(KIND) if me in (body["owner"]["id"], body["recipient"]["id"])]


def _transfer_for(call: Call) -> Body:
    for body in _mine(call):
        if call.params["transfer"] in (body["id"], body["app"]["name"]):
            return body
    raise not_found("transfer", "Couldn't find that app transfer.")


def create_transfer(call: Call) -> Answer:
    """POST /account/app-transfers."""
    wanted = body_of(call, {"app": IDENTITY, "recipient": IDENTITY, "silent": BOOLEAN}, required=("app", "recipient"))
    app = app_for(call, identity(wanted["app"]))
    if not is_owner_or_admin(call.store, call.account, app):
        raise forbidden(f"You do not have permission to transfer the app {app['name']}.")
    recipient = account_named(call.store, identity(wanted["recipient"]))
    if recipient is None:
        raise not_found("user", "Couldn't find that user.")
    if call.store.find(KIND, parent=app["id"], state="pending"):
        raise invalid(f"A transfer of the app {app['name']} is already pending.")
    body: Body = {
        "id": new_id(),
        "app": {"id": app["id"], "name": app["name"]},
        "owner": {"id": call.account["id"], "email": call.account["email"]},
        "recipient": {"id": recipient["id"], "email": recipient["email"]},
        "state": "pending",
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
    }
    call.store.put(KIND, body["id"], body, parent=app["id"])
    return found(body, 201)


def list_transfers(call: Call) -> Answer:
    """GET /account/app-transfers."""
    return paged(call, _mine(call))


def get_transfer(call: Call) -> Answer:
    """GET /account/app-transfers/{transfer}, by id or the app's name."""
    return found(_transfer_for(call))


def update_transfer(call: Call) -> Answer:
    """PATCH /account/app-transfers/{transfer}: the recipient accepts or declines."""
    wanted = body_of(call, {"state": STRING}, required=("state",))
    body = _transfer_for(call)
    if wanted["state"] not in ("accepted", "declined"):
        raise invalid("State must be accepted or declined.")
    if body["recipient"]["id"] != call.account["id"]:
        raise forbidden("Only the recipient may answer an app transfer.", "transfer")
    if body["state"] != "pending":
        raise invalid(f"The transfer was already {body['state']}.")
    after = {**body, "state": wanted["state"], "updated_at": stamp(call.now)}
    call.store.replace(KIND, body["id"], after)
    app = call.store.get("heroku.app", body["app"]["id"])
    if wanted["state"] == "accepted" and app is not None:
        hand_over(call, app, call.account["id"])
    return found(after)


def delete_transfer(call: Call) -> Answer:
    """DELETE /account/app-transfers/{transfer}."""
    body = _transfer_for(call)
    call.store.delete(KIND, body["id"])
    return found(body)


ROUTES: list[Route] = [
    ("POST", "/account/app-transfers", create_transfer, "write"),
    ("GET", "/account/app-transfers", list_transfers, "read"),
    ("GET", "/account/app-transfers/{transfer}", get_transfer, "read"),
    ("PATCH", "/account/app-transfers/{transfer}", update_transfer, "write"),
    ("DELETE", "/account/app-transfers/{transfer}", delete_transfer, "write"),
]
