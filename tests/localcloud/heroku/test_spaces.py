"""Private spaces and everything in them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.heroku.steps import deploy, done, new_space, refused
from tests.localcloud.in_process import TEAM, LocalCloud, new_cloud

SECRET = "s3cr3t-value"
PEERING = {
    "space": "vault",
    "pcx_id": "pcx-0123456789",
    "aws_vpc_id": "vpc-0123456789",
    "aws_account_id": "012345678901",
    "aws_region": "us-east-1",
    "cidr_blocks": ["172.31.0.0/16"],
}


@pytest.fixture
async def space(cloud: LocalCloud) -> dict[str, Any]:
    """An allocated space."""
    body: dict[str, Any] = await new_space(cloud, "vault")
    return body


async def test_a_space_is_allocated_after_a_moment(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Until then it has no addresses and takes no apps; deleted, it goes after a moment too."""
    body = {"name": "vault", "team": TEAM, "region": "frankfurt", "shield": True, "log_drain_url": "https://x.test/"}
    space = await done(heroku.post("/spaces", json=body))
    assert (space["state"], space["region"]["name"], space["cidr"]) == ("allocating", "frankfurt", "10.0.0.0/16")
    assert (await done(heroku.get("/spaces/vault/nat")))["state"] == "updating"
    app = {"name": "inside", "team": TEAM, "space": "vault"}
    await refused(heroku.post("/teams/apps", json=app), 422, "invalid_params", "allocating")
    cloud.clock.pass_seconds(1)
    assert (await done(heroku.get("/spaces/vault")))["state"] == "allocated"
    nat = await done(heroku.get(f"/spaces/{space['id']}/nat"))
    assert (nat["state"], len(set(nat["sources"]))) == ("enabled", 4)
    assert await done(heroku.get("/spaces")) == await done(heroku.get(f"/teams/{TEAM}/spaces"))
    assert (await done(heroku.delete("/spaces/vault")))["state"] == "deleting"
    assert (await done(heroku.get("/spaces/vault")))["state"] == "deleting"
    cloud.clock.pass_seconds(1)
    await refused(heroku.get("/spaces/vault"), 404, "not_found")
    assert await done(heroku.get("/spaces")) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "-x"}, "Name"),
        ({"region": "us"}, "no private spaces"),
        ({"cidr": "10.0.0.0/24"}, "Cidr"),
        ({"cidr": "8.8.0.0/16"}, "Cidr"),
        ({"data_cidr": "10.0.16.0/20"}, "overlap"),
        ({"data_cidr": "x"}, "Data cidr"),
        ({"log_drain_url": "ftp://x"}, "Url"),
        ({"log_drain_url": "syslog://x"}, "HTTPS"),
        ({"generation": "oak"}, "Generation"),
        ({"generation": "fir", "shield": True}, "Shield"),
        ({"name": "vault"}, "already taken"),
    ],
)
async def test_impossible_spaces_are_refused(
    heroku: httpx.AsyncClient, space: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    """Names, regions, networks, generations."""
    body = {"name": "other", "team": TEAM, **change}
    await refused(heroku.post("/spaces", json=body), 422, "invalid_params", words)


async def test_spaces_are_seen_by_their_team_only(
    heroku: httpx.AsyncClient, pat: httpx.AsyncClient, space: dict[str, Any]
) -> None:
    """And by nobody else."""
    assert [one["name"] for one in await done(pat.get("/spaces"))] == ["vault"]
    await done(heroku.delete(f"/teams/{TEAM}/members/pat@example.com"))
    assert await done(pat.get("/spaces")) == []
    await refused(pat.get("/spaces/vault"), 403, "forbidden")


async def test_apps_live_in_a_space(heroku: httpx.AsyncClient, space: dict[str, Any]) -> None:
    """In its region and team, with its dyno sizes; a space with apps is not deleted; renaming reaches them."""
    await refused(
        heroku.post("/teams/apps", json={"name": "x-y-z", "space": "vault", "region": "oregon"}), 422, "invalid_params"
    )
    await refused(heroku.post("/teams/apps", json={"internal_routing": True}), 422, "invalid_params", "private space")
    app = await done(heroku.post("/teams/apps", json={"name": "inside", "space": "vault", "internal_routing": True}))
    assert (app["team"]["name"], app["region"]["name"]) == (TEAM, "virginia")
    assert (app["space"]["name"], app["internal_routing"]) == ("vault", True)
    await deploy(heroku, "/apps/inside")
    process = await done(heroku.get("/apps/inside/formation/web"))
    assert process["size"] == "Private-S"
    await refused(heroku.patch("/apps/inside/formation/web", json={"size": "Basic"}), 422, "invalid_params", "No such")
    await done(heroku.patch("/apps/inside/formation/web", json={"size": "private-m", "quantity": 2}))
    topology = await done(heroku.get("/spaces/vault/topology"))
    dynos = topology["apps"][0]["formation"][0]["dynos"]
    assert [dyno["hostname"] for dyno in dynos] == ["1.web.inside.app.localspace", "2.web.inside.app.localspace"]
    await refused(heroku.delete("/spaces/vault"), 422, "invalid_params", "inside")
    await done(heroku.patch("/spaces/vault", json={"name": "strongroom"}))
    assert (await done(heroku.get("/apps/inside")))["space"] == {
        "id": space["id"],
        "name": "strongroom",
        "shield": False,
    }
    transfers = {"app": "inside", "recipient": "pat@example.com"}
    await refused(heroku.patch("/teams/apps/inside", json={"owner": transfers["recipient"]}), 422, "invalid_params")


async def test_a_new_ruleset_replaces_the_one_before(heroku: httpx.AsyncClient, space: dict[str, Any]) -> None:
    """At first everybody may connect; earlier rulesets stay readable."""
    path = "/spaces/vault/inbound-ruleset"
    first = await done(heroku.get(path))
    assert first["rules"] == [{"action": "allow", "source": "0.0.0.0/0"}]
    rules = [{"action": "allow", "source": "203.0.113.0/24"}]
    second = await done(heroku.put(path, json={"rules": rules}))
    assert (second["created_by"], await done(heroku.get(path))) == ("deployer@example.com", second)
    assert await done(heroku.get(f"{path}s/{first['id']}")) == first
    assert {one["id"] for one in await done(heroku.get(f"{path}s"))} == {first["id"], second["id"]}
    for rule in ({"action": "maybe", "source": "203.0.113.0/24"}, {"action": "allow", "source": "203.0.113.9"}):
        await refused(heroku.put(path, json={"rules": [rule]}), 422, "invalid_params", "rule 1")


async def test_members_may_be_allowed_to_create_apps(
    heroku: httpx.AsyncClient, pat: httpx.AsyncClient, space: dict[str, Any]
) -> None:
    """Admins always may; others by permission, which only admins give."""
    path = "/spaces/vault/members/pat@example.com"
    assert {
        one["user"]["email"]: len(one["permissions"]) for one in await done(heroku.get("/spaces/vault/members"))
    } == {"deployer@example.com": 1, "pat@example.com": 0}
    body = {"permissions": [{"name": "create_apps"}]}
    await refused(pat.patch(path, json=body), 403, "forbidden")
    app = {"name": "inside", "space": "vault"}
    await refused(pat.post("/teams/apps", json=app), 403, "forbidden", "create apps")
    after = await done(heroku.patch(path, json=body))
    assert after == await done(heroku.get(path))
    assert [one["name"] for one in after["permissions"]] == ["create_apps"]
    await done(pat.post("/teams/apps", json=app))
    for method, place in (("DELETE", ""), ("PUT", "/inbound-ruleset")):
        await refused(pat.request(method, f"/spaces/vault{place}", json={}), 403, "forbidden", "Only admins")
    await refused(pat.post("/spaces", json={"name": "mine", "team": TEAM}), 403, "forbidden", "Only admins")
    await refused(heroku.patch(path, json={"permissions": [{"name": "fly"}]}), 422, "invalid_params", "fly")
    await refused(heroku.get("/spaces/vault/members/none@example.com"), 404, "not_found")


async def test_a_peering_connection_is_accepted(
    cloud: LocalCloud, heroku: httpx.AsyncClient, space: dict[str, Any]
) -> None:
    """Asked for from AWS, accepted here, active a moment later."""
    info = await done(heroku.get("/spaces/vault/peering-info"))
    assert (info["vpc_cidr"], info["aws_region"]) == ("10.0.0.0/16", "us-east-1")
    assert (await cloud.control.post("/peerings", json={**PEERING, "space": "none"})).status_code == 400
    assert (await cloud.control.post("/peerings", json=PEERING)).status_code == 201
    path = "/spaces/vault/peerings/pcx-0123456789"
    assert (await done(heroku.get(path)))["status"] == "pending-acceptance"
    assert (await done(heroku.post(f"{path}/actions/accept"), 202))["status"] == "provisioning"
    await refused(heroku.post(f"{path}/actions/accept"), 422, "invalid_params", "provisioning")
    cloud.clock.pass_seconds(1)
    assert [one["status"] for one in await done(heroku.get("/spaces/vault/peerings"))] == ["active"]
    await done(heroku.delete(path), 202)
    await refused(heroku.get(path), 404, "not_found")


async def test_a_vpn_connection(cloud: LocalCloud, heroku: httpx.AsyncClient, space: dict[str, Any]) -> None:
    """Pending, active with two tunnels, changed, removed; each takes a moment."""
    body = {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]}
    connection = await done(heroku.post("/spaces/vault/vpn-connections", json=body))
    path = f"/spaces/vault/vpn-connections/{connection['id']}"
    assert (connection["status"], connection["tunnels"]) == ("pending", [])
    await refused(heroku.post("/spaces/vault/vpn-connections", json=body), 422, "invalid_params", "taken")
    await refused(heroku.patch(path, json={"routable_cidrs": ["10.9.0.0/16"]}), 422, "invalid_params", "not active")
    cloud.clock.pass_seconds(1)
    after = await done(heroku.get("/spaces/vault/vpn-connections/office"))
    assert (after["status"], len({tunnel["pre_shared_key"] for tunnel in after["tunnels"]})) == ("active", 2)
    exported = (await cloud.control.get("/export")).text
    assert after["tunnels"][0]["pre_shared_key"] not in exported
    changed = await done(heroku.patch(path, json={"routable_cidrs": ["10.9.0.0/16"]}), 202)
    assert (changed["status"], changed["routable_cidrs"]) == ("provisioning", ["10.9.0.0/16"])
    cloud.clock.pass_seconds(1)
    assert (await done(heroku.get(path)))["status"] == "active"
    assert (await done(heroku.delete(path), 202))["status"] == "deprovisioning"
    cloud.clock.pass_seconds(1)
    await refused(heroku.get(path), 404, "not_found")
    wrong: list[dict[str, Any]] = [{"public_ip": "x"}, {"routable_cidrs": []}, {"routable_cidrs": ["x"]}, {"name": ""}]
    for change in wrong:
        await refused(heroku.post("/spaces/vault/vpn-connections", json={**body, **change}), 422, "invalid_params")


async def test_a_space_is_transferred_with_its_apps(
    cloud: LocalCloud, heroku: httpx.AsyncClient, space: dict[str, Any]
) -> None:
    """To another team."""
    await cloud.control.post(
        "/seed", json={"heroku": {"teams": [{"name": "other-team", "members": ["deployer@example.com"]}]}}
    )
    await done(heroku.post("/teams/apps", json={"name": "inside", "space": "vault"}))
    after = await done(heroku.post("/spaces/vault/transfer", json={"new_owner": "other-team"}))
    assert after["team"]["name"] == "other-team"
    assert (await done(heroku.get("/apps/inside")))["team"]["name"] == "other-team"
    await refused(heroku.post("/spaces/vault/transfer", json={"new_owner": "none"}), 404, "not_found")


async def bring_up(cloud: LocalCloud) -> None:
    """A space of each generation, with something of everything in it."""
    await new_space(cloud, "vault", log_drain_url=f"https://x:{SECRET}@logs.example.com/")
    await cloud.control.post("/peerings", json=PEERING)
    vpn = {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]}
    await done(cloud.heroku.post("/spaces/vault/vpn-connections", json=vpn))
    grove = await new_space(cloud, "grove", generation="fir")
    await done(cloud.heroku.post("/teams/apps", json={"name": "birch", "space": "grove"}))
    exporter = {"type": "otlphttp", "endpoint": "https://otel.example.com", "headers": {"x-key": SECRET}}
    drain = {"owner": {"id": grove["id"], "type": "space"}, "signals": ["logs"], "exporter": exporter}
    await done(cloud.heroku.post("/telemetry-drains", json=drain))
    await done(cloud.heroku.patch("/account/features/pipelines", json={"enabled": True}))
    await done(cloud.heroku.post("/oauth/authorizations", json={"scope": ["read"], "description": "CI"}))


async def take_down(cloud: LocalCloud) -> None:
    """All of it."""
    await done(cloud.heroku.delete("/apps/birch"))
    for name in ("vault", "grove"):
        await done(cloud.heroku.delete(f"/spaces/{name}"))
    await done(cloud.heroku.patch("/account/features/pipelines", json={"enabled": False}))
    for one in await done(cloud.heroku.get("/oauth/authorizations")):
        await done(cloud.heroku.delete(f"/oauth/authorizations/{one['id']}"))
    cloud.clock.pass_seconds(1)


async def test_spaces_come_and_go_without_a_trace() -> None:
    """Equal estates have equal text, without ids or secrets; gone, they leave the text as it was."""
    texts: list[tuple[str, str, str]] = []
    for seconds in (0, 1000):
        cloud = new_cloud()
        cloud.store._fingerprint_key = b"the same for both"
        cloud.clock.pass_seconds(seconds)
        async with cloud.heroku, cloud.control:
            before = (await cloud.control.get("/export?normalized=1")).text
            await bring_up(cloud)
            there = (await cloud.control.get("/export?normalized=1")).text
            raw = (await cloud.control.get("/export")).text
            assert SECRET not in there + raw
            await take_down(cloud)
            texts.append((before, there, (await cloud.control.get("/export?normalized=1")).text))
    assert texts[0] == texts[1]
    before, there, after = texts[0]
    assert before == after != there
