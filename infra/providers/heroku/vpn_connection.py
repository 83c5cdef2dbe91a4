"""heroku:space/vpnConnection:VpnConnection: a tunnel between a Private Space and another network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound, Rejected
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.listing import SPACES, inside
from infra.providers.heroku.lost import first_with, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, integer, list_of, object_of, same_members, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

UNDER_WAY = ("pending", "provisioning")
LEAVING = "deprovisioning"
TUNNEL = {
    "ip": string("Its address at Heroku's end."),
    "pre_shared_key": string("The key of both ends.", secret=True),
}
FIELDS = {
    "space": string("The space's id or name.", required=True, replace=True),
    "name": string("Its name.", autoname=30, keep=True, replace=True),
    "public_ip": string("The address of the other end.", required=True, replace=True),
    "routable_cidrs": list_of(TEXT, "The addresses behind it.", required=True, same=same_members),
    "tunnels": list_of(
        object_of("heroku:space/VpnConnectionTunnel:VpnConnectionTunnel", TUNNEL, "A tunnel."),
        "Its tunnels; Heroku makes them, whatever is declared.",
        keep=True,
        same=lambda _actual, _wanted: True,
    ),
    "space_cidr_block": string("The space's addresses.", computed=True),
    "ike_version": integer("The version of IKE.", computed=True),
    "status": string("What it is until it is active.", computed=True, wire="__status"),
}


def _outputs(space: str, connection: dict[str, Any]) -> Values:
    tunnels = connection.get("tunnels") or []
    return {
        "space": space,
        "name": connection["name"],
        "public_ip": connection["public_ip"],
        "routable_cidrs": connection["routable_cidrs"],
        "space_cidr_block": connection["space_cidr_block"],
        "ike_version": connection["ike_version"],
        "status": connection["status"] if connection["status"] in UNDER_WAY else None,
        "tunnels": [{"ip": one["ip"], "pre_shared_key": one["pre_shared_key"]} for one in tunnels],
    }


def _path(space: str, *rest: str) -> str:
    return at("spaces", space, "vpn-connections", *rest)


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    space = new["space"]
    body = {key: new[key] for key in ("name", "public_ip", "routable_cidrs")}

    async def post() -> Any:
        try:
            return await heroku.post(_path(space), body)
        except Conflict:
            there = first_with(await heroku.list(_path(space)), name=new["name"])
            if there is not None and there["status"] != LEAVING:
                raise
            # By now it may have left already.
            if there is not None:
                await _left(heroku, _path(space, there["id"]), context)
            return await heroku.post(_path(space), body)

    async def find() -> Any | None:
        there = [one for one in await heroku.list(_path(space)) if one["status"] != LEAVING]
        found = first_with(there, name=new["name"], public_ip=new["public_ip"])
        # It has no time of its own; its name is unique in the space.
        return {**found, "created_at": datetime.now(UTC).isoformat()} if found else None

    connection = await made_once(context, post, find, what=f"VPN {new['name']}")
    id = f"{space}:{connection['id']}"
    context.born(id, {**_outputs(space, connection), **new})
    return Made(id, await _active(heroku, space, connection["id"], context))


async def _left(heroku: Heroku, path: str, context: Context) -> None:
    """Wait until a connection that is being removed is gone: its name is taken until then."""

    async def gone() -> bool | None:
        return True if await heroku.missing_to_none(path) is None else None

    await context.wait(gone, what="the end of the VPN", first=0.25, longest=15.0, limit=900.0)


async def _active(heroku: Heroku, space: str, id: str, context: Context) -> Values:
    async def ready() -> Any | None:
        now = await heroku.get(_path(space, id))
        if now["status"] in ("failed", LEAVING):
            raise Rejected(
                f"VPN {now['name']} is {now['status']}: {now.get('status_message') or 'Heroku gave no reason'}",
                where=f"space {space}",
                todo="Check the other end's address, then replace it: pulumi up --replace URN.",
            )
        return now if now["status"] == "active" else None

    return _outputs(space, await context.wait(ready, what="the VPN", first=0.25, longest=15.0, limit=2700.0))


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    space, connection_id = split_id(id, "space:id")
    try:
        connection = await heroku.get(_path(space, connection_id))
    except NotFound:
        return None
    if connection["status"] == LEAVING:
        return None
    outputs = _outputs(old.get("space", space), connection)
    return Live(f"{space}:{connection['id']}", outputs)


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    space, connection_id = split_id(id, "space:id")
    if not same_members(old.get("routable_cidrs", []), new["routable_cidrs"]):
        # Heroku changes no connection that it is still connecting, as after a change by hand.
        await _active(heroku, space, connection_id, context)
        await write_unmoved(
            heroku,
            _path(space, connection_id),
            {"routable_cidrs": new["routable_cidrs"]},
            now=_comparable,
            old=_comparable(old.outputs),
            new=_comparable(new),
        )
        context.born(id, {**old.outputs, **new})
    return {**await _active(heroku, space, connection_id, context), "space": new["space"]}


def _comparable(values: Values) -> Values:
    return {"routable_cidrs": sorted(values.get("routable_cidrs", []))}


async def _delete(heroku: Heroku, id: str, _old: Old, context: Context) -> None:
    path = _path(*split_id(id, "space:id"))
    if await heroku.delete(path):
        await _left(heroku, path, context)


RESOURCE: Resource[Heroku] = Resource(
    "heroku:space/vpnConnection:VpnConnection",
    help="A tunnel between a Private Space and another network; the addresses behind it change in place.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    unfinished=lambda outputs: f"VPN {outputs['name']} is not active yet" if outputs.get("status") else "",
    natural_key=("space", "name"),
    list=inside(SPACES, _path, lambda connection: (connection["id"], connection["name"])),
    import_id="`space:id`",
)
