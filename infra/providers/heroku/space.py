"""heroku:space/space:Space: a Private Space, waited for until it is allocated."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, Rejected
from infra.providers.heroku.looked_up import seen
from infra.providers.heroku.lost import named_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, boolean, list_of, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:space/space:Space"  # noqa: S105 - a type's name
OPTIONS = ("region", "shield", "cidr", "data_cidr", "generation")
ALLOCATED, DELETING = "allocated", "deleting"
STILL_USED = "Apps exist"
FIELDS = {
    "name": string("Its name.", autoname=30, keep=True),
    "organization": string("The name of the team that owns it.", required=True, replace=True),
    "region": string("A region of Private Spaces: virginia, dublin, ….", replace=True, keep=True),
    "shield": boolean("Whether it is a Shield space.", default=False, replace=True),
    "cidr": string("The addresses of its apps.", replace=True, keep=True),
    "data_cidr": string("The addresses of its data add-ons.", replace=True, keep=True),
    "generation": string("cedar or fir.", replace=True, keep=True, choices=("cedar", "fir")),
    "outbound_ips": list_of(TEXT, "The addresses that its apps call others from.", computed=True),
    "state": string("What it is until it is allocated.", computed=True, wire="__state"),
}


def _outputs(space: dict[str, Any]) -> Values:
    outputs = {
        "name": space["name"],
        "organization": (space.get("team") or space["organization"])["name"],
        "region": space["region"]["name"],
        "shield": space["shield"],
        "cidr": space["cidr"],
        "data_cidr": space["data_cidr"],
        "generation": (space.get("generation") or {}).get("name"),
        "state": None if space["state"] == ALLOCATED else space["state"],
    }
    return {name: value for name, value in outputs.items() if value is not None}


async def outbound_ips(heroku: Heroku, id: str) -> list[str]:
    """The addresses that a space's apps call others from; none before it is allocated."""
    nat = await heroku.missing_to_none(at("spaces", id, "nat"))
    return list(nat["sources"] or []) if nat else []


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    body = {"name": new["name"], "team": new["organization"], **{key: new[key] for key in OPTIONS if key in new}}
    try:
        space = await named_once(heroku, context, "spaces", body, TOKEN)
    except Conflict:
        if not await _left(heroku, new["name"], context):
            raise
        space = await named_once(heroku, context, "spaces", body, TOKEN)
    return Made(space["id"], await _allocated(heroku, space, new, context))


async def _left(heroku: Heroku, name: str, context: Context) -> bool:
    """Whether a space that was being deleted is gone now, which is waited for: its name is taken until then."""
    there = await heroku.missing_to_none(at("spaces", name))
    if there is None or there["state"] != DELETING:
        return there is None

    async def gone() -> bool | None:
        return True if await heroku.missing_to_none(at("spaces", there["id"])) is None else None

    await context.wait(gone, what=f"the deletion of space {name}", first=0.25, longest=15.0, limit=3600.0)
    return True


async def _allocated(heroku: Heroku, space: dict[str, Any], new: Values, context: Context) -> Values:
    context.born(space["id"], {**_outputs(space), **new})
    path = at("spaces", space["id"])

    async def ready() -> dict[str, Any] | None:
        now: dict[str, Any] = space if space["state"] == ALLOCATED else await heroku.get(path)
        if now["state"] == DELETING:
            raise Rejected(f"space {now['name']} is being deleted", todo="Wait until it is gone, then try again.")
        return now if now["state"] == ALLOCATED else None

    found = await context.wait(ready, what=f"space {space['name']}", first=0.25, longest=15.0, limit=3600.0)
    return {**_outputs(found), **new, "outbound_ips": await outbound_ips(heroku, space["id"])}


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    space = await heroku.missing_to_none(at("spaces", id))
    if space is None or space["state"] == DELETING:
        return None
    ips = await outbound_ips(heroku, space["id"]) if space["state"] == ALLOCATED else old.get("outbound_ips")
    return Live(space["id"], {**_outputs(space), "outbound_ips": ips})


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    path = at("spaces", id)
    if new["name"] != old.get("name"):
        name = {"name": new["name"]}
        space = await write_unmoved(heroku, path, name, now=_outputs, old=old.outputs, new=name)
    else:
        # Nothing to change: an earlier run stopped while it was being allocated.
        space = await heroku.get(path)
    return await _allocated(heroku, space, new, context)


def _unfinished(outputs: Values) -> str:
    state = outputs.get("state")
    return f"space {outputs['name']} is still {state}; `pulumi up` waits for it" if state else ""


async def _delete(heroku: Heroku, id: str, _old: Old, context: Context) -> None:
    async def gone() -> bool | None:
        try:
            await heroku.delete(at("spaces", id))
        except Rejected as refused:
            # Apps that were deleted just before may take a moment to go.
            if STILL_USED not in refused.what:
                raise
            return None
        return True

    await context.wait(gone, what="the deletion of the space's last apps", first=0.25, longest=10.0, limit=90.0)


async def _list(heroku: Heroku, _query: Values) -> Listing:
    return [(one["id"], one["name"]) for one in await heroku.list("/spaces")]


async def space_for(heroku: Heroku, identity: str) -> dict[str, Any]:
    """The space of that name or id; NotFound says so."""
    found: dict[str, Any] = await seen(heroku.snapshot.get(at("spaces", identity)), "space", identity)
    return found


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="A Private Space. It is renamed in place.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    unfinished=_unfinished,
    list=Lister(_list),
    natural_key=("name",),
    import_id="the space's name or id",
)
