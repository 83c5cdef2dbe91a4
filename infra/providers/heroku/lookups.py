"""The provider's functions: getPipeline, getApp, getAddon, getTeam. Nothing is changed by them."""

from __future__ import annotations

from urllib.parse import urlsplit

from infra.apis.heroku import Heroku, at
from infra.providers.heroku import releases
from infra.providers.heroku.looked_up import seen
from infra.providers.kit.fields import TEXT, boolean, integer, list_of, map_of, object_of, string
from infra.providers.kit.resource import Function
from infra.providers.kit.values import Values

NAME = {"name": string("The name or id to look up.", required=True)}
ID = string("Its id.")


async def _get_pipeline(heroku: Heroku, arguments: Values) -> Values:
    todo = "Bring up the stack that declares it first, or check the name."
    name = arguments["name"]
    pipeline = await seen(heroku.get(at("pipelines", name)), "pipeline", name, todo=todo)
    owner = pipeline.get("owner") or {}
    return {
        "id": pipeline["id"],
        "name": pipeline["name"],
        "owner_id": owner.get("id"),
        "owner_type": owner.get("type"),
    }


GET_PIPELINE: Function[Heroku] = Function(
    "heroku:pipeline/getPipeline:getPipeline",
    help="A pipeline by its name or id.",
    arguments=NAME,
    results={
        "id": ID,
        "name": string("Its name."),
        "owner_id": string("The id of its owner."),
        "owner_type": string("team or user."),
    },
    call=_get_pipeline,
)

ORGANIZATION = {
    "name": string("The team's name."),
    "locked": boolean("Whether members must be let in one by one."),
    "personal": boolean("Whether the app is the account's own."),
}


async def _get_app(heroku: Heroku, arguments: Values) -> Values:
    app = await seen(heroku.get(at("apps", arguments["name"])), "app", arguments["name"])
    path = at("apps", app["id"])
    buildpacks = await heroku.list(f"{path}/buildpack-installations")
    current = await releases.current(heroku, app["id"]) or {}
    team = app.get("team") or {}
    return {
        "id": app["id"],
        "uuid": app["id"],
        "name": app["name"],
        "acm": bool(app.get("acm")),
        "buildpacks": [row["buildpack"]["name"] for row in buildpacks],
        "config_vars": await heroku.get(f"{path}/config-vars"),
        "git_url": app["git_url"],
        "heroku_hostname": urlsplit(app["web_url"] or "").hostname or "",
        "internal_routing": bool(app.get("internal_routing")),
        "last_release_id": current.get("id", ""),
        "last_slug_id": (current.get("slug") or {}).get("id", ""),
        "organizations": [await _organization(heroku, app, team)] if team else [],
        "region": app["region"]["name"],
        "space": (app.get("space") or {}).get("name", ""),
        "stack": app["build_stack"]["name"],
        "web_url": app["web_url"] or "",
    }


async def _organization(heroku: Heroku, app: Values, team: Values) -> Values:
    locked = bool((await heroku.get(at("teams", "apps", app["id"])))["locked"])
    return {"name": team["name"], "locked": locked, "personal": False}


GET_APP: Function[Heroku] = Function(
    "heroku:app/getApp:getApp",
    help="An app by its name or id, with its config vars as a secret.",
    arguments=NAME,
    results={
        "id": ID,
        "uuid": string("Its id."),
        "name": string("Its name."),
        "acm": boolean("Whether Heroku manages its certificates."),
        "buildpacks": list_of(TEXT, "Its buildpacks, in order."),
        "config_vars": map_of(TEXT, "All its config vars.", secret=True),
        "git_url": string("Where to push code to."),
        "heroku_hostname": string("The host name in its web_url."),
        "internal_routing": boolean("Whether only its Private Space reaches it."),
        "last_release_id": string("The id of its current release."),
        "last_slug_id": string("The id of that release's slug."),
        "organizations": list_of(
            object_of("heroku:app/getAppOrganization:getAppOrganization", ORGANIZATION, "The team that owns it."),
            "The team that owns it, if any.",
        ),
        "region": string("Where it runs."),
        "space": string("The Private Space that it lives in, or nothing."),
        "stack": string("The stack that its next build uses."),
        "web_url": string("Where it answers."),
    },
    call=_get_app,
)


async def _get_addon(heroku: Heroku, arguments: Values) -> Values:
    addon = await seen(heroku.get(at("addons", arguments["name"])), "add-on", arguments["name"])
    return {
        "id": addon["id"],
        "app_id": addon["app"]["id"],
        "config_vars": addon["config_vars"],
        "name": addon["name"],
        "plan": addon["plan"]["name"],
        "provider_id": addon.get("provider_id") or "",
    }


GET_ADDON: Function[Heroku] = Function(
    "heroku:addon/getAddon:getAddon",
    help="An add-on by its name or id.",
    arguments=NAME,
    results={
        "id": ID,
        "app_id": string("The id of the app that pays for it."),
        "config_vars": list_of(TEXT, "The names of the config vars that it sets."),
        "name": string("Its name."),
        "plan": string("Its service and plan."),
        "provider_id": string("Its id at the add-on's provider."),
    },
    call=_get_addon,
)


async def _get_team(heroku: Heroku, arguments: Values) -> Values:
    team = await seen(heroku.get(at("teams", arguments["name"])), "team", arguments["name"])
    return {
        "id": team["id"],
        "name": team["name"],
        "default": bool(team.get("default")),
        "membership_limit": int(team.get("membership_limit") or 0),
        "provisioned_licenses": bool(team.get("provisioned_licenses")),
        "type": team["type"],
    }


GET_TEAM: Function[Heroku] = Function(
    "heroku:team/getTeam:getTeam",
    help="A team by its name or id.",
    arguments=NAME,
    results={
        "id": ID,
        "name": string("Its name."),
        "default": boolean("Whether it is the account's default team."),
        "membership_limit": integer("How many members it may have; 0 for no limit."),
        "provisioned_licenses": boolean("Whether Heroku gave it licences."),
        "type": string("team or enterprise."),
    },
    call=_get_team,
)

FUNCTIONS = (GET_ADDON, GET_APP, GET_PIPELINE, GET_TEAM)
