"""Who may see and change what: roles, scopes, former names and archived repositories."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.github.hub import REPO, Hub

WEBSITE = "/repos/practicalli/website"


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("deployer", REPO, 200),
        ("mel", REPO, 200),
        ("stranger", REPO, 404),
        ("narrow", REPO, 404),
        ("hooker", REPO, 404),
        ("stranger", WEBSITE, 200),
        ("mel", f"{REPO}/actions/secrets", 403),
        ("stranger", f"{REPO}/actions/secrets", 404),
        ("stranger", f"{WEBSITE}/actions/secrets", 403),
        ("mel", f"{REPO}/hooks", 404),
        ("hooker", f"{REPO}/hooks", 200),
        ("hooker", f"{REPO}/keys", 404),
        ("narrow", f"{WEBSITE}/hooks", 200),
        ("mel", f"{REPO}/keys", 404),
        ("mel", f"{REPO}/environments", 200),
        ("mel", f"{REPO}/actions/variables", 403),
    ],
)
async def test_reading(hub: Hub, login: str, path: str, status: int) -> None:
    """404 hides, 403 tells somebody who can read the repository anyway."""
    async with hub.client(login) as client:
        assert (await client.get(path)).status_code == status


async def test_reading_webhooks_does_not_allow_writing_them(hub: Hub) -> None:
    """``read:repo_hook`` opens the reads only."""
    async with hub.client("hooker") as client:
        answer = await client.post(f"{REPO}/hooks", json={"config": {"url": "https://example.com"}})
    assert answer.status_code == 404


async def test_deleting_needs_its_own_scope(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """An owner whose token lacks ``delete_repo`` is refused."""
    async with hub.client("pat") as client:
        assert (await client.delete(REPO)).status_code == 403
    assert (await deployer.delete(REPO)).status_code == 204
    assert (await deployer.get(REPO)).status_code == 404


async def test_a_former_name_leads_on(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """301 for reads and 307 for writes, to the address by id; strangers learn nothing."""
    await deployer.patch(REPO, json={"name": "bank"})
    moved = await deployer.get(f"{REPO}/environments")
    assert moved.status_code == 301
    number = (await deployer.get("/repos/practicalli/bank")).json()["id"]
    assert moved.headers["Location"].endswith(f"/api/v3/repositories/{number}/environments")
    followed = await deployer.get(f"{REPO}/environments", follow_redirects=True)
    assert followed.json()["total_count"] == 0
    written = await deployer.put(f"{REPO}/environments/staging", json={}, follow_redirects=True)
    assert written.status_code == 200
    async with hub.client("stranger") as client:
        assert (await client.get(REPO)).status_code == 404


async def test_an_archived_repository_takes_no_changes(deployer: httpx.AsyncClient) -> None:
    """403 with the word that clients look for; it can be read, and brought back."""
    await deployer.patch(REPO, json={"archived": True})
    refused = await deployer.put(f"{REPO}/environments/staging", json={})
    assert refused.status_code == 403
    assert "archived" in refused.json()["message"]
    assert (await deployer.get(f"{REPO}/environments")).status_code == 200
    assert (await deployer.patch(REPO, json={"archived": False})).json()["archived"] is False
    assert (await deployer.put(f"{REPO}/environments/staging", json={})).status_code == 200
