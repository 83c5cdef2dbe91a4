"""VPN connections of a private space to somebody's own network."""

from __future__ import annotations

import secrets
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.fields import LIST, STRING, body_of, invalid
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.lookup import not_found, space_for, space_to_build_in, space_to_manage
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.vpn_connection"
_MESSAGES = {
    "pending": "The VPN connection is waiting to be provisioned",
    "provisioning": "The VPN connection is being provisioned",
    "active": "The VPN connection is up",
    "deprovisioning": "The VPN connection is being removed",
}


def _shown(connection: Body) -> Body:
    """A connection as Heroku answers it: with its tunnels and their keys once it is active."""
    body = {name: value for name, value in connection.items() if not name.startswith("_")}
    active = connection["status"] == "active"
    tunnels = [_tunnel(connection, key, place) for place, key in enumerate(connection["_keys"])] if active else []
    return {**body, "tunnels": tunnels, "status_message": _MESSAGES[connection["status"]]}


def _tunnel(connection: Body, key: str, place: int) -> Body:
    return {
        "ip": f"198.51.100.{10 + place}",
        "customer_ip": connection["public_ip"],
        "pre_shared_key": key,
        "status": "UP",
        "status_message": "The tunnel is up",
        "last_status_change": connection["_since"],
    }


def _connection_for(call: Call) -> Body:
    for connection in call.store.find(KIND, parent=space_for(call)["id"]):
        if call.params["vpn"] in (connection["id"], connection["name"]):
            return connection
    raise not_found("vpn_connection", "Couldn't find that VPN connection.")


def _checked_cidrs(cidrs: list[Any]) -> list[str]:
    if not cidrs:
        raise invalid("Routable cidrs must name at least one network.")
    for text in cidrs:
        try:
            IPv4Network(text if isinstance(text, str) else "")
        except ValueError:
            raise invalid(f"{text!r} is not a network such as 172.16.0.0/16.") from None
    return [str(text) for text in cidrs]


def create_connection(call: Call) -> Answer:
    """POST /spaces/{space}/vpn-connections: ``pending`` at first, ``active`` a moment later."""
    names = ("name", "public_ip", "routable_cidrs")
    wanted = body_of(call, {"name": STRING, "public_ip": STRING, "routable_cidrs": LIST}, required=names)
    space_to_manage(call)
    space = space_to_build_in(call)
    try:
        public_ip = str(IPv4Address(wanted["public_ip"]))
    except AddressValueError:
        raise invalid("Public ip is not an address such as 203.0.113.7.") from None
    if not wanted["name"] or call.store.find(KIND, parent=space["id"], name=wanted["name"]):
        raise invalid(f"Name {wanted['name'] or '(empty)'} is already taken or empty")
    connection = {
        "id": new_id(),
        "name": wanted["name"],
        "public_ip": public_ip,
        "routable_cidrs": _checked_cidrs(wanted["routable_cidrs"]),
        "space_cidr_block": space["cidr"],
        "ike_version": 1,
        "status": "pending",
        "_keys": [secrets.token_urlsafe(24) for _ in range(2)],
        "_since": stamp(call.now),
    }
    call.store.put(KIND, connection["id"], connection, parent=space["id"])
    schedule(call.store, call.now, call.settings.provisioning_seconds, "connect", connection["id"])
    return Answer(201, _shown(connection))


def activate(store: Store, now: datetime, id: str) -> None:
    """Finish what is under way: a new or changed connection becomes active, one being removed goes."""
    connection = store.get(KIND, id)
    if connection is None:
        return
    if connection["status"] == "deprovisioning":
        store.delete(KIND, id)
        return
    store.replace(KIND, id, {**connection, "status": "active", "_since": stamp(now)})


def list_connections(call: Call) -> Answer:
    """GET /spaces/{space}/vpn-connections."""
    connections = call.store.find(KIND, parent=space_for(call)["id"])
    return paged(call, [_shown(one) for one in connections], ("id", "name"))


def get_connection(call: Call) -> Answer:
    """GET /spaces/{space}/vpn-connections/{vpn}, by id or name."""
    return Answer(200, _shown(_connection_for(call)))


def _change(call: Call, status: str, **more: Any) -> Answer:
    space_to_manage(call)
    after = {**_connection_for(call), "status": status, **more}
    call.store.replace(KIND, after["id"], after)
    schedule(call.store, call.now, call.settings.provisioning_seconds, "connect", after["id"])
    return Answer(202, _shown(after))


def update_connection(call: Call) -> Answer:
    """PATCH /spaces/{space}/vpn-connections/{vpn}: what is routed to the other side."""
    wanted = body_of(call, {"routable_cidrs": LIST}, required=("routable_cidrs",))
    if _connection_for(call)["status"] != "active":
        raise invalid("The VPN connection is not active yet; it cannot be changed.")
    return _change(call, "provisioning", routable_cidrs=_checked_cidrs(wanted["routable_cidrs"]))


def destroy_connection(call: Call) -> Answer:
    """DELETE /spaces/{space}/vpn-connections/{vpn}: ``deprovisioning`` for a moment, then gone."""
    return _change(call, "deprovisioning")


ROUTES: list[Route] = [
    ("POST", "/spaces/{space}/vpn-connections", create_connection, "write"),
    ("GET", "/spaces/{space}/vpn-connections", list_connections, "read"),
    ("GET", "/spaces/{space}/vpn-connections/{vpn}", get_connection, "read"),
    ("PATCH", "/spaces/{space}/vpn-connections/{vpn}", update_connection, "write"),
    ("DELETE", "/spaces/{space}/vpn-connections/{vpn}", destroy_connection, "write"),
]
