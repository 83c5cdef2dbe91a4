"""heroku:formation/formation:Formation: how many dynos of which size run a process type."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.listing import of_apps
from infra.providers.heroku.lost import first_with
from infra.providers.heroku.unmoved import refuse_moved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import boolean, integer, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values


def same_size(one: str, other: str) -> bool:
    """Whether two spellings of a dyno size mean the same: Cedar answers Standard-1X, Fir standard-1x."""
    return one.lower() == other.lower()


def _wrong_quantity(quantity: int) -> str:
    return "must not be negative" if quantity < 0 else ""


FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "type": string("The process type, as in the Procfile: web.", required=True, replace=True),
    "quantity": integer("How many dynos.", required=True, wrong=_wrong_quantity),
    "size": string("Their size: eco, basic, standard-1x, ….", required=True, same=same_size),
    "pending": boolean("Whether the process type does not exist yet.", computed=True, wire="__pending"),
}


BOTH = {"quantity", "size"}


def _size(process: dict[str, Any]) -> str:
    # `size` is what older answers call it.
    return str((process.get("dyno_size") or {}).get("name") or process["size"])


def _outputs(process: dict[str, Any], known: Values) -> Values:
    size = _size(process)
    if known.get("size") and same_size(known["size"], size):
        size = known["size"]
    return {
        "app_id": known["app_id"],
        "type": process["type"],
        "quantity": process["quantity"],
        "size": size,
    }


async def _scale(heroku: Heroku, new: Values, changed: set[str], context: Context) -> tuple[str, Values]:
    update = {"type": new["type"]}
    if "quantity" in changed:
        update["quantity"] = new["quantity"]
    if "size" in changed:
        update["dyno_size"] = {"name": new["size"]}
    process = await heroku.scale(new["app_id"], update)
    if process is None:
        context.warn(f"{new['type']} is scaled by the first `pulumi up` after the first deploy")
        return f"{new['app_id']}:{new['type']}", {**new, "pending": True}
    return process["id"], _outputs(process, new)


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    return Made(*await _scale(heroku, new, BOTH, context))


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, context: Context) -> Values:
    if old.get("pending"):
        return (await _scale(heroku, new, BOTH, context))[1]
    was, wanted = _comparable(old.outputs), _comparable(new)
    changed = {name for name in BOTH if was[name] != wanted[name]} or BOTH
    # All types of an app change in one request, and no ETag is of just one: what is there is read right before.
    heroku.snapshot.forget(at("apps", new["app_id"], "formation"), older_than=0.2)
    process = await _process(heroku, new["app_id"], new["type"])
    if process is not None:
        refuse_moved(f"{new['type']} of app {new['app_id']}", _comparable(_outputs(process, new)), was, wanted)
    return (await _scale(heroku, new, changed, context))[1]


def _comparable(values: Values) -> Values:
    return {"quantity": values.get("quantity"), "size": str(values.get("size", "")).lower()}


async def _process(heroku: Heroku, app: str, type: str) -> dict[str, Any] | None:
    rows = await heroku.snapshot.list(at("apps", app, "formation"))
    return first_with(rows, type=type) or first_with(rows, id=type)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    app, _, type = id.partition(":")
    try:
        if old.imported:
            app = (await heroku.get(at("apps", app)))["id"]
        else:
            app, type = old["app_id"], old["type"]
        process = await _process(heroku, app, type)
    except NotFound:
        return None
    if process is not None:
        return Live(process["id"], _outputs(process, {"app_id": app, "size": old.inputs.get("size")}))
    # Before the first deploy no process type exists, and that is no reason to forget what is wanted.
    return Live(id, dict(old.outputs)) if old.get("pending") else None


async def _differs(heroku: Heroku, _id: str, old: Old, new: Values) -> tuple[str, ...]:
    """A pending type is compared with the vendor, as the state cannot know that the first deploy came."""
    if not old.get("pending"):
        return ()
    try:
        process = await _process(heroku, new["app_id"], new["type"])
    except NotFound:
        return ()
    if process is None:
        return ()
    moved = ["quantity"] if process["quantity"] != new["quantity"] else []
    return (*moved, *([] if same_size(_size(process), new["size"]) else ["size"]))


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    if old.get("pending"):
        return
    update = {"type": old["type"], "quantity": 0}
    try:
        await heroku.scale(old["app_id"], update)
    except NotFound:
        return


RESOURCE: Resource[Heroku] = Resource(
    "heroku:formation/formation:Formation",
    help="The dynos of one process type. All of an app change in one request; deleting scales to 0.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    differs=_differs,
    list=of_apps("formation", lambda process: (process["type"], process["type"])),
    import_id="`app:type`",
)
