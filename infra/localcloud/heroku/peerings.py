"""Peering connections of a space: asked for from the other side, in AWS, and accepted or destroyed here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Network
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import body_of, invalid
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.lookup import not_found, space_for, space_to_manage
from infra.localcloud.heroku.naming import stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.peering"
_EXPIRES = timedelta(days=7)


def request_peering(store: Store, now: datetime, document: Mapping[str, Any]) -> Body:
    """What a request made in AWS brings: ``space``, ``pcx_id``, ``aws_vpc_id``, ``aws_account_id``, ``aws_region``,
    ``cidr_blocks``. Raises ValueError or KeyError saying what is wrong.
    """
    spaces = [one for one in store.find("heroku.space") if document["space"] in (one["id"], one["name"])]
    if not spaces:
        raise ValueError(f"there is no space {document['space']}")
    peering: Body = {
        "pcx_id": str(document["pcx_id"]),
        "type": "customer-managed",
        "cidr_blocks": [str(IPv4Network(block)) for block in document["cidr_blocks"]],
        "status": "pending-acceptance",
        "aws_vpc_id": str(document["aws_vpc_id"]),
        "aws_region": str(document["aws_region"]),
        "aws_account_id": str(document["aws_account_id"]),
        "expires": stamp(now + _EXPIRES),
    }
    store.put(KIND, peering["pcx_id"], {**peering, "_key": peering["pcx_id"]}, parent=spaces[0]["id"])
    return peering


def _peering_for(call: Call) -> Body:
    for peering in call.store.find(KIND, parent=space_for(call)["id"]):
        if peering["pcx_id"] == call.params["peering"]:
            return peering
    raise not_found("peering", "Couldn't find that peering connection.")


def list_peerings(call: Call) -> Answer:
    """GET /spaces/{space}/peerings."""
    return paged(call, call.store.find(KIND, parent=space_for(call)["id"]), ("pcx_id",))


def get_peering(call: Call) -> Answer:
    """GET /spaces/{space}/peerings/{peering}."""
    return found(_peering_for(call))


def accept_peering(call: Call) -> Answer:
    """POST /spaces/{space}/peerings/{peering}/actions/accept: ``provisioning``, and ``active`` a moment later."""
    body_of(call, {})
    space_to_manage(call)
    peering = _peering_for(call)
    if peering["status"] != "pending-acceptance":
        raise invalid(f"The peering connection {peering['pcx_id']} is {peering['status']}; it cannot be accepted.")
    after = {**peering, "status": "provisioning"}
    call.store.replace(KIND, peering["pcx_id"], after)
    schedule(call.store, call.now, call.settings.provisioning_seconds, "peer", peering["pcx_id"])
    return found(after, 202)


def activate(store: Store, now: datetime, pcx_id: str) -> None:  # noqa: ARG001 - every finishing step is called alike
    """Finish accepting a peering connection."""
    peering = store.get(KIND, pcx_id)
    if peering is not None and peering["status"] == "provisioning":
        store.replace(KIND, pcx_id, {**peering, "status": "active"})


def destroy_peering(call: Call) -> Answer:
    """DELETE /spaces/{space}/peerings/{peering}."""
    space_to_manage(call)
    peering = _peering_for(call)
    call.store.delete(KIND, peering["pcx_id"])
    return found({**peering, "status": "deleted"}, 202)


ROUTES: list[Route] = [
    ("GET", "/spaces/{space}/peerings", list_peerings, "read"),
    ("GET", "/spaces/{space}/peerings/{peering}", get_peering, "read"),
    ("DELETE", "/spaces/{space}/peerings/{peering}", destroy_peering, "write"),
    ("POST", "/spaces/{space}/peerings/{peering}/actions/accept", accept_peering, "write"),
]
