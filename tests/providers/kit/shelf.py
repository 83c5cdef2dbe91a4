"""A small provider over a dictionary: what the kit's tests serve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infra.errors import Rejected
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, boolean, integer, list_of, map_of, object_of, string
from infra.providers.kit.package import Package
from infra.providers.kit.plugin import Plugin
from infra.providers.kit.resource import Function, Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "shelf:index/box:Box"


@dataclass
class Shelf:
    """The vendor: boxes by id."""

    config: Values
    boxes: dict[str, Values] = field(default_factory=dict)
    breaks: bool = False
    raises: BaseException | None = None


FIELDS = {
    "name": string("Its name.", autoname=20, keep=True),
    "region": string("Where it is.", required=True, replace=True, choices=("us", "eu")),
    "size": string("How big.", same=lambda actual, wanted: actual.lower() == wanted.lower()),
    "kind": string("What it is.", replace_if=lambda before, after: before.split(":")[0] != after.split(":")[0]),
    "weight": integer("How heavy.", wrong=lambda weight: "must not be negative" if weight < 0 else ""),
    "open": boolean("Whether it is open.", default=False),
    "labels": list_of(TEXT, "What is written on it."),
    "contents": map_of(TEXT, "What is in it."),
    "treasure": map_of(TEXT, "What nobody may see.", secret=True),
    "key": string("The key, never read back.", secret=True, write_only=True),
    "owner": object_of(
        "shelf:index/Owner:Owner",
        {"full_name": string("Who.", required=True), "home_town": string("Where.", replace=True)},
        "Whose it is.",
    ),
    "url": string("Where to find it.", computed=True, follows=("name",)),
    "serial": string("Its number.", computed=True),
}


def _outputs(new: Values) -> Values:
    return {**new, "url": f"https://{new['name']}.test", "serial": "1"}


async def _create(shelf: Shelf, new: Values, context: Context) -> Made:
    if shelf.raises is not None:
        raise shelf.raises
    shelf.boxes["box-1"] = _outputs(new)
    if shelf.breaks:
        context.born("box-1", _outputs(new))
        raise Rejected("the lid fell off", todo="Put it back.", status=422, id="lid")
    return Made("box-1", _outputs(new))


async def _read(shelf: Shelf, id: str, _old: Old) -> Live | None:
    box = shelf.boxes.get(id)
    if box is None:
        return None
    return Live(id, {name: value for name, value in box.items() if name != "key"})


async def _update(shelf: Shelf, id: str, _old: Old, new: Values, context: Context) -> Values:
    shelf.boxes[id] = _outputs(new)
    if shelf.breaks:
        context.born(id, _outputs(new))
        raise Rejected("the lid fell off", todo="Put it back.", status=422, id="lid")
    return _outputs(new)


async def _delete(shelf: Shelf, id: str, _old: Old, context: Context) -> None:
    if shelf.breaks:
        await context.sleep(3600)
    shelf.boxes.pop(id, None)


BOX: Resource[Shelf] = Resource(
    TOKEN,
    help="A box.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    natural_key=("name",),
    import_id="`box-1`",
)


PARCEL_TOKEN = "shelf:index/parcel:Parcel"


async def _send(shelf: Shelf, new: Values, _context: Context) -> Made:
    shelf.boxes["parcel-1"] = {**new, "state": "on its way"}
    return Made("parcel-1", shelf.boxes["parcel-1"])


async def _is_lost(_shelf: Shelf, _id: str, old: Old, _new: Values) -> tuple[str, ...]:
    return ("state",) if old.get("state") == "lost" else ()


async def _parcels(shelf: Shelf, query: Values) -> Listing:
    parcels = [(id, parcel) for id, parcel in shelf.boxes.items() if id.startswith("parcel")]
    return [(id, parcel["to"]) for id, parcel in parcels if query.get("to", parcel["to"]) == parcel["to"]]


PARCEL: Resource[Shelf] = Resource(
    PARCEL_TOKEN,
    help="A parcel.",
    fields={
        "to": string("Whose it is.", required=True),
        "state": string("Where it is.", computed=True, replace=True),
    },
    create=_send,
    read=_read,
    delete=_delete,
    differs=_is_lost,
    list=Lister(_parcels, by=("to",)),
    unfinished=lambda outputs: "it is still on its way" if outputs["state"] == "on its way" else "",
)


async def _find(shelf: Shelf, arguments: Values) -> Values:
    return {"id": arguments["name"], "treasure": {"gold": "canary"}}


FIND: Function[Shelf] = Function(
    "shelf:index/find:find",
    help="Finds a box.",
    arguments={"name": string("Its name.", required=True)},
    results={"id": string("Its id."), "treasure": map_of(TEXT, "What is in it.", secret=True)},
    call=_find,
)


def new_package() -> Package[Shelf]:
    """The package of boxes."""
    package: Package[Shelf] = Package.of(
        name="shelf",
        vendor="Shelf",
        version="1.2.3",
        config={"api_key": string("The key.", secret=True), "url": string("Where.")},
        connect=lambda config, _surroundings: Shelf(config),
        resources=[BOX, PARCEL],
        functions=[FIND],
        check_config=lambda config: [("url", "`url` is odd")] if config.get("url") == "odd" else [],
    )
    return package


def new_plugin(told: list[Any] | None = None) -> Plugin[Shelf]:
    """The plugin, configured."""
    plugin = Plugin(new_package())
    if told is not None:
        plugin.tell = lambda *what: told.append(what)
    plugin.configure({"apiKey": "k"})
    return plugin
