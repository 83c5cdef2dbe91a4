"""Collaborators of apps, personal and of a team; unknown people are invited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import BOOLEAN, IDENTITY, LIST, body_of, identity, invalid
from infra.localcloud.heroku.lookup import account_named, app_for, is_id, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.people import add_account
from infra.localcloud.heroku.webhook_events import record
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.collaborator"
PERMISSIONS = {
    "view": "Can view the app's resources and activity.",
    "deploy": "Can deploy code and change config vars.",
    "operate": "Can manage resources: add-ons, dynos and domains.",
    "manage": "Can manage the app and its collaborators.",
}


def permission_bodies(names: list[str]) -> list[Body]:
    """Permissions as Heroku answers them."""
    return [{"name": name, "description": PERMISSIONS[name]} for name in PERMISSIONS if name in names]


def add_collaborator(
    store: Store, now: datetime, app: Body, account: Body, role: str, permissions: list[str] | None = None
) -> Body:
    """Let an account into an app."""
    key = f"{app['id']}:{account['id']}"
    known = store.get(KIND, key)
    body = {
        "id": known["id"] if known else new_id(),
        "app": {"id": app["id"], "name": app["name"]},
        "created_at": known["created_at"] if known else stamp(now),
        "updated_at": stamp(now),
        "permissions": permission_bodies(permissions if permissions is not None else list(PERMISSIONS)),
        "role": role,
        "user": {"id": account["id"], "email": account["email"], "federated": account["federated"]},
        "_key": key,
    }
    store.put(KIND, key, body, parent=app["id"])
    return body


def _collaborator_for(call: Call, app: Body) -> Body:
    wanted = call.params["collaborator"]
    for body in call.store.find(KIND, parent=app["id"]):
        if wanted in (body["id"], body["user"]["id"], body["user"]["email"]):
            return body
    raise not_found("collaborator", "Couldn't find that user.")


def list_collaborators(call: Call) -> Answer:
    """GET /apps/{app}/collaborators, GET /teams/apps/{app}/collaborators."""
    return paged(call, call.store.find(KIND, parent=app_for(call)["id"]))


def get_collaborator(call: Call) -> Answer:
    """GET …/collaborators/{collaborator}, by id or email."""
    return found(_collaborator_for(call, app_for(call)))


def create_collaborator(call: Call) -> Answer:
    """POST …/collaborators: who is unknown to Heroku is invited."""
    wanted = body_of(call, {"user": IDENTITY, "silent": BOOLEAN, "permissions": LIST}, required=("user",))
    app, user = app_for(call), identity(wanted["user"])
    account = account_named(call.store, user)
    if account is None and (is_id(user) or "@" not in user):
        raise not_found("user", "Couldn't find that user.")
    account = account or add_account(call.store, call.now, user)
    if call.store.get(KIND, f"{app['id']}:{account['id']}"):
        raise invalid("User is already a collaborator on this app.")
    names = _checked_permissions(wanted.get("permissions"))
    body = add_collaborator(call.store, call.now, app, account, _role(call.store, app, account), names)
    record(call.store, call.now, app["id"], "api:collaborator", "create", body, call.account)
    return found(body, 201)


def update_collaborator(call: Call) -> Answer:
    """PATCH /teams/apps/{app}/collaborators/{collaborator}: its permissions."""
    wanted = body_of(call, {"permissions": LIST}, required=("permissions",))
    app = app_for(call)
    body = _collaborator_for(call, app)
    permissions = permission_bodies(_checked_permissions(wanted["permissions"]) or [])
    after = {**body, "permissions": permissions, "updated_at": stamp(call.now)}
    call.store.put(KIND, body["_key"], after, parent=app["id"])
    record(call.store, call.now, app["id"], "api:collaborator", "update", after, call.account)
    return found(after)


def delete_collaborator(call: Call) -> Answer:
    """DELETE …/collaborators/{collaborator}."""
    app = app_for(call)
    body = _collaborator_for(call, app)
    if body["user"]["id"] == app["owner"]["id"]:
        raise invalid("Cannot remove the owner of the app.")
    call.store.delete(KIND, body["_key"])
    record(call.store, call.now, app["id"], "api:collaborator", "destroy", body, call.account)
    return found(body)


def _checked_permissions(names: list[Any] | None) -> list[str] | None:
    if names is None:
        return None
    unknown = [str(name) for name in names if name not in tuple(PERMISSIONS)]
    if unknown:
        raise invalid(f"Unknown permissions: {', '.join(unknown)}. Known: {', '.join(PERMISSIONS)}.")
    return ["view", *names]


def _role(store: Store, app: Body, account: Body) -> str:
    if account["id"] == app["owner"]["id"]:
        return "owner"
    team = app["team"]
    member = None if team is None else store.get("heroku.team_member", f"{team['id']}:{account['id']}")
    return "collaborator" if member is None else str(member["role"])


def settle_roles(store: Store, app: Body) -> None:
    """After a change of owner: who was the owner may be a member of the team now, and the other way round."""
    for body in store.find(KIND, parent=app["id"]):
        store.replace(KIND, body["_key"], {**body, "role": _role(store, app, body["user"])})


_PLACES = ("/apps/{app}/collaborators", "/teams/apps/{app}/collaborators")
ROUTES: list[Route] = [
    ("PATCH", "/teams/apps/{app}/collaborators/{collaborator}", update_collaborator, "write"),
    *(("POST", place, create_collaborator, "write") for place in _PLACES),
    *(("GET", place, list_collaborators, "read") for place in _PLACES),
    *(("GET", f"{place}/{{collaborator}}", get_collaborator, "read") for place in _PLACES),
    *(("DELETE", f"{place}/{{collaborator}}", delete_collaborator, "write") for place in _PLACES),
]
