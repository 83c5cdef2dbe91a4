"""The estate, for exports and comparisons."""

from __future__ import annotations

import json

import httpx

from infra.localcloud import github
from tests.localcloud.github.hub import REPO, Hub, sealed
from tests.localcloud.github.test_deploy_keys import ed25519

STAGING = f"{REPO}/environments/staging"
KEY = ed25519()


async def build(client: httpx.AsyncClient, *, backwards: bool) -> None:
    """One of everything, in one order or the other."""
    person = (await client.get("/users/pat")).json()["id"]
    custom = {"protected_branches": False, "custom_branch_policies": True}
    wish = {"reviewers": [{"type": "User", "id": person}], "deployment_branch_policy": custom}
    await client.put(STAGING, json=wish)
    for name in ("a", "b")[:: -1 if backwards else 1]:
        await client.put(f"{STAGING}/secrets/{name}", json=await sealed(client, STAGING, name))
        await client.post(f"{REPO}/actions/variables", json={"name": name, "value": name})
        await client.post(f"{REPO}/hooks", json={"config": {"url": f"https://example.com/{name}", "secret": name}})
        await client.post(f"{REPO}/rulesets", json={"name": name, "enforcement": "active", "rules": []})
        await client.post(f"{STAGING}/deployment-branch-policies", json={"name": name})
    await client.post(f"{REPO}/keys", json={"key": KEY})


async def take_down(client: httpx.AsyncClient) -> None:
    """Everything that ``build`` made, again gone."""
    await client.delete(STAGING)
    for name in ("a", "b"):
        await client.delete(f"{REPO}/actions/variables/{name}")
    for noun in ("hooks", "rulesets", "keys"):
        for body in (await client.get(f"{REPO}/{noun}")).json():
            await client.delete(f"{REPO}/{noun}/{body['id']}")


async def test_equal_estates_give_equal_text(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Whatever the order, the ids and the times; and nothing is left after taking it down."""
    empty = json.dumps(github.estate(hub.store))
    await build(deployer, backwards=False)
    first = json.dumps(github.estate(hub.store))
    await take_down(deployer)
    assert json.dumps(github.estate(hub.store)) == empty
    hub.clock.forward(1000)
    await build(deployer, backwards=True)
    assert json.dumps(github.estate(hub.store)) == first
    assert "User pat" in first
    assert "2026-" not in first


async def test_a_changed_secret_changes_the_estate(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """By its fingerprint."""
    place = f"{REPO}/actions"
    await deployer.put(f"{place}/secrets/KEY", json=await sealed(deployer, place, "one"))
    before = github.estate(hub.store)
    await deployer.put(f"{place}/secrets/KEY", json=await sealed(deployer, place, "one"))
    assert github.estate(hub.store) == before
    await deployer.put(f"{place}/secrets/KEY", json=await sealed(deployer, place, "two"))
    assert github.estate(hub.store) != before


async def test_what_was_said_is_part_of_it(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Issues and their comments, without times."""
    await deployer.post(f"{REPO}/issues", json={"title": "Drift", "labels": ["drift"]})
    await deployer.post(f"{REPO}/issues/1/comments", json={"body": "Seen"})
    [issue] = github.estate(hub.store)["repositories"]["practicalli/banking"]["issues"]
    assert (issue["title"], issue["labels"], issue["comments"]) == ("Drift", ["drift"], [["deployer", "Seen"]])
