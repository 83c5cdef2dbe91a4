"""Finding what a path names, and whether the caller may see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from infra.localcloud.exchange import Call, Refusal
from infra.localcloud.heroku.door import EVERYWHERE, is_owner_or_admin
from infra.localcloud.store import Store

Body = dict[str, Any]


def not_found(resource: str, message: str = "") -> Refusal:
    """Heroku's 404: ``Couldn't find that app.``"""
    return Refusal(404, "not_found", message or f"Couldn't find that {resource}.", {"resource": resource})


def forbidden(message: str, resource: str = "app") -> Refusal:
    """Heroku's 403."""
    return Refusal(403, "forbidden", message, {"resource": resource})


def is_id(text: str) -> bool:
    """Whether a path's part is a UUID rather than a name."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def app_named(store: Store, identity: str) -> Body | None:
    """The app with that id or name, whoever may see it."""
    if is_id(identity):
        return store.get("heroku.app", identity.lower())
    name = store.get("heroku.app_name", identity)
    return None if name is None else store.get("heroku.app", name["id"])


def may_see(store: Store, account: Body, app: Body) -> bool:
    """Whether an account is a collaborator of an app or a member of its team."""
    if account.get(EVERYWHERE):
        return True
    if store.get("heroku.collaborator", f"{app['id']}:{account['id']}"):
        return True
    team = app.get("team")
    return team is not None and store.get("heroku.team_member", f"{team['id']}:{account['id']}") is not None


def app_for(call: Call, identity: str | None = None) -> Body:
    """The app the path (or ``identity``) names; 404 when there is none, 403 when it is another's."""
    name = call.params["app"] if identity is None else identity
    app = app_named(call.store, name)
    if app is None:
        raise not_found("app")
    if not may_see(call.store, call.account, app):
        raise forbidden(f"You do not have access to the app {name}.")
    return app


def owned_app_for(call: Call) -> Body:
    """Like ``app_for``, for what only the owner or a team's admin may do."""
    app = app_for(call)
    if not is_owner_or_admin(call.store, call.account, app):
        raise forbidden(f"You do not have permission to do that to the app {app['name']}.")
    return app


def permitted_app_for(call: Call, permission: str) -> Body:
    """Like ``app_for``, for what needs a permission (view, deploy, operate, manage) on an app of a team.

    See https://devcenter.heroku.com/articles/app-permissions; whoever works on a personal app has all of them.
    """
    app = app_for(call)
    if app.get("team") is None or is_owner_or_admin(call.store, call.account, app):
        return app
    person = call.store.get("heroku.collaborator", f"{app['id']}:{call.account['id']}")
    held = {one["name"] for one in person["permissions"]} if person else {"view"}
    if permission not in held:
        raise forbidden(f"You need the permission {permission} on the app {app['name']} to do that.")
    return app


def apps_of(store: Store, account: Body) -> list[Body]:
    """Every app an account may see."""
    return [app for app in store.find("heroku.app") if may_see(store, account, app)]


def child_for(call: Call, kind: str, app: Body, identity: str, resource: str, *names: str) -> Body:
    """One of an app's things by its id or by one of the named keys."""
    for body in call.store.find(kind, parent=app["id"]):
        if identity == body["id"] or any(identity == body.get(name) for name in names):
            return body
    raise not_found(resource)


def team_for(call: Call, identity: str | None = None) -> Body:
    """The team the path (or ``identity``) names, when the caller is one of its members."""
    name = call.params["team"] if identity is None else identity
    for team in call.store.find("heroku.team"):
        if name in (team["id"], team["name"]):
            member = call.store.get("heroku.team_member", f"{team['id']}:{call.account['id']}")
            if member is None and not call.account.get(EVERYWHERE):
                raise forbidden(f"You do not have access to the team {name}.", "team")
            return {**team, "role": member["role"] if member else "admin"}
    raise not_found("team")


def space_for(call: Call, identity: str | None = None) -> Body:
    """The private space the path (or ``identity``) names, when the caller is a member of its team."""
    name = call.params["space"] if identity is None else identity
    for space in call.store.find("heroku.space"):
        if name in (space["id"], space["name"]):
            team_for(call, space["team"]["id"])
            return space
    raise not_found("space")


def space_to_manage(call: Call, identity: str | None = None) -> Body:
    """Like ``space_for``, for what only admins of the space's team may do."""
    space = space_for(call, identity)
    refuse_non_admin(team_for(call, space["team"]["id"]), "space")
    return space


def refuse_non_admin(team: Body, resource: str) -> None:
    """Refuse what only admins of a team (as ``team_for`` answers it) may do."""
    if team["role"] not in ("admin", "owner"):
        raise forbidden(f"Only admins of the team {team['name']} may do that.", resource)


def space_to_build_in(call: Call, identity: str | None = None) -> Body:
    """Like ``space_for``, for what needs the space to be allocated."""
    space = space_for(call, identity)
    if space["state"] != "allocated":
        raise Refusal(422, "invalid_params", f"The space {space['name']} is {space['state']}; it cannot be used yet.")
    return space


def pipeline_for(call: Call, identity: str | None = None) -> Body:
    """The pipeline the path (or ``identity``) names, when the caller may see it."""
    name = call.params["pipeline"] if identity is None else identity
    found = [body for body in call.store.find("heroku.pipeline") if name in (body["id"], body["name"])]
    if not found:
        raise not_found("pipeline")
    for pipeline in found:
        if may_see_pipeline(call.store, call.account, pipeline):
            return pipeline
    raise forbidden(f"You do not have access to the pipeline {name}.", "pipeline")


def may_see_pipeline(store: Store, account: Body, pipeline: Body) -> bool:
    """Whether an account owns a pipeline, is in the team that does, or may see one of its apps."""
    owner = pipeline["owner"]
    is_member = store.get("heroku.team_member", f"{owner['id']}:{account['id']}")
    if owner["id"] == account["id"] or is_member or account.get(EVERYWHERE):
        return True
    couplings = store.find("heroku.coupling", _pipeline_id=pipeline["id"])
    apps = [store.get("heroku.app", coupling["app"]["id"]) for coupling in couplings]
    return any(app is not None and may_see(store, account, app) for app in apps)


def account_named(store: Store, identity: str) -> Body | None:
    """The account with that id or email address."""
    if is_id(identity):
        return store.get("heroku.account", identity)
    found = store.find("heroku.account", email=identity)
    return found[0] if found else None
