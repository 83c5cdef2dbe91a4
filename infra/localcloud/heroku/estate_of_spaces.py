"""Private spaces and telemetry drains in the estate, the same for equal estates."""

from __future__ import annotations

from typing import Any

from infra.localcloud.heroku.space_access import access_of
from infra.localcloud.heroku.space_rules import current_rules
from infra.localcloud.store import Store

Body = dict[str, Any]


def space_in(store: Store, space: Body) -> Body:
    """One space with its rules, members' permissions and connections."""
    drain = space["_log_drain_url"]
    return {
        **{name: space[name] for name in ("cidr", "data_cidr", "shield", "state")},
        **{name: space[name]["name"] for name in ("generation", "region", "team")},
        "log_drain": None if drain is None else store.fingerprint(drain),
        "inbound_rules": current_rules(store, space["id"]),
        "app_access": _app_access(store, space),
        "peerings": {
            one["pcx_id"]: one["status"]
            for one in sorted(store.find("heroku.peering", parent=space["id"]), key=lambda one: str(one["pcx_id"]))
        },
        "vpn_connections": _vpn_connections(store, space["id"]),
        "telemetry_drains": telemetry_drains_in(store, space["id"]),
    }


def _app_access(store: Store, space: Body) -> Body:
    members = store.find("heroku.team_member", parent=space["team"]["id"])
    rights = [access_of(store, space, member) for member in members]
    return {
        one["user"]["email"]: [item["name"] for item in one["permissions"]]
        for one in sorted(rights, key=lambda one: str(one["user"]["email"]))
    }


def _vpn_connections(store: Store, space_id: str) -> Body:
    connections = sorted(store.find("heroku.vpn_connection", parent=space_id), key=lambda one: str(one["name"]))
    return {one["name"]: {name: one[name] for name in ("public_ip", "routable_cidrs", "status")} for one in connections}


def telemetry_drains_in(store: Store, owner_id: str) -> list[Body]:
    """The telemetry drains of an app or space; addresses and headers as fingerprints."""
    drains = [
        {
            "endpoint": store.fingerprint(one["exporter"]["endpoint"]),
            "headers": {name: store.fingerprint(value) for name, value in sorted(one["_headers"].items())},
            "signals": one["signals"],
            "type": one["exporter"]["type"],
        }
        for one in store.find("heroku.telemetry_drain", parent=owner_id)
    ]
    return sorted(drains, key=str)
