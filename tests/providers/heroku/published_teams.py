"""Accounts, teams, pipelines and spaces, as the published plugin leaves them in a state."""

from __future__ import annotations

from infra.providers.kit.values import Secret
from tests.providers.heroku.published import State, World
from tests.providers.heroku.published_apps import team_app
from tests.providers.heroku.test_space import request_peering


async def account_feature(world: World) -> State:
    """Of the account whose token is used."""
    name = (await world.get("/account/features"))[0]["name"]
    made = await world.estate.by_hand("PATCH", f"/account/features/{name}", {"enabled": True})
    return State(
        f"deployer@example.com:{name}",
        {"name": name, "enabled": True},
        outputs={"description": made["description"], "state": made["state"]},
    )


async def team_collaborator(world: World) -> State:
    """On an app of a team."""
    owner = await team_app(world)
    body = {"user": "dev@example.com", "permissions": ["deploy", "view"]}
    made = await world.post(f"/teams/apps/{owner.id}/collaborators", body)
    return State(
        made["id"],
        {"appId": owner.id, "email": "dev@example.com", "permissions": ["deploy", "view"]},
        dropped=frozenset({"permissions"}),
    )


async def member(world: World) -> State:
    """With the default that nobody vouches for them."""
    await world.estate.by_hand("PUT", "/teams/acme/members", {"email": "dev@example.com", "role": "member"})
    return State(
        "acme:dev@example.com", {"team": "acme", "email": "dev@example.com", "role": "member"}, {"federated": False}
    )


async def pipeline(world: World) -> State:
    """Its owner was filled in."""
    made = await world.pipeline()
    owner = {"id": made["owner"]["id"], "type": made["owner"]["type"]}
    return State(made["id"], {"name": "acme"}, outputs={"owner": owner})


async def coupling(world: World) -> State:
    """One app's."""
    pipe = await world.pipeline()
    body = {"app": world.app.id, "pipeline": pipe["id"], "stage": "staging"}
    made = await world.post("/pipeline-couplings", body)
    return State(made["id"], {"appId": world.app.id, "pipeline": pipe["id"], "stage": "staging"})


async def pipeline_vars(world: World) -> State:
    """All of the stage's values lie in its state: ours leaves out those that were not declared."""
    pipe = await world.pipeline()
    path = f"/pipelines/{pipe['id']}/stage/review/config-vars"
    await world.estate.by_hand("PATCH", path, {"A": "1", "THEIRS": "canary"})
    return State(
        f"{pipe['id']}:review",
        {"pipelineId": pipe["id"], "pipelineStage": "review", "vars": {"A": "1"}},
        outputs={"allVars": Secret({"A": "1", "THEIRS": "canary"})},
        dropped=frozenset({"allVars"}),
    )


async def review_apps(world: World) -> State:
    """With the defaults that all is off."""
    pipe = await world.pipeline()
    body = {"repo": "acme/shop", "deploy_target": {"id": "eu", "type": "region"}}
    made = await world.post(f"/pipelines/{pipe['id']}/review-app-config", body)
    off = {"automaticReviewApps": False, "destroyStaleApps": False, "waitForCi": False}
    target = {"id": "eu", "type": "region"}
    return State(
        pipe["id"],
        {"pipelineId": pipe["id"], "orgRepo": "acme/shop", "deployTarget": target},
        off,
        outputs={"baseName": "", "repoId": made["repo"]["id"], "staleDays": made["stale_days"]},
        dropped=frozenset({"baseName"}),
    )


async def space(world: World) -> State:
    """With the defaults of its addresses."""
    made = await world.space()
    ips = (await world.get(f"/spaces/{made['id']}/nat"))["sources"]
    return State(
        made["id"],
        {"name": "acme-space", "organization": "acme", "region": "dublin"},
        {"shield": False},
        outputs={"cidr": made["cidr"], "dataCidr": made["data_cidr"], "outboundIps": ips},
    )


async def app_access(world: World) -> State:
    """The published plugin answers the space's name for the id that the program gave."""
    made = await world.space()
    await member(world)
    path = f"/spaces/{made['id']}/members/dev@example.com"
    access = await world.estate.by_hand("PATCH", path, {"permissions": [{"name": "create_apps"}]})
    return State(
        access["user"]["id"],
        {"space": made["id"], "email": "dev@example.com", "permissions": ["create_apps"]},
        outputs={"space": "acme-space"},
        dropped=frozenset({"space"}),
    )


async def ruleset(world: World) -> State:
    """In whatever order."""
    made = await world.space()
    rules = [{"action": "allow", "source": "203.0.113.0/24"}, {"action": "deny", "source": "0.0.0.0/0"}]
    put = await world.estate.by_hand("PUT", f"/spaces/{made['id']}/inbound-ruleset", {"rules": rules})
    return State(put["id"], {"space": made["id"], "rules": list(reversed(rules))}, dropped=frozenset({"rules"}))


async def peering(world: World) -> State:
    """Accepted."""
    made = await world.space()
    await request_peering(world.estate, "pcx-0123")
    await world.post(f"/spaces/{made['id']}/peerings/pcx-0123/actions/accept", {})
    while (live := await world.get(f"/spaces/{made['id']}/peerings/pcx-0123"))["status"] != "active":
        pass
    return State(
        "pcx-0123",
        {"space": made["id"], "vpcPeeringConnectionId": "pcx-0123"},
        outputs={"status": "active", "type": live["type"]},
    )


async def vpn(world: World) -> State:
    """Its keys lie in the state in the clear: ours makes them secrets."""
    made = await world.space()
    body = {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]}
    path = f"/spaces/{made['id']}/vpn-connections"
    connection = await world.post(path, body)
    while (connection := await world.get(f"{path}/{connection['id']}"))["status"] != "active":
        pass
    return State(
        f"{made['id']}:{connection['id']}",
        {"space": made["id"], "name": "office", "publicIp": "203.0.113.7", "routableCidrs": ["172.16.0.0/16"]},
        outputs={
            "ikeVersion": connection["ike_version"],
            "spaceCidrBlock": connection["space_cidr_block"],
            "tunnels": [{"ip": t["ip"], "preSharedKey": t["pre_shared_key"]} for t in connection["tunnels"]],
        },
    )
