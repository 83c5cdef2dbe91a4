"""heroku:addon/attachment:Attachment: an add-on under another name, or on another app."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import ConfirmationNeeded, Conflict, NotFound
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.lost import first_with, is_recent, made_once
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:addon/attachment:Attachment"  # noqa: S105 - a type's name
FIELDS = {
    "addon_id": string("The add-on's id.", required=True, replace=True),
    "app_id": string("The id of the app that it is attached to.", required=True, replace=True),
    "name": string("The name in the app's config vars: DATABASE; Heroku makes one up.", replace=True, keep=True),
    "namespace": string("The credential that it uses: credential:readonly.", replace=True),
}


def _outputs(attachment: dict[str, Any]) -> Values:
    outputs = {
        "addon_id": attachment["addon"]["id"],
        "app_id": attachment["app"]["id"],
        "name": attachment["name"],
        "namespace": attachment.get("namespace"),
    }
    return {name: value for name, value in outputs.items() if value is not None}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    body = {"addon": new["addon_id"], "app": new["app_id"]}
    body |= {key: new[key] for key in ("name", "namespace") if key in new}

    async def post() -> Any:
        try:
            return await heroku.post("/addon-attachments", body)
        except (Conflict, ConfirmationNeeded) as conflict:
            there = await _named(heroku, new, context) if "name" in new else None
            if there is None and isinstance(conflict, ConfirmationNeeded):
                return await _post_confirmed(heroku, body)
            # The same add-on under that name is what we want; whoever attached it, most likely we did.
            if there is not None and there["addon"]["id"] == new["addon_id"]:
                return there
            raise taken(conflict, import_hint(TOKEN, there["id"]) if there else conflict.todo) from conflict

    async def find() -> Any | None:
        return await _named(heroku, new, context)

    attachment = await made_once(context, post, find, what=f"the attachment {new.get('name', 'of the add-on')}")
    return Made(attachment["id"], {**_outputs(attachment), "addon_id": new["addon_id"], "app_id": new["app_id"]})


async def _post_confirmed(heroku: Heroku, body: Values) -> Any:
    # Heroku asks before an add-on is shared with another app; the program says that it shall be.
    name = (await heroku.get(at("apps", body["app"])))["name"]
    return await heroku.post("/addon-attachments", {**body, "confirm": name})


async def _named(heroku: Heroku, new: Values, context: Context) -> Any | None:
    attachments = await heroku.list(at("apps", new["app_id"], "addon-attachments"))
    if "name" in new:
        return first_with(attachments, name=new["name"])
    ours = [one for one in attachments if one["addon"]["id"] == new["addon_id"] and is_recent(one, context)]
    return ours[-1] if ours else None


async def attachment_name(heroku: Heroku, app: str, addon: str, declared: str) -> str | None:
    """The name that an add-on is attached to its app by: the declared one if it is, else the only one there is."""
    names = [one["name"] for one in await _attached(heroku, app, addon)]
    return declared if declared in names else next(iter(names), None)


async def attach_as(heroku: Heroku, app: str, addon: str, old: str | None, new: str) -> None:
    """Attach an add-on to its app by another name; the old attachment goes last, so that it is never without one."""
    attached = await _attached(heroku, app, addon)
    if all(one["name"] != new for one in attached):
        body = {"addon": addon, "app": app, "name": new}
        try:
            await heroku.post("/addon-attachments", body, repeatable=True)
        except (Conflict, ConfirmationNeeded) as conflict:
            # Where the answer to a first try was lost, what has the name is what that made.
            if all(one["name"] != new for one in await _attached(heroku, app, addon)):
                # Confirming would take the name from the add-on that has it.
                todo = "Choose another attachment name, or detach what has it first."
                raise taken(conflict, todo) from conflict
    before = [one for one in attached if one["name"] == old] or (attached if old is None and len(attached) == 1 else [])
    for one in before:
        if one["name"] != new:
            await heroku.delete(at("addon-attachments", one["id"]))


async def _attached(heroku: Heroku, app: str, addon: str) -> list[dict[str, Any]]:
    rows = await heroku.snapshot.list(at("apps", app, "addon-attachments"))
    return [one for one in rows if one["addon"]["id"] == addon]


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            attachment = await heroku.get(at("addon-attachments", id))
        else:
            rows = await heroku.snapshot.list(at("apps", old["app_id"], "addon-attachments"))
            attachment = first_with(rows, id=id)
    except NotFound:
        return None
    if attachment is None:
        return None
    outputs = _outputs(attachment)
    if old.get("addon_id") == attachment["addon"]["name"]:
        outputs["addon_id"] = old.get("addon_id")
    return Live(attachment["id"], outputs)


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(at("addon-attachments", id))


async def _list(heroku: Heroku, query: Values) -> Listing:
    path = at("apps", query["app_id"], "addon-attachments") if "app_id" in query else "/addon-attachments"
    return [(one["id"], f"{one['app']['name']}::{one['name']}") for one in await heroku.list(path)]


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="An add-on under another name, or shared with another app.",
    fields=FIELDS,
    create=_create,
    read=_read,
    delete=_delete,
    natural_key=("app_id", "name"),
    list=Lister(_list, by=("app_id",)),
    import_id="the attachment's id",
)
