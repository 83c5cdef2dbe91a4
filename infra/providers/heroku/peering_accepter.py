"""heroku:space/peeringConnectionAccepter: a network that a Private Space is connected to."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.apis.rest import AnswerLost
from infra.errors import NotFound, Rejected
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.listing import SPACES, Row, inside
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

UNDER_WAY = ("initiating-request", "pending", "pending-acceptance", "provisioning")
OVER = ("deleted", "expired", "failed", "rejected")
FIELDS = {
    "space": string("The space's id or name.", required=True, replace=True),
    "vpc_peering_connection_id": string("The id of the request: pcx-….", required=True, replace=True),
    "status": string("active, once it is.", computed=True),
    "type": string("Its type.", computed=True),
}


def _path(values: Values) -> str:
    return at("spaces", values["space"], "peerings", values["vpc_peering_connection_id"])


def _outputs(new: Values, peering: dict[str, Any]) -> Values:
    return {**new, "status": peering["status"], "type": peering["type"]}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    id = new["vpc_peering_connection_id"]

    async def accept() -> Any | None:
        # A request that was just made at AWS takes minutes to be seen here.
        peering = await heroku.missing_to_none(_path(new))
        if peering is None or peering["status"] == "initiating-request":
            return None
        return peering if peering["status"] != "pending-acceptance" else await _accept(heroku, new)

    await context.wait(accept, what=f"the request {id}", first=0.25, longest=15.0, limit=600.0)
    context.born(id, new)
    return Made(id, await _active(heroku, new, context))


async def _accept(heroku: Heroku, new: Values) -> Any | None:
    try:
        return await heroku.post(f"{_path(new)}/actions/accept")
    except AnswerLost:
        return None  # The next look tells whether it was heard.


async def _active(heroku: Heroku, new: Values, context: Context) -> Values:
    id = new["vpc_peering_connection_id"]

    async def ready() -> Any | None:
        peering = await heroku.get(_path(new))
        if peering["status"] in OVER:
            raise Rejected(
                f"the peering connection {id} is {peering['status']}",
                where=f"space {new['space']}",
                todo="Make another request at AWS, and accept that one.",
            )
        if peering["status"] == "pending-acceptance":
            await _accept(heroku, new)
        return None if peering["status"] in UNDER_WAY else peering

    return _outputs(new, await context.wait(ready, what=f"the peering {id}", first=0.25, longest=15.0, limit=1800.0))


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    space, pcx = split_id(id, "space:pcx-…") if old.imported else (old["space"], id)
    known = {"space": space, "vpc_peering_connection_id": pcx}
    try:
        peering = await heroku.get(_path(known))
    except NotFound:
        return None
    return None if peering["status"] in OVER else Live(pcx, _outputs(known, peering))


async def _update(heroku: Heroku, _id: str, _old: Old, new: Values, context: Context) -> Values:
    """Only after a run that was stopped, or when it was asked for anew at AWS: accept it, and go on waiting."""
    return await _active(heroku, new, context)


async def _delete(heroku: Heroku, id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("spaces", old["space"], "peerings", id))


def _listed(peering: Row) -> tuple[str, str] | None:
    id = peering["pcx_id"]
    # The peering of a space's data services is Heroku's own.
    return (id, id) if peering["type"] == "customer-managed" and peering["status"] not in OVER else None


RESOURCE: Resource[Heroku] = Resource(
    "heroku:space/peeringConnectionAccepter:PeeringConnectionAccepter",
    help="A network of AWS that a Private Space is connected to: its request is accepted and waited for.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    unfinished=lambda outputs: "the peering is not active yet" if outputs.get("status") in UNDER_WAY else "",
    list=inside(SPACES, lambda space: at("spaces", space, "peerings"), _listed),
    import_id="`space:pcx-…`",
)
