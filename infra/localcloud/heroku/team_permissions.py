"""Who may do what on the apps and spaces of a team, in one list."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.lookup import team_for
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.space_access import access_of

Body = dict[str, Any]


def _entity(body: Body, team: Body, kind: str, rights: list[Body]) -> Body:
    users = [{**_user(right), "permissions": [one["name"] for one in right["permissions"]]} for right in rights]
    return {"id": body["id"], "name": body["name"], "team_id": team["id"], "type": kind, "users": users}


def _user(right: Body) -> Body:
    return {"id": right["user"]["id"], "email": right["user"]["email"]}


def list_permissions(call: Call) -> Answer:
    """GET /teams/{team}/permissions."""
    team = team_for(call)
    apps = [app for app in call.store.find("heroku.app") if app["team"] and app["team"]["id"] == team["id"]]
    members = call.store.find("heroku.team_member", parent=team["id"])
    entities = [_entity(app, team, "app", call.store.find("heroku.collaborator", parent=app["id"])) for app in apps]
    for space in call.store.find("heroku.space", parent=team["id"]):
        rights = [access_of(call.store, space, member) for member in members]
        entities.append(_entity(space, team, "space", rights))
    return paged(call, entities, ("id", "name"))


ROUTES: list[Route] = [("GET", "/teams/{team}/permissions", list_permissions, "read")]
