"""heroku:addon/addon:Addon: an add-on, in the state from its first second, waited for until it is provisioned."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import ConfirmationNeeded, Conflict, NotFound, Rejected
from infra.providers.heroku import data_loss
from infra.providers.heroku.addon_attachment import attach_as, attachment_name
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.lost import first_with, is_recent, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, map_of, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:addon/addon:Addon"  # noqa: S105 - a type's name
PROVISIONED = "provisioned"


def same_plan(actual: str, wanted: str) -> bool:
    """Whether a plan is the wanted one: a service alone, as in ``heroku-postgresql``, takes any of its plans."""
    return actual == wanted or (":" not in wanted and actual.split(":")[0] == wanted)


def _other_service(before: str, after: str) -> bool:
    return before.split(":")[0] != after.split(":")[0]


FIELDS = {
    "app_id": string("The id of the app that pays for it.", required=True, replace=True),
    "plan": string(
        "Service and plan: heroku-postgresql:essential-0. Another service makes a new add-on.",
        required=True,
        same=same_plan,
        replace_if=_other_service,
    ),
    "name": string("Its name, unique in all of Heroku; Heroku makes one up.", keep=True),
    "attachment_name": string("The name of its attachment to the app: DATABASE.", keep=True),
    "config": map_of(TEXT, "Options that are only read at creation.", secret=True, replace=True, write_only=True),
    "allow_data_loss": data_loss.allowance(),
    "config_vars": list_of(
        TEXT, "The names of the config vars that it sets.", computed=True, follows=("attachment_name", "plan")
    ),
    "config_var_values": map_of(TEXT, "Left empty: they would put secrets into the state.", computed=True, secret=True),
    "provider_id": string("Its id at the add-on's provider.", computed=True, follows=("plan",)),
    "state": string("What it is until it is provisioned.", computed=True, wire="__state"),
}


def _outputs(addon: dict[str, Any], known: Values) -> Values:
    outputs = {
        "app_id": addon["app"]["id"],
        "plan": addon["plan"]["name"],
        "name": addon["name"],
        "config_vars": addon["config_vars"],
        "provider_id": addon.get("provider_id"),
        "state": None if addon["state"] == PROVISIONED else addon["state"],
        "config": known.get("config"),
        "attachment_name": known.get("attachment_name"),
        "allow_data_loss": known.get("allow_data_loss"),
    }
    if known.get("plan") and same_plan(outputs["plan"], known["plan"]):
        outputs["plan"] = known["plan"]
    return {name: value for name, value in outputs.items() if value is not None}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    app = new["app_id"]

    async def post() -> Any:
        # Heroku refuses two new add-ons of one app at the same moment; waiting for them can overlap.
        async with heroku.turn(app):
            return await _post(heroku, app, new)

    async def find() -> Any | None:
        return await _find(heroku, app, new, context)

    addon = await made_once(context, post, find, what=f"add-on {new['plan']}")
    context.born(addon["id"], _outputs(addon, new))
    addon = await _provisioned(heroku, addon, context)
    return Made(addon["id"], _outputs(addon, new))


async def _post(heroku: Heroku, app: str, new: Values) -> Any:
    body: Values = {key: new[key] for key in ("plan", "name", "config") if key in new}
    if "attachment_name" in new:
        body["attachment"] = {"name": new["attachment_name"]}
    path = at("apps", app, "addons")
    try:
        return await heroku.post(path, body)
    except ConfirmationNeeded as asked:
        await _refuse_attached(heroku, app, new, asked)
        # Nothing is lost by an add-on that is new; the program asked for it.
        return await heroku.post(path, {**body, "confirm": (await heroku.get(at("apps", app)))["name"]})
    except Conflict as conflict:
        todo = import_hint(TOKEN, new["name"]) if "name" in new else conflict.todo
        raise taken(conflict, todo) from conflict


async def _refuse_attached(heroku: Heroku, app: str, new: Values, asked: ConfirmationNeeded) -> None:
    """Never confirm that another add-on's attachment is replaced: its app would lose its data's address."""
    attachments = await heroku.list(at("apps", app, "addon-attachments"))
    there = first_with(attachments, name=new.get("attachment_name"))
    if there is not None:
        todo = f"Choose another attachment name, or detach {there['addon']['name']} first."
        raise taken(asked, todo) from asked


async def _find(heroku: Heroku, app: str, new: Values, context: Context) -> Any | None:
    """The add-on that a create with a lost answer made: by its name, its attachment, or its plan and age."""
    addons = await heroku.list(at("apps", app, "addons"))
    if "name" in new:
        return first_with(addons, name=new["name"])
    attachments = await heroku.list(at("apps", app, "addon-attachments"))
    if "attachment_name" in new:
        attachment = first_with(attachments, name=new["attachment_name"])
        return first_with(addons, id=attachment["addon"]["id"]) if attachment else None
    named = {one["addon"]["id"] for one in attachments if not _is_made_up(one["name"], new["plan"])}
    equal = [one for one in addons if one["id"] not in named and same_plan(one["plan"]["name"], new["plan"])]
    fresh = [one for one in equal if is_recent(one, context)]
    # To resume, any will do: whoever asks for the other one gets that.
    if len(fresh) > 1 and context.resumes is None:
        names = ", ".join(one["name"] for one in fresh)
        raise Conflict(
            f"Heroku's answer was lost, and any of these new add-ons may be the one that it made: {names}",
            where=f"app {app}",
            todo=f"Find out which one nobody uses. {import_hint(TOKEN, 'ADD-ON')}",
        )
    return fresh[0] if fresh else None


def _is_made_up(attachment: str, plan: str) -> bool:
    """Whether Heroku gave an attachment its name: that of the service, or one with a colour."""
    service = plan.split(":")[0].removeprefix("heroku-").upper().replace("-", "_")
    return attachment in (service, "DATABASE") or attachment.startswith("HEROKU_")


async def _provisioned(heroku: Heroku, addon: dict[str, Any], context: Context) -> dict[str, Any]:
    app, id = addon["app"]["id"], addon["id"]
    heroku.snapshot.written(at("apps", app))

    async def ready() -> dict[str, Any] | None:
        # Every add-on of the app that is waited for looks at the same list.
        found = first_with(await heroku.snapshot.list(at("apps", app, "addons")), id=id)
        if found is None:
            raise Rejected(
                f"add-on {addon['name']} vanished while it was being provisioned",
                where=f"app {app}",
                todo="Heroku takes an add-on back when its provider refuses. See the app's activity, then try again.",
            )
        heroku.snapshot.forget(at("apps", app, "addons"), older_than=0.2)
        return found if found["state"] == PROVISIONED else None

    if addon["state"] == PROVISIONED:
        return addon
    provisioned = await context.wait(ready, what=f"add-on {addon['name']}", first=0.25, limit=1200.0, eager=False)
    heroku.snapshot.written(at("apps", app))
    return provisioned


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            addon = await heroku.get(at("addons", id))
        else:
            addon = await heroku.bulk.row("/addons", id, request=old["app_id"]) or first_with(
                await heroku.snapshot.list(at("apps", old["app_id"], "addons")), id=id
            )
        if addon is None or addon["state"] == "deprovisioned":
            return None
        declared = old.inputs.get("attachment_name")
        name = await attachment_name(heroku, addon["app"]["id"], id, declared) if declared else None
    except NotFound:
        return None
    return Live(addon["id"], _outputs(addon, {"attachment_name": name}))


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    path = at("apps", new["app_id"], "addons", id)
    if old.get("state"):
        # Heroku changes no add-on that it still provisions.
        await _provisioned(heroku, await heroku.get(path), context)
    body = {"plan": new["plan"]}
    renamed = "name" in new and new["name"] != old.get("name")
    if renamed:
        body["name"] = new["name"]
    attach = new.get("attachment_name")
    if attach and attach != old.get("attachment_name"):
        await attach_as(heroku, new["app_id"], id, old.get("attachment_name"), attach)
    if renamed or not same_plan(old.get("plan", ""), new["plan"]):
        addon = await write_unmoved(
            heroku, path, body, now=lambda live: _outputs(live, {"plan": old.get("plan")}), old=old.outputs, new=body
        )
    else:
        # Nothing to change: an earlier run stopped while it was being provisioned.
        addon = await heroku.get(path)
    context.born(id, _outputs(addon, new))
    return _outputs(await _provisioned(heroku, addon, context), {**old.outputs, "allow_data_loss": None, **new})


def _unfinished(outputs: Values) -> str:
    state = outputs.get("state")
    return f"add-on {outputs['name']} is still {state}; `pulumi up` waits for it" if state else ""


async def _delete(heroku: Heroku, id: str, old: Old, _context: Context) -> None:
    app = old["app_id"]
    path = at("apps", app, "addons", id)
    try:
        await heroku.delete(path)
    except ConfirmationNeeded:
        name = (await heroku.get(at("apps", app)))["name"]
        await heroku.delete(path, {"confirm": name})


async def _list(heroku: Heroku, query: Values) -> Listing:
    path = at("apps", query["app_id"], "addons") if "app_id" in query else "/addons"
    return [(one["id"], one["name"]) for one in await heroku.list(path)]


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="An add-on. Its plan and name change in place.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    holds=data_loss.of_addon,
    unfinished=_unfinished,
    # A new one beside the old would get neither its name nor its attachment's, DATABASE or another.
    natural_key=("name",),
    list=Lister(_list, by=("app_id",)),
    import_id="the add-on's id or name",
)
