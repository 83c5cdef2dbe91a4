"""Private spaces."""

from __future__ import annotations

from tests.contract.links.step import Prepare, Step, World

SPACE = "/spaces/vault"
RULES = [{"action": "allow", "source": "203.0.113.0/24"}]


async def _request_peering(world: World) -> None:
    """As somebody in AWS would."""
    body = {
        "space": "vault", "pcx_id": "pcx-0123456789", "aws_vpc_id": "vpc-0123456789",
        "aws_account_id": "012345678901", "aws_region": "us-east-1", "cidr_blocks": ["172.31.0.0/16"],
    }  # fmt: skip
    assert (await world.cloud.control.post("/peerings", json=body)).status_code == 201


STEPS: list[Step | Prepare] = [
    Step(
        "space: Create",
        "/spaces",
        {
            "name": "vault",
            "team": "practicalli-team",
            "region": "frankfurt",
            "shield": False,
            "cidr": "10.0.0.0/16",
            "data_cidr": "10.2.0.0/16",
            "log_drain_url": "https://logs.example.com/",
            "generation": "cedar",
        },
        keep={"space": "id"},
    ),
    Step("space: Info", "/spaces/{space}", wait=1),
    Step("space: List", "/spaces"),
    Step("team-space: List", "/teams/practicalli-team/spaces"),
    Step("space: Update", SPACE, {"name": "vault"}),
    Step("space-nat: Info", f"{SPACE}/nat"),
    Step("team-app: Create", "/teams/apps", {"name": "inside", "team": "practicalli-team", "space": "vault"}),
    Step("slug: Create", "/apps/inside/slugs", {"process_types": {"web": "run"}}, keep={"slug": "id"}),
    Step("release: Create", "/apps/inside/releases", {"slug": "{slug}"}),
    Step("space-topology: Topology", f"{SPACE}/topology"),
    Step("app: Info", "/apps/inside"),
    Step("permission-entity: List", "/teams/practicalli-team/permissions"),
    Step("inbound-ruleset: Create", f"{SPACE}/inbound-ruleset", {"rules": RULES}, keep={"ruleset": "id"}),
    Step("inbound-ruleset: Current", f"{SPACE}/inbound-ruleset"),
    Step("inbound-ruleset: Info", f"{SPACE}/inbound-rulesets/{{ruleset}}"),
    Step("inbound-ruleset: List", f"{SPACE}/inbound-rulesets"),
    Step("space-app-access: List", f"{SPACE}/members"),
    Step("space-app-access: Update", f"{SPACE}/members/pat@example.com", {"permissions": [{"name": "create_apps"}]}),
    Step("space-app-access: Info", f"{SPACE}/members/pat@example.com"),
    Step("peering-info: Info", f"{SPACE}/peering-info"),
    Prepare(_request_peering),
    Step("peering: List", f"{SPACE}/peerings"),
    Step("peering: Accept", f"{SPACE}/peerings/pcx-0123456789/actions/accept"),
    Step("peering: Info", f"{SPACE}/peerings/pcx-0123456789", wait=1),
    Step("peering: Destroy", f"{SPACE}/peerings/pcx-0123456789"),
    Step(
        "vpn-connection: Create", f"{SPACE}/vpn-connections",
        {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]}, keep={"vpn": "id"},
    ),
    Step("vpn-connection: Info", f"{SPACE}/vpn-connections/{{vpn}}", wait=1),
    Step("vpn-connection: List", f"{SPACE}/vpn-connections"),
    Step("vpn-connection: Update", f"{SPACE}/vpn-connections/{{vpn}}", {"routable_cidrs": ["172.17.0.0/16"]}),
    Step("vpn-connection: Destroy", f"{SPACE}/vpn-connections/{{vpn}}", wait=1),
    Step("space-transfer: transfer", f"{SPACE}/transfer", {"new_owner": "practicalli-team"}),
    Step("app: Delete", "/apps/inside"),
    Step("space: Delete", SPACE),
]  # fmt: skip
