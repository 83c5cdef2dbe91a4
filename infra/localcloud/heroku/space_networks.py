"""The network of a private space: its outgoing addresses, what a peer must know, and what runs where in it."""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Network
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.domains import domains_of
from infra.localcloud.heroku.formation import dynos_of
from infra.localcloud.heroku.lookup import space_for, space_to_build_in
from infra.localcloud.heroku.processes import formation_of
from infra.localcloud.heroku.spaces import apps_in
from infra.localcloud.heroku.stacks import provider_region

Body = dict[str, Any]


def _digits(text: str, count: int) -> str:
    """The same made-up digits for the same text."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:count]


def get_nat(call: Call) -> Answer:
    """GET /spaces/{space}/nat: addresses (of the ranges kept for documentation) once the space is allocated."""
    space = space_for(call)
    ready = space["state"] == "allocated"
    digest = hashlib.sha256(space["id"].encode()).digest()
    networks = ("192.0.2", "198.51.100", "203.0.113", "203.0.113")
    sources = [f"{network}.{1 + digest[place] % 126 + 126 * (place == 3)}" for place, network in enumerate(networks)]
    body = {"state": "enabled" if ready else "updating", "sources": sources if ready else []}
    return Answer(200, {**body, "created_at": space["created_at"], "updated_at": space["updated_at"]})


def own_account_id(space: Body) -> str:
    """The number of the AWS account a space lives in."""
    return _digits(f"account/{space['id']}", 12)


def own_vpc_id(space: Body) -> str:
    """The id of the AWS network a space lives in."""
    return f"vpc-{hashlib.sha256(space['id'].encode()).hexdigest()[:17]}"


def get_peering_info(call: Call) -> Answer:
    """GET /spaces/{space}/peering-info."""
    space = space_to_build_in(call)
    blocks = [str(block) for block in IPv4Network(space["cidr"]).subnets(new_prefix=20)]
    body = {
        "aws_account_id": own_account_id(space),
        "aws_region": provider_region(space["region"]["name"]),
        "vpc_id": own_vpc_id(space),
        "vpc_cidr": space["cidr"],
        "dyno_cidr_blocks": blocks[8:10],
        "space_cidr_blocks": blocks[8:12],
        "unavailable_cidr_blocks": [space["cidr"], space["data_cidr"]],
    }
    return Answer(200, body)


def get_topology(call: Call) -> Answer:
    """GET /spaces/{space}/topology: the dynos its apps' formations ask for, with addresses inside the space."""
    space = space_for(call)
    hosts = IPv4Network(space["cidr"])
    apps = [_placed(call, app, hosts) for app in apps_in(call.store, space)]
    return Answer(200, {"version": 1, "apps": apps})


def _placed(call: Call, app: Body, hosts: IPv4Network) -> Body:
    dynos = dynos_of(call, app)
    formation = [
        {
            "id": process["id"],
            "process_type": process["type"],
            "dynos": [_dyno(app, dyno, hosts) for dyno in dynos if dyno["type"] == process["type"]],
        }
        for process in formation_of(call.store, app["id"])
    ]
    domains = [domain["hostname"] for domain in domains_of(call.store, app["id"])]
    return {"id": app["id"], "domains": domains, "formation": formation}


def _dyno(app: Body, dyno: Body, hosts: IPv4Network) -> Body:
    number = int(dyno["name"].rpartition(".")[2])
    place = int(_digits(f"dyno/{dyno['id']}", 9)) % (hosts.num_addresses - 2)
    hostname = f"{number}.{dyno['type']}.{app['name']}.app.localspace"
    return {"id": dyno["id"], "number": number, "private_ip": str(hosts[1 + place]), "hostname": hostname}


ROUTES: list[Route] = [
    ("GET", "/spaces/{space}/nat", get_nat, "read"),
    ("GET", "/spaces/{space}/peering-info", get_peering_info, "read"),
    ("GET", "/spaces/{space}/topology", get_topology, "read"),
]
