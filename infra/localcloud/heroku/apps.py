"""Apps: create, list, change, delete."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.attached import addons_of, attachments_to
from infra.localcloud.heroku.collaborators import add_collaborator, settle_roles
from infra.localcloud.heroku.domains import add_default_domain
from infra.localcloud.heroku.fields import BOOLEAN, IDENTITY, LIST, STRING, body_of, identity, invalid
from infra.localcloud.heroku.lookup import (
    account_named,
    app_for,
    apps_of,
    forbidden,
    not_found,
    owned_app_for,
)
from infra.localcloud.heroku.naming import new_id, random_name, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.releases import add_release
from infra.localcloud.heroku.renaming import rename_app
from infra.localcloud.heroku.stacks import DEFAULT_STACK, generation_ref, region_named, stack_named
from infra.localcloud.heroku.webhook_events import record
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


def _checked_stack(wanted: Body, place: Body | None) -> Body:
    """The stack that is wanted for an app in a space, or of an app there is already (``place``)."""
    fir = place is not None and place["generation"]["name"] == "fir"
    stack = stack_named(identity(wanted.get("stack", "cnb" if fir else DEFAULT_STACK)))
    if fir and stack["name"] != "cnb":
        raise invalid(f"The stack {stack['name']} is not available for apps of the Fir generation; cnb is.")
    return stack


def _checked_region(wanted: Body, space: Body | None) -> Body:
    if space is None:
        return region_named(identity(wanted.get("region", "us")))
    region: Body = space["region"]
    if "region" in wanted and identity(wanted["region"]) not in region.values():
        raise invalid(f"The space {space['name']} is in the region {region['name']}; so are its apps.")
    return region


def new_app(
    store: Store, now: datetime, wanted: Body, owner: Body, team: Body | None, space: Body | None = None
) -> Body:
    """An app as it will be stored: of its space's region and generation, when it is in a private space."""
    name = checked_name(store, wanted["name"]) if "name" in wanted else _free_name(store)
    stack = _checked_stack(wanted, space)
    team_ref = None if team is None else {"id": team["id"], "name": team["name"]}
    return {
        "id": new_id(),
        "name": name,
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": None,
        "build_stack": stack,
        "created_at": stamp(now),
        "generation": generation_ref() if space is None else space["generation"],
        "git_url": f"https://git.heroku.com/{name}.git",
        "internal_routing": None if space is None else bool(wanted.get("internal_routing", False)),
        "maintenance": False,
        "owner": {"id": owner["id"], "email": owner["email"]},
        "organization": team_ref,
        "team": team_ref,
        "region": _checked_region(wanted, space),
        "released_at": stamp(now),
        "repo_size": None,
        "slug_size": None,
        "space": space and {"id": space["id"], "name": space["name"], "shield": space["shield"]},
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


def found_app(store: Store, now: datetime, app: Body, account: Body) -> None:
    """Store a new app with everything that exists from its first moment: releases, domain, collaborators."""
    store.put(KIND, app["id"], app)
    store.put(NAME, app["name"], {"id": app["id"]}, parent=app["id"])
    add_default_domain(store, now, app)
    add_collaborator(store, now, app, account, "owner" if app["team"] is None else "admin")
    add_release(store, now, app, account, "Initial release")
    add_release(store, now, app, account, "Enable Logplex")


def refuse_too_many(call: Call, owner: Body) -> None:
    """Refuse one more app than an account or team may have, when there is a limit (``Settings.heroku_app_limit``)."""
    limit = call.settings.heroku_app_limit
    if limit is None:
        return
    theirs = sum(app["owner"]["id"] == owner["id"] for app in call.store.find(KIND))
    if theirs >= limit:
        raise invalid(f"You've reached the limit of {limit} apps. Delete an app, or ask Heroku for a higher limit.")


def team_owner(team: Body) -> Body:
    """How Heroku names the owner of a team's app."""
    return {"id": team["id"], "email": f"{team['name']}@herokumanager.com"}


def create_app(call: Call) -> Answer:
    """POST /apps."""
    allowed = {"name": STRING, "region": IDENTITY, "stack": IDENTITY, "feature_flags": LIST}
    wanted = body_of(call, allowed)
    refuse_too_many(call, call.account)
    app = new_app(call.store, call.now, wanted, call.account, None)
    found_app(call.store, call.now, app, call.account)
    return _fresh(call, app, 201)


def _fresh(call: Call, app: Body, status: int = 200) -> Answer:
    return found(call.store.get(KIND, app["id"]) or app, status)


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


def get_app(call: Call) -> Answer:
    """GET /apps/{app}."""
    return found(app_for(call))


def update_app(call: Call) -> Answer:
    """PATCH /apps/{app}: name, maintenance, build_stack (which becomes the stack with the next build)."""
    wanted = body_of(call, {"name": STRING, "maintenance": BOOLEAN, "build_stack": IDENTITY})
    app = app_for(call)
    after = {**app}
    if "maintenance" in wanted:
        after["maintenance"] = wanted["maintenance"]
    if "build_stack" in wanted:
        after["build_stack"] = _checked_stack({"stack": wanted["build_stack"]}, app)
    if wanted.get("name", app["name"]) != app["name"]:
        owned_app_for(call)
        rename_app(call.store, app, checked_name(call.store, wanted["name"]))
        after |= {name: (call.store.get(KIND, app["id"]) or {})[name] for name in ("name", "git_url", "web_url")}
    if after != app:
        after |= {"updated_at": stamp(call.now)}
        call.store.put(KIND, app["id"], after)
        record(call.store, call.now, app["id"], "api:app", "update", after, call.account)
    return _fresh(call, after)


def hand_over(call: Call, app: Body, recipient: str) -> None:
    """Make a team or an account the owner of an app."""
    teams = [team for team in call.store.find("heroku.team") if recipient in (team["id"], team["name"])]
    account = account_named(call.store, recipient)
    if not teams and account is None:
        raise not_found("user")
    if app["space"] is not None and not teams:
        raise invalid(f"The app {app['name']} is in a private space; only a team can own it.")
    team = None if not teams else {"id": teams[0]["id"], "name": teams[0]["name"]}
    owner = team_owner(teams[0]) if teams else {"id": (account or {})["id"], "email": (account or {})["email"]}
    after = {**app, "owner": owner, "team": team, "organization": team, "updated_at": stamp(call.now)}
    call.store.put(KIND, app["id"], after)
    if account is not None and not teams:
        add_collaborator(call.store, call.now, after, account, "owner")
    settle_roles(call.store, after)


def delete_app(call: Call) -> Answer:
    """DELETE /apps/{app}, with everything that belongs to it."""
    app = app_for(call)
    if app["team"] is None and app["owner"]["id"] != call.account["id"]:
        raise forbidden(f"You do not have permission to delete the app {app['name']}.")
    owned_app_for(call)
    remove_app(call.store, app)
    return found(app)


def remove_app(store: Store, app: Body) -> None:
    """Remove an app with everything that belongs to it, and what others had attached of it."""
    for addon in addons_of(store, app["id"]):
        for attachment in attachments_to(store, addon["id"]):
            store.delete("heroku.attachment", attachment["id"])
        store.delete_under(addon["id"])
    store.delete_under(app["id"])
    store.delete(KIND, app["id"])


ROUTES: list[Route] = [
    ("POST", "/apps", create_app, "write"),
    ("GET", "/apps", list_apps, "read"),
    ("GET", "/apps/{app}", get_app, "read"),
    ("PATCH", "/apps/{app}", update_app, "write"),
    ("DELETE", "/apps/{app}", delete_app, "write"),
    ("GET", "/users/{user}/apps", list_user_apps, "read"),
]
