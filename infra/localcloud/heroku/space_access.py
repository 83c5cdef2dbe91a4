"""Who may create apps in a private space: its team's admins always, other members by permission."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.fields import LIST, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import forbidden, not_found, space_for, space_to_manage, team_for
from infra.localcloud.heroku.naming import fixed_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND, MEMBER = "heroku.space_access", "heroku.team_member"
PERMISSIONS = {"create_apps": "Create apps in the space"}


def access_of(store: Store, space: Body, member: Body) -> Body:
    """What a member of its team may do in a space."""
    kept = store.get(KIND, f"{space['id']}:{member['user']['id']}") or {}
    names = list(PERMISSIONS) if member["role"] in ("admin", "owner") else kept.get("permissions", [])
    return {
        "id": fixed_id(f"space-access/{space['id']}/{member['user']['id']}"),
        "space": {"id": space["id"], "name": space["name"]},
        "permissions": [{"name": name, "description": PERMISSIONS[name]} for name in names],
        "user": {"id": member["user"]["id"], "email": member["email"]},
        "created_at": space["created_at"],
        "updated_at": kept.get("updated_at", space["created_at"]),
    }


def refuse_builder(call: Call, space: Body) -> None:
    """Refuse the caller to create an app in a space without the permission to."""
    if team_for(call, space["team"]["id"])["role"] in ("admin", "owner"):
        return
    kept = call.store.get(KIND, f"{space['id']}:{call.account['id']}") or {}
    if "create_apps" not in kept.get("permissions", []):
        raise forbidden(f"You do not have permission to create apps in the space {space['name']}.", "space")


def _member_for(call: Call, space: Body) -> Body:
    wanted = call.params["member"]
    for member in call.store.find(MEMBER, parent=space["team"]["id"]):
        if wanted in (member["user"]["id"], member["email"]):
            return member
    raise not_found("space_app_access", "Couldn't find that member of the space.")


def list_members(call: Call) -> Answer:
    """GET /spaces/{space}/members."""
    space = space_for(call)
    members = call.store.find(MEMBER, parent=space["team"]["id"])
    return paged(call, [access_of(call.store, space, member) for member in members])


def get_member(call: Call) -> Answer:
    """GET /spaces/{space}/members/{member}, by id or email."""
    space = space_for(call)
    return Answer(200, access_of(call.store, space, _member_for(call, space)))


def update_member(call: Call) -> Answer:
    """PATCH /spaces/{space}/members/{member}: its permissions, which has no effect for an admin."""
    wanted = body_of(call, {"permissions": LIST}, required=("permissions",))
    space = space_to_manage(call)
    member = _member_for(call, space)
    names = {_permission(item, place) for place, item in enumerate(wanted["permissions"])}
    kept = {"permissions": sorted(names), "updated_at": stamp(call.now)}
    call.store.put(KIND, f"{space['id']}:{member['user']['id']}", kept, parent=space["id"])
    return Answer(200, access_of(call.store, space, member))


def _permission(item: Any, place: int) -> str:
    name = str(parameters(item, {"name": STRING}, required=("name",), where=f"#/permissions/{place}")["name"])
    if name not in PERMISSIONS:
        raise invalid(f"Unknown permission: {name}. Known: {', '.join(PERMISSIONS)}.")
    return name


ROUTES: list[Route] = [
    ("GET", "/spaces/{space}/members", list_members, "read"),
    ("GET", "/spaces/{space}/members/{member}", get_member, "read"),
    ("PATCH", "/spaces/{space}/members/{member}", update_member, "write"),
]
