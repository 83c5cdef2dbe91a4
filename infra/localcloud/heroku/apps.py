"""Apps: create, list, change, delete; and the teams' half of the same thing."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.attached import addons_of, attachments_to
from infra.localcloud.heroku.collaborators import add_collaborator
from infra.localcloud.heroku.domains import add_default_domain
from infra.localcloud.heroku.fields import BOOLEAN, IDENTITY, LIST, STRING, bad_request, body_of, identity, invalid
from infra.localcloud.heroku.lookup import (
    account_named,
    app_for,
    apps_of,
    forbidden,
    not_found,
    owned_app_for,
    team_for,
)
from infra.localcloud.heroku.naming import new_id, random_name, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.releases import add_release
from infra.localcloud.heroku.renaming import rename_app
from infra.localcloud.heroku.stacks import DEFAULT_STACK, generation_ref, region_named, stack_named
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND, NAME = "heroku.app", "heroku.app_name"
_NAME = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")


def checked_name(store: Store, name: str) -> str:
    """A free app name of the right form, or a 422 in Heroku's words."""
    if len(name) < 3:
        raise invalid("Name is too short (minimum is 3 characters)")
    if len(name) > 30:
        raise invalid("Name is too long (maximum is 30 characters)")
    if not _NAME.fullmatch(name):
        raise invalid(
            "Name must start with a letter, end with a letter or digit and can only contain lowercase letters, "
            "digits, and dashes."
        )
    if store.get(NAME, name) is not None:
        raise invalid(f"Name {name} is already taken")
    return name


def _new_app(store: Store, now: datetime, wanted: Body, owner: Body, team: Body | None) -> Body:
    name = checked_name(store, wanted["name"]) if "name" in wanted else _free_name(store)
    stack = stack_named(identity(wanted.get("stack", DEFAULT_STACK)))
    team_ref = None if team is None else {"id": team["id"], "name": team["name"]}
    return {
        "id": new_id(),
        "name": name,
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": None,
        "build_stack": stack,
        "created_at": stamp(now),
        "generation": generation_ref(),
        "git_url": f"https://git.heroku.com/{name}.git",
        "internal_routing": None,
        "maintenance": False,
        "owner": {"id": owner["id"], "email": owner["email"]},
        "organization": team_ref,
        "team": team_ref,
        "region": region_named(identity(wanted.get("region", "us"))),
        "released_at": stamp(now),
        "repo_size": None,
        "slug_size": None,
        "space": None,
        "stack": stack,
        "updated_at": stamp(now),
        "web_url": f"https://{name}-{secrets.token_hex(6)}.herokuapp.com/",
        "_locked": bool(wanted.get("locked", False)),
    }


def _free_name(store: Store) -> str:
    name = random_name()
    while store.get(NAME, name) is not None:
        name = random_name()
    return name


def found_app(call: Call, app: Body) -> None:
    """Store a new app with everything that exists from its first moment: releases, domain, collaborators."""
    call.store.put(KIND, app["id"], app)
    call.store.put(NAME, app["name"], {"id": app["id"]}, parent=app["id"])
    add_default_domain(call.store, call.now, app)
    add_collaborator(call.store, call.now, app, call.account, "owner" if app["team"] is None else "admin")
    add_release(call.store, call.now, app, call.account, "Initial release")
    add_release(call.store, call.now, app, call.account, "Enable Logplex")


def team_owner(team: Body) -> Body:
    """How Heroku names the owner of a team's app."""
    return {"id": team["id"], "email": f"{team['name']}@herokumanager.com"}


def create_app(call: Call) -> Answer:
    """POST /apps."""
    allowed = {"name": STRING, "region": IDENTITY, "stack": IDENTITY, "feature_flags": LIST}
    app = _new_app(call.store, call.now, body_of(call, allowed), call.account, None)
    found_app(call, app)
    return _fresh(call, app, 201)


def create_team_app(call: Call) -> Answer:
    """POST /teams/apps: in a team, or (``personal``, or no team given and none is the default) the caller's own."""
    allowed = {
        "name": STRING, "region": IDENTITY, "stack": IDENTITY, "team": IDENTITY, "space": IDENTITY, "locked": BOOLEAN,
        "personal": BOOLEAN, "internal_routing": BOOLEAN, "feature_flags": LIST,
    }  # fmt: skip
    wanted = body_of(call, allowed)
    if "space" in wanted:
        raise not_found("space")
    team = None if wanted.get("personal") or "team" not in wanted else team_for(call, identity(wanted["team"]))
    owner = call.account if team is None else team_owner(team)
    app = _new_app(call.store, call.now, wanted, owner, team)
    found_app(call, app)
    return _fresh_team_app(call, app, 201)


def _fresh(call: Call, app: Body, status: int = 200) -> Answer:
    return found(call.store.get(KIND, app["id"]) or app, status)


def _fresh_team_app(call: Call, app: Body, status: int = 200) -> Answer:
    return found(team_app_body(call, call.store.get(KIND, app["id"]) or app), status)


def team_app_body(call: Call, app: Body) -> Body:
    """A team app's shape of an app: without ACM and generation, with ``joined`` and ``locked``."""
    body = {name: value for name, value in app.items() if name not in ("acm", "generation", "organization")}
    joined = call.store.get("heroku.collaborator", f"{app['id']}:{call.account['id']}") is not None
    return {**body, "joined": joined, "locked": app["_locked"]}


def list_apps(call: Call) -> Answer:
    """GET /apps."""
    return paged(call, apps_of(call.store, call.account), ("id", "name", "updated_at"))


def list_user_apps(call: Call) -> Answer:
    """GET /users/{user}/apps: owned by the caller, or collaborated on without a team in between."""
    if call.params["user"] not in ("~", call.account["id"], call.account["email"]):
        raise not_found("user")
    mine = [
        app
        for app in call.store.find(KIND)
        if call.store.get("heroku.collaborator", f"{app['id']}:{call.account['id']}") is not None
    ]
    return paged(call, mine, ("id", "name", "updated_at"))


def list_team_apps(call: Call) -> Answer:
    """GET /teams/{team}/apps."""
    team = team_for(call)
    apps = [app for app in call.store.find(KIND) if app["team"] and app["team"]["id"] == team["id"]]
    return paged(call, [team_app_body(call, app) for app in apps], ("id", "name", "updated_at"))


def get_app(call: Call) -> Answer:
    """GET /apps/{app}."""
    return found(app_for(call))


def get_team_app(call: Call) -> Answer:
    """GET /teams/apps/{app}."""
    return found(team_app_body(call, app_for(call)))


def update_app(call: Call) -> Answer:
    """PATCH /apps/{app}: name, maintenance, build_stack (which becomes the stack with the next build)."""
    wanted = body_of(call, {"name": STRING, "maintenance": BOOLEAN, "build_stack": IDENTITY})
    app = app_for(call)
    after = {**app}
    if "maintenance" in wanted:
        after["maintenance"] = wanted["maintenance"]
    if "build_stack" in wanted:
        after["build_stack"] = stack_named(identity(wanted["build_stack"]))
    if wanted.get("name", app["name"]) != app["name"]:
        owned_app_for(call)
        rename_app(call.store, app, checked_name(call.store, wanted["name"]))
        after |= {name: (call.store.get(KIND, app["id"]) or {})[name] for name in ("name", "git_url", "web_url")}
    if after != app:
        call.store.put(KIND, app["id"], {**after, "updated_at": stamp(call.now)})
    return _fresh(call, after)


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


def hand_over(call: Call, app: Body, recipient: str) -> None:
    """Make a team or an account the owner of an app."""
    teams = [team for team in call.store.find("heroku.team") if recipient in (team["id"], team["name"])]
    account = account_named(call.store, recipient)
    if not teams and account is None:
        raise not_found("user")
    team = None if not teams else {"id": teams[0]["id"], "name": teams[0]["name"]}
    owner = team_owner(teams[0]) if teams else {"id": (account or {})["id"], "email": (account or {})["email"]}
    after = {**app, "owner": owner, "team": team, "organization": team, "updated_at": stamp(call.now)}
    call.store.put(KIND, app["id"], after)
    if account is not None and not teams:
        add_collaborator(call.store, call.now, after, account, "owner")


def delete_app(call: Call) -> Answer:
    """DELETE /apps/{app}, with everything that belongs to it."""
    app = app_for(call)
    if app["team"] is None and app["owner"]["id"] != call.account["id"]:
        raise forbidden(f"You do not have permission to delete the app {app['name']}.")
    owned_app_for(call)
    for addon in addons_of(call.store, app["id"]):
        for attachment in attachments_to(call.store, addon["id"]):
            call.store.delete("heroku.attachment", attachment["id"])
    call.store.delete_under(app["id"])
    call.store.delete(KIND, app["id"])
    return found(app)


ROUTES: list[Route] = [
    ("POST", "/apps", create_app, "write"),
    ("GET", "/apps", list_apps, "read"),
    ("GET", "/apps/{app}", get_app, "read"),
    ("PATCH", "/apps/{app}", update_app, "write"),
    ("DELETE", "/apps/{app}", delete_app, "write"),
    ("GET", "/users/{user}/apps", list_user_apps, "read"),
    ("POST", "/teams/apps", create_team_app, "write"),
    ("GET", "/teams/apps/{app}", get_team_app, "read"),
    ("PATCH", "/teams/apps/{app}", update_team_app, "write"),
    ("GET", "/teams/{team}/apps", list_team_apps, "read"),
]
