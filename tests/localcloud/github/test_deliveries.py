"""Deliveries: recorded, never sent."""

from __future__ import annotations

import httpx

from tests.localcloud.github.hub import REPO


async def test_deliveries_are_recorded_and_repeated(deployer: httpx.AsyncClient) -> None:
    """A ping at creation, another on demand, a push for those who want it; newest first."""
    hook = (await deployer.post(f"{REPO}/hooks", json={"config": {"url": "https://example.com"}})).json()
    path = f"{REPO}/hooks/{hook['id']}"
    assert (await deployer.post(f"{path}/pings")).status_code == 204
    assert (await deployer.post(f"{path}/tests")).status_code == 204
    listed = (await deployer.get(f"{path}/deliveries")).json()
    assert [delivery["event"] for delivery in listed] == ["push", "ping", "ping"]
    assert {delivery["status"] for delivery in listed} == {"failed to connect to host"}
    whole = (await deployer.get(f"{path}/deliveries/{listed[0]['id']}")).json()
    assert whole["request"]["headers"]["X-GitHub-Event"] == "push"
    assert (await deployer.post(f"{path}/deliveries/{listed[0]['id']}/attempts")).status_code == 202
    again = (await deployer.get(f"{path}/deliveries", params={"per_page": 1})).json()
    assert (len(again), again[0]["redelivery"], again[0]["guid"]) == (1, True, listed[0]["guid"])
    assert (await deployer.get(f"{path}/deliveries/0")).status_code == 404
    assert (await deployer.get(f"{path}/deliveries/first")).status_code == 400


async def test_a_hook_without_push_gets_no_test(deployer: httpx.AsyncClient) -> None:
    """The answer is the same, but nothing was due."""
    wish = {"events": ["star"], "config": {"url": "https://example.com"}}
    path = f"{REPO}/hooks/{(await deployer.post(f'{REPO}/hooks', json=wish)).json()['id']}"
    assert (await deployer.post(f"{path}/tests")).status_code == 204
    assert len((await deployer.get(f"{path}/deliveries")).json()) == 1
