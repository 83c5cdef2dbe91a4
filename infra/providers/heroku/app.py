"""heroku:app/app:App: an app, with its stack, buildpacks, team, maintenance mode and certificates."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound, TwelvefoldError
from infra.providers.heroku import data_loss
from infra.providers.heroku.config_vars import Vars, change, still_unsettled, unfinished, wrong_keys
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.lost import made_once
from infra.providers.heroku.unmoved import refuse_moved, write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, boolean, list_of, map_of, object_of, string
from infra.providers.kit.resource import Failures, Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:app/app:App"  # noqa: S105 - a type's name
NAME = re.compile(r"^[a-z][a-z0-9-]{1,28}[a-z0-9]$")


def _wrong_name(name: str) -> str:
    if NAME.match(name):
        return ""
    return "must be 3 to 30 lower-case letters, digits and dashes, start with a letter and not end with a dash"


ORGANIZATION = {
    "name": string("The team that owns the app.", required=True),
    "locked": boolean("Whether members must be let in one by one.", default=False),
    "personal": boolean("Whether the app is the account's own after all.", default=False),
}
FIELDS = {
    "name": string("Its name, unique in all of Heroku.", autoname=30, keep=True, wrong=_wrong_name),
    "region": string("Where it runs: us, eu, or a region of Private Spaces.", required=True, replace=True),
    "stack": string("The stack that its next build uses.", keep=True),
    "buildpacks": list_of(TEXT, "Buildpacks, in the order in which they run."),
    # An app without a team is the account's own: somebody may have given it away.
    "organization": object_of(
        "heroku:app/AppOrganization:AppOrganization", ORGANIZATION, "The team that owns it.", noticed=True
    ),
    "space": string("The Private Space that it lives in.", replace=True),
    "internal_routing": boolean("Whether only its Private Space reaches it.", replace=True, keep=True),
    "acm": boolean("Whether Heroku manages its certificates.", keep=True),
    "maintenance": boolean("Whether visitors get the maintenance page.", default=False),
    "config_vars": map_of(TEXT, "Config vars that anybody may see.", wrong=wrong_keys),
    "sensitive_config_vars": map_of(TEXT, "Config vars that are never shown.", secret=True, wrong=wrong_keys),
    "allow_data_loss": data_loss.allowance(),
    "all_config_vars": map_of(TEXT, "Left empty: they would put secrets into the state.", computed=True, secret=True),
    "git_url": string("Where to push code to.", computed=True, follows=("name",)),
    "web_url": string("Where it answers.", computed=True, follows=("name",)),
    "heroku_hostname": string("The host name in its web_url.", computed=True, follows=("name",)),
    "generation": string("cedar or fir, as its space is.", computed=True),
    "uuid": string("Its id.", computed=True),
    "release": string("The release that is still waited for.", computed=True, wire="__release"),
}
VARS = ("config_vars", "sensitive_config_vars")


def _check(new: Values) -> Failures:
    twice = sorted({*new.get("config_vars", {})} & {*new.get("sensitive_config_vars", {})})
    failures = [("sensitive_config_vars", f"also declared in `configVars`: {', '.join(twice)}")] if twice else []
    if new.get("space") and not new.get("organization"):
        failures.append(("space", "an app in a Private Space belongs to a team: declare `organization` too"))
    return failures


def generation_of(app: dict[str, Any]) -> str | None:
    """cedar or fir, or None where Heroku does not say."""
    # Older answers give its name alone, and a team's app has none.
    found = app.get("generation")
    return found.get("name") if isinstance(found, dict) else found


def _outputs(app: dict[str, Any]) -> Values:
    found = {
        "uuid": app["id"],
        "name": app["name"],
        "region": app["region"]["name"],
        "stack": (app.get("build_stack") or app["stack"])["name"],
        "acm": app.get("acm"),
        "maintenance": app["maintenance"],
        "internal_routing": app.get("internal_routing"),
        "space": (app.get("space") or {}).get("name"),
        "generation": generation_of(app),
        "git_url": app["git_url"],
        "web_url": app["web_url"],
        "heroku_hostname": urlsplit(app["web_url"] or "").hostname,
    }
    if team := _team(app)["organization"]:
        found["organization"] = {"name": team, "locked": bool(app.get("locked")), "personal": False}
    return {name: value for name, value in found.items() if value is not None}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    name = new["name"]

    async def post() -> Any:
        return await _post(heroku, new)

    async def find() -> Any | None:
        return await heroku.missing_to_none(at("apps", name))

    async def undo(made: Any) -> bool:
        return await _undo(heroku, made, new)

    app = await made_once(context, post, find, what=f"app {name}", undo=undo)
    outputs = _outputs(app)
    context.born(app["id"], outputs)
    if "space" in new:
        # A new app of a team is answered without its generation, which follows from its space.
        outputs |= _outputs(await heroku.get(at("apps", app["id"])))
    outputs["allow_data_loss"] = new.get("allow_data_loss")
    await _bring(heroku, app["id"], outputs, new, context)
    return Made(app["id"], outputs)


async def _undo(heroku: Heroku, made: dict[str, Any], new: Values) -> bool:
    """Delete an app that an interrupted run made where it is no longer wanted: it got no further, so it is empty."""
    if all(_outputs(made).get(key) == new.get(key) for key in ("region", "space")):
        return False
    if await heroku.list(at("apps", made["id"], "addons")):
        raise Conflict(
            "an interrupted run made it elsewhere than it is wanted now, and it has add-ons since",
            where=f"app {made['name']}",
            todo=f"Look at it; then delete it, or: {import_hint(TOKEN, made['name'])}",
        )
    await heroku.delete(at("apps", made["id"]))
    return True


async def _post(heroku: Heroku, new: Values) -> Any:
    team = new.get("organization")
    body: Values = {key: new[key] for key in ("name", "region", "stack") if key in new}
    try:
        if team is None:
            return await heroku.post("/apps", body)
        body |= {key: new[key] for key in ("space", "internal_routing") if key in new}
        options = {key: team[key] for key in ("locked", "personal") if team.get(key)}
        return await heroku.post("/teams/apps", {**body, **options, "team": team["name"]})
    except Conflict as conflict:
        raise taken(conflict, await _way_out(heroku, new["name"])) from conflict


async def _way_out(heroku: Heroku, name: str) -> str:
    try:
        ours = await heroku.missing_to_none(at("apps", name)) is not None
    except TwelvefoldError:
        ours = False
    return import_hint(TOKEN, name) if ours else "It belongs to somebody else; choose another name."


async def _bring(heroku: Heroku, id: str, outputs: Values, new: Values, context: Context) -> None:
    """Bring an app from what it is (``outputs``, kept up to date) to what it shall be."""

    def reached(**changed: Any) -> None:
        outputs.update(changed)
        context.born(id, outputs)

    await _bring_properties(heroku, id, outputs, new, reached)
    await _bring_team(heroku, id, outputs, new, reached)
    if new.get("buildpacks", []) != outputs.get("buildpacks", []):
        await _bring_buildpacks(heroku, id, outputs.get("buildpacks"), new.get("buildpacks", []))
        reached(buildpacks=new.get("buildpacks", []))
    if "acm" in new and new["acm"] != outputs.get("acm", False):
        path = at("apps", id, "acm")
        await (heroku.post(path, repeatable=True) if new["acm"] else heroku.delete(path))
        reached(acm=new["acm"])
    await _bring_vars(heroku, id, outputs, new, context, reached)


async def _bring_buildpacks(heroku: Heroku, id: str, old: list[str] | None, new: list[str]) -> None:
    path = at("apps", id, "buildpack-installations")
    body = {"updates": [{"buildpack": buildpack} for buildpack in new]}
    if old is None:
        await heroku.put(path, body)
        return
    was, wanted = {"buildpacks": old}, {"buildpacks": new}
    await write_unmoved(heroku, path, body, now=_buildpacks_in, old=was, new=wanted, where=f"app {id}", method="PUT")


def _buildpacks_in(installations: list[dict[str, Any]]) -> Values:
    return {"buildpacks": _names(installations)}


def _names(installations: list[dict[str, Any]]) -> list[str]:
    return [row["buildpack"]["name"] for row in sorted(installations, key=lambda row: int(row["ordinal"]))]


async def _bring_properties(heroku: Heroku, id: str, outputs: Values, new: Values, reached: Any) -> None:
    wanted = {"maintenance": False, **new}
    sent = {"name": "name", "stack": "build_stack", "maintenance": "maintenance"}
    body = {sent[key]: wanted[key] for key in sent if key in wanted and wanted[key] != outputs.get(key, wanted[key])}
    if not body:
        return
    changed = {key: wanted[key] for key in sent if sent[key] in body}
    app = await write_unmoved(heroku, at("apps", id), body, now=_outputs, old=outputs, new=changed)
    reached(**{key: value for key, value in _outputs(app).items() if key != "organization"})


async def _bring_team(heroku: Heroku, id: str, outputs: Values, new: Values, reached: Any) -> None:
    had, wanted = outputs.get("organization") or {}, new.get("organization")
    if wanted is None:
        if had.get("name"):
            account = await heroku.snapshot.get("/account")
            await _hand_over(heroku, id, had["name"], None, account["email"])
            reached(organization=None)
        return
    if wanted["name"] != had.get("name"):
        await _hand_over(heroku, id, had.get("name"), wanted["name"], wanted["name"])
        had = {"name": wanted["name"], "locked": False, "personal": False}
        reached(organization=had)
    if bool(wanted.get("locked")) != bool(had.get("locked")):
        await heroku.patch(at("teams", "apps", id), {"locked": bool(wanted.get("locked"))})
        reached(organization={**had, "locked": bool(wanted.get("locked"))})


async def _hand_over(heroku: Heroku, id: str, old_team: str | None, new_team: str | None, owner: str) -> None:
    path, old, new = at("teams", "apps", id), {"organization": old_team}, {"organization": new_team}
    if old_team:
        await write_unmoved(heroku, path, {"owner": owner}, now=_team, old=old, new=new)
        return
    # An account's own app is not read where it is written: there is no ETag to send.
    refuse_moved(f"app {id}", _team(await heroku.get(at("apps", id))), old, new)
    await heroku.patch(path, {"owner": owner})


def _team(app: dict[str, Any]) -> Values:
    return {"organization": (app.get("team") or app.get("organization") or {}).get("name")}


async def _bring_vars(heroku: Heroku, id: str, outputs: Values, new: Values, context: Context, reached: Any) -> None:
    old = _vars(outputs)
    declared = {name: new.get(name) for name in VARS}
    if old or _vars(new):

        def changed(release: str) -> None:
            reached(**declared, release=release or None)

        unsettled = outputs.get("release") or ""
        await change(heroku, id, old, _vars(new), context, changed=changed, unsettled=unsettled)
    outputs.update(declared, release=None)


def _vars(values: Values) -> Vars:
    return {key: value for name in VARS for key, value in (values.get(name) or {}).items()}


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        app = await heroku.bulk.row("/apps", id, request=id) or await heroku.snapshot.get(at("apps", id))
        outputs = _outputs(app)
        id = app["id"]
        # Apps of the Fir generation have no such list: their source says what builds it.
        if (old.imported and outputs.get("generation") != "fir") or old.get("buildpacks"):
            outputs["buildpacks"] = await _buildpacks(heroku, id)
        if outputs.get("organization") and "locked" in (old.inputs.get("organization") or {}):
            locked = (await heroku.snapshot.get(at("teams", "apps", id)))["locked"]
            outputs["organization"] = {**outputs["organization"], "locked": locked}
        if _vars(old.inputs):
            outputs |= await _live_vars(heroku, id, old)
            outputs["release"] = await still_unsettled(heroku, id, old, set(_vars(old.outputs)))
    except NotFound:
        return None
    return Live(id, outputs)


async def _buildpacks(heroku: Heroku, id: str) -> list[str]:
    return _names(await heroku.snapshot.list(at("apps", id, "buildpack-installations")))


async def _live_vars(heroku: Heroku, id: str, old: Old) -> Values:
    live = await heroku.snapshot.get(at("apps", id, "config-vars"))
    declared = {name: old.inputs[name] for name in VARS if old.inputs.get(name) is not None}
    return {name: {key: live[key] for key in keys if key in live} for name, keys in declared.items()}


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    outputs = {**old.outputs, "allow_data_loss": new.get("allow_data_loss")}
    await _bring(heroku, id, outputs, new, context)
    return outputs


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(at("apps", id))


async def _list(heroku: Heroku, query: Values) -> Listing:
    team = (query.get("organization") or {}).get("name")
    rows = await heroku.list(at("teams", team, "apps") if team else "/apps")
    return [(one["id"], one["name"]) for one in rows]


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="An app.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
    unfinished=unfinished,
    holds=data_loss.of_app,
    list=Lister(_list, by=("organization",)),
    natural_key=("name",),
    import_id="the app's name or id",
)
