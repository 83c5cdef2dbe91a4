"""Teams and their members."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.collaborators import PERMISSIONS, permission_bodies
from infra.localcloud.heroku.fields import BOOLEAN, STRING, body_of, invalid
from infra.localcloud.heroku.lookup import account_named, forbidden, not_found, team_for
from infra.localcloud.heroku.naming import fixed_id, new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.people import add_account
from infra.localcloud.heroku.renaming import rename_team
from infra.localcloud.heroku.team_apps import team_app_body
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND, MEMBER = "heroku.team", "heroku.team_member"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,99}")
_PAYMENT = (
    "address_1", "address_2", "card_number", "city", "country", "cvv", "expiration_month", "expiration_year",
    "first_name", "last_name", "other", "postal_code", "state", "nonce", "device_data",
)  # fmt: skip
ROLES = ("admin", "collaborator", "member", "owner", "viewer")


def add_team(store: Store, now: datetime, name: str, enterprise: str = "") -> Body:
    """A new team without members, of an enterprise's account if one is named."""
    team: Body = {
        "id": new_id(),
        "name": name,
        "credit_card_collections": True,
        "default": False,
        "enterprise_account": {"id": fixed_id(f"enterprise {enterprise}"), "name": enterprise} if enterprise else None,
        "identity_provider": None,
        "membership_limit": 25,
        "provisioned_licenses": False,
        "role": None,
        "type": "enterprise" if enterprise else "team",
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }
    store.put(KIND, team["id"], team)
    return team


def add_member(store: Store, now: datetime, team: Body, account: Body, role: str) -> Body:
    """Make an account a member of a team, or change its role."""
    key = f"{team['id']}:{account['id']}"
    known = store.get(MEMBER, key)
    member = {
        "id": known["id"] if known else new_id(),
        "email": account["email"],
        "federated": account["federated"],
        "identity_provider": None,
        "role": role,
        "two_factor_authentication": account["two_factor_authentication"],
        "user": {"id": account["id"], "email": account["email"], "name": account["name"]},
        "created_at": known["created_at"] if known else stamp(now),
        "updated_at": stamp(now),
        "_key": key,
    }
    store.put(MEMBER, key, member, parent=team["id"])
    return member


def _my_teams(call: Call) -> list[Body]:
    members = {
        team["id"]: call.store.get(MEMBER, f"{team['id']}:{call.account['id']}") for team in call.store.find(KIND)
    }
    return [
        {**team, "role": member["role"]}
        for team in call.store.find(KIND)
        if (member := members[team["id"]]) is not None
    ]


def list_teams(call: Call) -> Answer:
    """GET /teams."""
    return paged(call, _my_teams(call), ("id", "name"))


def get_team(call: Call) -> Answer:
    """GET /teams/{team}."""
    return found(team_for(call))


def list_members(call: Call) -> Answer:
    """GET /teams/{team}/members."""
    return paged(call, call.store.find(MEMBER, parent=team_for(call)["id"]), ("email",))


def put_member(call: Call) -> Answer:
    """PUT, POST and PATCH /teams/{team}/members: by email; POST wants a new one, PATCH a known one."""
    wanted = body_of(call, {"email": STRING, "role": STRING, "federated": BOOLEAN}, required=("email", "role"))
    team = team_to_manage(call)
    if wanted["role"] not in ROLES:
        raise invalid(f"Role must be one of {', '.join(ROLES)}.")
    account = account_named(call.store, wanted["email"]) or add_account(call.store, call.now, wanted["email"])
    known = call.store.get(MEMBER, f"{team['id']}:{account['id']}") is not None
    if call.method == "POST" and known:
        raise invalid("User is already a member of this team.")
    if call.method == "PATCH" and not known:
        raise not_found("member", "Couldn't find that member.")
    return found(add_member(call.store, call.now, team, account, wanted["role"]), 200 if known else 201)


def team_to_manage(call: Call) -> Body:
    """The team the path names, when the caller is one of its admins."""
    team = team_for(call)
    if team["role"] not in ("admin", "owner"):
        raise forbidden("Only admins may manage the members of a team.", "team")
    return team


def _member_for(call: Call, team: Body) -> Body:
    for member in call.store.find(MEMBER, parent=team["id"]):
        if call.params["member"] in (member["id"], member["email"], member["user"]["id"]):
            return member
    raise not_found("member", "Couldn't find that member.")


def delete_member(call: Call) -> Answer:
    """DELETE /teams/{team}/members/{member}."""
    team = team_to_manage(call)
    member = _member_for(call, team)
    call.store.delete(MEMBER, member["_key"])
    return found(member)


def list_permissions(call: Call) -> Answer:
    """GET /teams/permissions."""
    return paged(call, permission_bodies(list(PERMISSIONS)), ("name",))


def _checked_name(call: Call, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid("Name must be 1 to 100 lowercase letters, digits and dashes, and start with a letter.")
    if call.store.find(KIND, name=name):
        raise invalid(f"Name {name} is already taken")
    return name


def create_team(call: Call) -> Answer:
    """POST /teams: the caller is its first admin; what it is paid with is not asked for here."""
    wanted = body_of(call, dict.fromkeys(("name", *_PAYMENT), STRING), required=("name",))
    team = add_team(call.store, call.now, _checked_name(call, wanted["name"]))
    add_member(call.store, call.now, team, call.account, "admin")
    return found({**team, "role": "admin"}, 201)


def update_team(call: Call) -> Answer:
    """PATCH /teams/{team}: its name, and whether it is the default."""
    wanted = body_of(call, {"name": STRING, "default": BOOLEAN})
    team = team_to_manage(call)
    after = {**team, **wanted, "updated_at": stamp(call.now)}
    if after["name"] != team["name"]:
        _checked_name(call, after["name"])
        rename_team(call.store, team, after["name"])
    call.store.replace(KIND, team["id"], {**after, "role": None})
    return found(after)


def delete_team(call: Call) -> Answer:
    """DELETE /teams/{team}: one without apps, pipelines and spaces."""
    team = team_to_manage(call)
    apps = [app["name"] for app in call.store.find("heroku.app") if app["team"] and app["team"]["id"] == team["id"]]
    pipelines = [one["name"] for one in call.store.find("heroku.pipeline") if one["owner"]["id"] == team["id"]]
    spaces = [space["name"] for space in call.store.find("heroku.space", parent=team["id"])]
    if apps or pipelines or spaces:
        raise invalid(f"The team {team['name']} still owns: {', '.join(sorted(apps + pipelines + spaces))}.")
    call.store.delete_under(team["id"])
    call.store.delete(KIND, team["id"])
    return found(team)


def list_member_apps(call: Call) -> Answer:
    """GET /teams/{team}/members/{member}/apps: the team's apps that the member has joined."""
    team = team_for(call)
    member = _member_for(call, team)["user"]["id"]
    apps = [app for app in call.store.find("heroku.app") if app["team"] and app["team"]["id"] == team["id"]]
    joined = [app for app in apps if call.store.get("heroku.collaborator", f"{app['id']}:{member}")]
    return paged(call, [team_app_body(call, app) for app in joined], ("id", "name"))


ROUTES: list[Route] = [
    ("GET", "/teams", list_teams, "read"),
    ("GET", "/teams/permissions", list_permissions, "read"),
    ("GET", "/teams/{team}", get_team, "read"),
    ("GET", "/teams/{team}/members", list_members, "read"),
    ("PUT", "/teams/{team}/members", put_member, "write"),
    ("POST", "/teams/{team}/members", put_member, "write"),
    ("PATCH", "/teams/{team}/members", put_member, "write"),
    ("DELETE", "/teams/{team}/members/{member}", delete_member, "write"),
    ("POST", "/teams", create_team, "write"),
    ("PATCH", "/teams/{team}", update_team, "write"),
    ("DELETE", "/teams/{team}", delete_team, "write"),
    ("GET", "/teams/{team}/members/{member}/apps", list_member_apps, "read"),
]
