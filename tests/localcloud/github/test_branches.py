"""Branches and references."""

from __future__ import annotations

import httpx

from tests.localcloud.github.hub import REPO


async def head(client: httpx.AsyncClient) -> str:
    """The commit the default branch is on."""
    return str((await client.get(f"{REPO}/git/ref/heads/main")).json()["object"]["sha"])


async def test_a_branch_is_made_moved_and_deleted(deployer: httpx.AsyncClient) -> None:
    """By its reference, slashes included; then it can be the default branch."""
    sha = await head(deployer)
    made = await deployer.post(f"{REPO}/git/refs", json={"ref": "refs/heads/release/1", "sha": sha})
    assert made.status_code == 201
    assert (await deployer.get(f"{REPO}/branches/release/1")).json()["commit"]["sha"] == sha
    assert [body["ref"] for body in (await deployer.get(f"{REPO}/git/matching-refs/heads/rel")).json()] == [
        "refs/heads/release/1"
    ]
    assert (await deployer.patch(f"{REPO}/git/refs/heads/release/1", json={"sha": sha})).status_code == 200
    assert (await deployer.patch(REPO, json={"default_branch": "release/1"})).status_code == 200
    assert (await deployer.delete(f"{REPO}/git/refs/heads/release/1")).status_code == 422
    assert (await deployer.delete(f"{REPO}/git/refs/heads/main")).status_code == 204
    assert (await deployer.get(f"{REPO}/branches/main")).status_code == 404
    assert (await deployer.get(f"{REPO}/git/ref/heads/main")).status_code == 404


async def test_wrong_references_are_refused(deployer: httpx.AsyncClient) -> None:
    """A doubled name, a name without refs/, a commit that is not there, a reference that is not there."""
    sha = await head(deployer)
    wishes = [
        {"ref": "refs/heads/main", "sha": sha},
        {"ref": "main", "sha": sha},
        {"ref": "refs/heads/x", "sha": "0" * 40},
    ]
    for wish in wishes:
        assert (await deployer.post(f"{REPO}/git/refs", json=wish)).status_code == 422
    assert (await deployer.patch(f"{REPO}/git/refs/heads/none", json={"sha": sha})).status_code == 422
    assert (await deployer.delete(f"{REPO}/git/refs/heads/none")).status_code == 422


async def test_an_empty_repository_has_no_references(deployer: httpx.AsyncClient) -> None:
    """409, and no branches."""
    hollow = "/repos/practicalli/hollow"
    assert (await deployer.get(f"{hollow}/git/ref/heads/main")).status_code == 409
    assert (await deployer.post(f"{hollow}/git/refs", json={"ref": "refs/heads/x", "sha": "0"})).status_code == 409
    assert (await deployer.get(f"{hollow}/branches")).json() == []


async def test_a_ruleset_protects_its_branches(deployer: httpx.AsyncClient) -> None:
    """``protected`` and the rules in force follow an active ruleset."""
    ruleset = {
        "name": "main",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [{"type": "deletion"}],
    }
    made = (await deployer.post(f"{REPO}/rulesets", json=ruleset)).json()
    rules = (await deployer.get(f"{REPO}/rules/branches/main")).json()
    assert rules == [
        {
            "type": "deletion",
            "ruleset_source_type": "Repository",
            "ruleset_source": "practicalli/banking",
            "ruleset_id": made["id"],
        }
    ]
    assert (await deployer.get(f"{REPO}/branches", params={"protected": "true"})).json()[0]["name"] == "main"
    assert (await deployer.get(f"{REPO}/branches", params={"protected": "false"})).json() == []
    await deployer.put(f"{REPO}/rulesets/{made['id']}", json={"enforcement": "disabled"})
    assert (await deployer.get(f"{REPO}/rules/branches/main")).json() == []
