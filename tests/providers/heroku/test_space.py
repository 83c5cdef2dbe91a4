"""Private Spaces and what belongs to them, against the local cloud."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from infra.errors import Conflict, Interrupted, NotFound, Rejected
from infra.localcloud.app import utc_now
from infra.localcloud.exchange import Settings
from infra.providers.kit.values import Values, has_secret
from tests.providers.heroku.estate import URL, Estate, Resource, new_estate
from tests.providers.heroku.tokens import APP, APP_ACCESS, PEERING, RULESET, SPACE, VPN

WANTED: Values = {"name": "acme-space", "organization": "acme", "region": "dublin"}


@pytest.fixture
async def space(estate: Estate) -> Resource:
    """A space."""
    return await estate.create(SPACE, WANTED)


async def test_a_space_is_waited_for(estate: Estate, space: Resource) -> None:
    """Allocated, with its addresses; renamed in place; replaced for the rest."""
    assert space["outboundIps"]
    assert await estate.drift(space) == {}
    assert await estate.changes(space, {**WANTED, "shield": True}) == {"shield": "add!"}
    renamed = await estate.update(space, {**WANTED, "name": "acme-other"})
    assert (await estate.by_hand("GET", f"/spaces/{space.id}"))["name"] == "acme-other"
    await estate.delete(renamed)
    assert await estate.refresh(renamed) is None
    await estate.delete(renamed)


async def test_a_space_is_imported(estate: Estate, space: Resource) -> None:
    """By its name or id."""
    for id in ("acme-space", space.id):
        imported = await estate.import_(SPACE, id)
        assert imported is not None
        assert imported.id == space.id
        assert await estate.changes(imported, WANTED) == {}


async def test_a_space_that_was_stopped_is_waited_for_by_the_next_run() -> None:
    """The id is in the state; no second space is made."""
    estate = new_estate(provisioning=0.3)
    creating = asyncio.create_task(estate.create(SPACE, WANTED))
    while not any(path.startswith("/spaces/") for _, path in estate.wire.requests):
        await asyncio.sleep(0.01)
    estate.plugin.stop()
    with pytest.raises(Interrupted):
        await creating
    estate.plugin._stopped.clear()
    assert estate.half is not None
    assert (await estate.update(estate.half, estate.half.inputs))["outboundIps"]
    assert len(await estate.by_hand("GET", "/spaces")) == 1
    await estate.heroku.aclose()


async def test_what_is_refreshed_before_it_stands_is_still_waited_for() -> None:
    """A space that is being allocated, and a VPN and a peering that are being connected."""
    estate = new_estate(provisioning=0.5)
    made = await estate.by_hand("POST", "/spaces", {"name": "acme-space", "team": "acme", "region": "dublin"})
    space = await estate.import_(SPACE, made["id"])
    assert space is not None
    assert estate.plugin.unfinished(SPACE, space.outputs).startswith("space acme-space is still allocating")
    space = await estate.update(space, space.inputs)
    assert estate.plugin.unfinished(SPACE, space.outputs) == ""

    body = {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]}
    made = await estate.by_hand("POST", f"/spaces/{space.id}/vpn-connections", body)
    await found_unfinished(estate, VPN, f"{space.id}:{made['id']}")
    await request_peering(estate, "pcx-0123456789")
    await estate.by_hand("POST", f"/spaces/{space.id}/peerings/pcx-0123456789/actions/accept")
    await found_unfinished(estate, PEERING, f"{space.id}:pcx-0123456789")
    await estate.heroku.aclose()


async def found_unfinished(estate: Estate, token: str, id: str) -> None:
    """A read says that it is not active yet; after an update, which changes nothing, it is."""
    found = await estate.import_(token, id)
    assert found is not None
    assert "not active yet" in estate.plugin.unfinished(token, found.outputs)
    found = await estate.update(found, found.inputs)
    assert estate.plugin.unfinished(token, found.outputs) == ""
    assert await estate.drift(found) == {}


async def test_a_name_that_is_taken_says_how_to_import(estate: Estate, space: Resource) -> None:
    """By name."""
    with pytest.raises(Conflict, match="pulumi import heroku:space/space:Space NAME acme-space"):
        await estate.create(SPACE, WANTED)


async def test_an_app_of_a_fir_space_is_fir(estate: Estate) -> None:
    """Its generation follows from its space."""
    await estate.create(SPACE, {**WANTED, "generation": "fir"})
    inputs: Values = {"name": "acme-fir", "region": "dublin", "space": "acme-space", "organization": {"name": "acme"}}
    app = await estate.create(APP, inputs)
    assert (app["generation"], app["stack"]) == ("fir", "cnb")
    assert await estate.drift(app) == {}
    imported = await estate.import_(APP, "acme-fir")
    assert imported is not None
    assert await estate.changes(imported, inputs) == {}


async def test_a_members_permissions(estate: Estate, space: Resource) -> None:
    """Given, changed by hand, taken away."""
    await estate.by_hand("PUT", "/teams/acme/members", {"email": "dev@example.com", "role": "member"})
    inputs: Values = {"space": "acme-space", "email": "dev@example.com", "permissions": ["create_apps"]}
    access = await estate.create(APP_ACCESS, inputs)
    assert await estate.drift(access) == {}
    path = f"/spaces/{space.id}/members/dev@example.com"
    await estate.by_hand("PATCH", path, {"permissions": []})
    assert await estate.drift(access) == {"permissions": "update"}
    live = await estate.refresh(access)
    assert live is not None
    access = await estate.update(live, inputs)
    imported = await estate.import_(APP_ACCESS, "acme-space:dev@example.com")
    assert imported is not None
    assert imported.id == access.id
    assert await estate.changes(imported, {**inputs, "space": space.id}) == {}
    await estate.delete(access)
    assert (await estate.by_hand("GET", path))["permissions"] == []


async def test_rules_are_put_right_and_never_overwritten_unseen(estate: Estate, space: Resource) -> None:
    """In any order; what somebody changed meanwhile is a conflict; without ours everybody is let in."""
    office = {"action": "allow", "source": "203.0.113.0/24"}
    home = {"action": "allow", "source": "198.51.100.7/32"}
    ruleset = await estate.create(RULESET, {"space": space.id, "rules": [office, home]})
    assert await estate.drift(ruleset) == {}
    assert await estate.changes(ruleset, {"space": space.id, "rules": [home, office]}) == {}
    path = f"/spaces/{space.id}/inbound-ruleset"
    await estate.by_hand("PUT", path, {"rules": [home]})
    with pytest.raises(Conflict, match="somebody changed rules"):
        await estate.update(ruleset, {"space": space.id, "rules": [office]})
    live = await estate.refresh(ruleset)
    assert live is not None
    ruleset = await estate.update(live, {"space": space.id, "rules": [office]})
    imported = await estate.import_(RULESET, "acme-space")
    assert imported is not None
    assert await estate.changes(imported, ruleset.inputs) == {}
    await estate.delete(ruleset)
    assert (await estate.by_hand("GET", path))["rules"] == [{"action": "allow", "source": "0.0.0.0/0"}]
    assert "CIDR" in estate.wrong(RULESET, {"space": "x", "rules": [{"action": "allow", "source": "office"}]})


async def request_peering(estate: Estate, id: str) -> None:
    """Ask for a peering from the other side, as somebody would at AWS."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=estate.app), base_url=URL) as client:
        body = {
            "space": "acme-space",
            "pcx_id": id,
            "aws_vpc_id": "vpc-1",
            "aws_account_id": "123456789012",
            "aws_region": "eu-west-1",
            "cidr_blocks": ["172.20.0.0/16"],
        }
        answer = await client.post("/_cloud/peerings", json=body)
    assert answer.is_success, answer.text


async def test_a_peering_is_accepted_and_waited_for(estate: Estate, space: Resource) -> None:
    """Also when its request is seen later; deleted, it is gone."""
    inputs: Values = {"space": space.id, "vpcPeeringConnectionId": "pcx-0123"}
    estate.fault("drop_after", method="POST", path="accept$", count=1)
    accepting = asyncio.create_task(estate.create(PEERING, inputs))
    await asyncio.sleep(0.1)
    await request_peering(estate, "pcx-0123")
    peering = await accepting
    assert (peering.id, peering["status"]) == ("pcx-0123", "active")
    assert await estate.drift(peering) == {}
    # Taken away, and asked for anew before anybody looked: it is there, and waits to be accepted.
    await estate.by_hand("DELETE", f"/spaces/{space.id}/peerings/pcx-0123")
    await request_peering(estate, "pcx-0123")
    asked = await estate.refresh(peering)
    assert asked is not None
    assert asked["status"] == "pending-acceptance"
    peering = await estate.update(asked, inputs)
    assert peering["status"] == "active"
    imported = await estate.import_(PEERING, f"{space.id}:pcx-0123")
    assert imported is not None
    assert await estate.changes(imported, inputs) == {}
    await estate.delete(peering)
    assert await estate.refresh(peering) is None
    await estate.delete(peering)


async def test_a_vpn_is_waited_for(estate: Estate, space: Resource) -> None:
    """Its keys are secrets; the addresses behind it change in place."""
    inputs: Values = {
        "space": space.id, "name": "office", "publicIp": "203.0.113.7", "routableCidrs": ["172.16.0.0/16"],
    }  # fmt: skip
    vpn = await estate.create(VPN, inputs)
    assert vpn.id.startswith(f"{space.id}:")
    assert has_secret(vpn.outputs["tunnels"])
    assert vpn["tunnels"][0]["preSharedKey"]
    assert await estate.drift(vpn) == {}
    wanted = {**inputs, "routableCidrs": ["172.16.0.0/16", "172.17.0.0/16"]}
    assert await estate.changes(vpn, wanted) == {"routableCidrs": "update"}
    vpn = await estate.update(vpn, wanted)
    assert await estate.drift(vpn) == {}
    imported = await estate.import_(VPN, vpn.id)
    assert imported is not None
    assert await estate.changes(imported, wanted) == {}
    await estate.delete(vpn)


async def test_a_vpn_that_is_being_removed_is_waited_for(estate: Estate, space: Resource) -> None:
    """Somebody cut it by hand; its name is taken until it is gone, and the new one is another."""
    inputs: Values = {
        "space": space.id, "name": "office", "publicIp": "203.0.113.7", "routableCidrs": ["172.16.0.0/16"],
    }  # fmt: skip
    vpn = await estate.create(VPN, inputs)
    await estate.by_hand("DELETE", f"/spaces/{space.id}/vpn-connections/{vpn.id.split(':')[1]}")
    assert await estate.refresh(vpn) is None

    again = await estate.create(VPN, inputs)

    assert again.id != vpn.id
    assert await estate.drift(again) == {}


async def test_a_vpn_that_has_left_by_the_time_one_looks(estate: Estate, space: Resource) -> None:
    """It is gone between the refusal and the look at what is there: the name is free, so it is asked for again."""
    inputs: Values = {
        "space": space.id, "name": "office", "publicIp": "203.0.113.7", "routableCidrs": ["172.16.0.0/16"],
    }  # fmt: skip
    vpn = await estate.create(VPN, inputs)
    estate.app.state.cloud.settings = Settings(provisioning_seconds=600)
    await estate.by_hand("DELETE", f"/spaces/{space.id}/vpn-connections/{vpn.id.split(':')[1]}")
    estate.forget_requests()
    # Ten minutes pass after the first request, and again after the third, for the new one to be ready.
    estate.app.state.cloud.clock = lambda: utc_now() + timedelta(minutes=11 * (len(estate.wire.requests) // 2))

    again = await estate.create(VPN, inputs)

    assert again.id != vpn.id
    assert [method for method, _ in estate.wire.requests[:3]] == ["POST", "GET", "POST"]


async def test_a_space_with_apps_stays(space: Resource, estate: Estate) -> None:
    """Heroku's own words, at once."""
    inputs: Values = {"name": "acme-in", "region": "dublin", "space": "acme-space", "organization": {"name": "acme"}}
    await estate.create(APP, inputs)
    with pytest.raises(Rejected, match=r"acme-in|Apps exist"):
        await estate.delete(space)


async def test_lookups_of_a_space(estate: Estate, space: Resource) -> None:
    """By name; what is not there is told by name."""
    found, _ = await estate.plugin.invoke("heroku:space/getSpace:getSpace", {"name": "acme-space"})
    assert (found["uuid"], found["organization"], found["state"]) == (space.id, "acme", "allocated")
    assert found["outboundIps"] == space["outboundIps"]
    info, _ = await estate.plugin.invoke("heroku:space/getPeeringInfo:getPeeringInfo", {"name": "acme-space"})
    assert info["vpcCidr"]
    for function in ("getSpace", "getPeeringInfo"):
        with pytest.raises(NotFound, match="nowhere"):
            await estate.plugin.invoke(f"heroku:space/{function}:{function}", {"name": "nowhere"})


async def test_a_space_is_made_again_while_it_is_deleted() -> None:
    """Its name is free only once it is gone, which takes Heroku a while: that is waited for."""
    estate = new_estate(provisioning=0.2)
    first = await estate.create(SPACE, WANTED)
    await estate.delete(first)
    assert (await estate.by_hand("GET", "/spaces/acme-space"))["state"] == "deleting"

    again = await estate.create(SPACE, WANTED)

    assert again.id != first.id
    assert (await estate.by_hand("GET", "/spaces"))[0]["id"] == again.id
