"""Apps as teams see them: in a team, in a private space, locked, handed over."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.apps import KIND, found_app, hand_over, new_app, refuse_too_many, team_owner
from infra.localcloud.heroku.fields import BOOLEAN, IDENTITY, LIST, STRING, bad_request, body_of, identity, invalid
from infra.localcloud.heroku.lookup import app_for, owned_app_for, space_to_build_in, team_for
from infra.localcloud.heroku.naming import stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.space_access import refuse_builder

Body = dict[str, Any]


def create_team_app(call: Call) -> Answer:
    """POST /teams/apps: in a team, or (``personal``, or no team given and none is the default) the caller's own."""
    allowed = {
        "name": STRING, "region": IDENTITY, "stack": IDENTITY, "team": IDENTITY, "space": IDENTITY, "locked": BOOLEAN,
        "personal": BOOLEAN, "internal_routing": BOOLEAN, "feature_flags": LIST,
    }  # fmt: skip
    wanted = body_of(call, allowed)
    app = begin_team_app(call, wanted)
    return _fresh_team_app(call, app, 201)


def begin_team_app(call: Call, wanted: Body) -> Body:
    """A new app in the team and space that are wanted; the caller's own when there is neither."""
    space = None if "space" not in wanted else space_to_build_in(call, identity(wanted["space"]))
    team = None if wanted.get("personal") or "team" not in wanted else team_for(call, identity(wanted["team"]))
    if space is None and wanted.get("internal_routing"):
        raise invalid("Internal routing is only for apps in a private space.")
    if space is not None:
        refuse_builder(call, space)
        team = team or team_for(call, space["team"]["id"])
        if team["id"] != space["team"]["id"]:
            raise invalid(f"The space {space['name']} belongs to the team {space['team']['name']}; so do its apps.")
    owner = call.account if team is None else team_owner(team)
    refuse_too_many(call, owner)
    app = new_app(call.store, call.now, wanted, owner, team, space)
    found_app(call.store, call.now, app, call.account)
    return app


def _fresh_team_app(call: Call, app: Body, status: int = 200) -> Answer:
    return found(team_app_body(call, call.store.get(KIND, app["id"]) or app), status)


def team_app_body(call: Call, app: Body) -> Body:
    """A team app's shape of an app: without ACM and generation, with ``joined`` and ``locked``."""
    body = {name: value for name, value in app.items() if name not in ("acm", "generation", "organization")}
    joined = call.store.get("heroku.collaborator", f"{app['id']}:{call.account['id']}") is not None
    return {**body, "joined": joined, "locked": app["_locked"]}


def list_team_apps(call: Call) -> Answer:
    """GET /teams/{team}/apps."""
    team = team_for(call)
    apps = [app for app in call.store.find(KIND) if app["team"] and app["team"]["id"] == team["id"]]
    return paged(call, apps, ("id", "name", "updated_at"), shape=lambda app: team_app_body(call, app))


def get_team_app(call: Call) -> Answer:
    """GET /teams/apps/{app}."""
    return found(team_app_body(call, app_for(call)))


def update_team_app(call: Call) -> Answer:
    """PATCH /teams/apps/{app}: lock it, or give it to an account or another team."""
    wanted = body_of(call, {"locked": BOOLEAN, "owner": IDENTITY})
    if len(wanted) != 1:
        raise bad_request("Either locked or owner must be given.")
    app = owned_app_for(call)
    if "owner" in wanted:
        hand_over(call, app, identity(wanted["owner"]))
    else:
        call.store.put(KIND, app["id"], {**app, "_locked": wanted["locked"], "updated_at": stamp(call.now)})
    return _fresh_team_app(call, app)


ROUTES: list[Route] = [
    ("POST", "/teams/apps", create_team_app, "write"),
    ("GET", "/teams/apps/{app}", get_team_app, "read"),
    ("PATCH", "/teams/apps/{app}", update_team_app, "write"),
    ("GET", "/teams/{team}/apps", list_team_apps, "read"),
]
