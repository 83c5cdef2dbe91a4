"""Which branches and tags may deploy to an environment."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.github.hub import REPO

STAGING = f"{REPO}/environments/staging"
POLICIES = f"{STAGING}/deployment-branch-policies"
CUSTOM = {"deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True}}


@pytest.fixture(autouse=True)
async def _environment(deployer: httpx.AsyncClient) -> None:
    await deployer.put(STAGING, json=CUSTOM)


async def test_a_policy_lives_and_goes(deployer: httpx.AsyncClient) -> None:
    """Made once per pattern and type, renamed, deleted."""
    made = (await deployer.post(POLICIES, json={"name": "main"})).json()
    assert made["type"] == "branch"
    assert (await deployer.post(POLICIES, json={"name": "main"})).status_code == 303
    tag = (await deployer.post(POLICIES, json={"name": "main", "type": "tag"})).json()
    assert (await deployer.get(POLICIES)).json() == {"total_count": 2, "branch_policies": [made, tag]}
    changed = await deployer.put(f"{POLICIES}/{made['id']}", json={"name": "release/*"})
    assert changed.json() == {**made, "name": "release/*"}
    assert (await deployer.get(f"{POLICIES}/{made['id']}")).json() == changed.json()
    assert (await deployer.delete(f"{POLICIES}/{made['id']}")).status_code == 204
    assert (await deployer.get(f"{POLICIES}/{made['id']}")).status_code == 404


async def test_custom_policies_must_be_switched_on(deployer: httpx.AsyncClient) -> None:
    """404 otherwise; switching them off forgets the patterns."""
    await deployer.post(POLICIES, json={"name": "main"})
    await deployer.put(STAGING, json={})
    assert (await deployer.post(POLICIES, json={"name": "main"})).status_code == 404
    await deployer.put(STAGING, json=CUSTOM)
    assert (await deployer.get(POLICIES)).json()["total_count"] == 0


async def test_wrong_patterns_are_refused(deployer: httpx.AsyncClient) -> None:
    """422 for a blank one and for an unknown type."""
    assert (await deployer.post(POLICIES, json={"name": " "})).status_code == 422
    assert (await deployer.post(POLICIES, json={"name": "x", "type": "commit"})).status_code == 422


async def test_there_are_no_custom_protection_rules(deployer: httpx.AsyncClient) -> None:
    """Both lists are there, and empty."""
    rules = (await deployer.get(f"{STAGING}/deployment_protection_rules")).json()
    assert rules == {"total_count": 0, "custom_deployment_protection_rules": []}
    apps = (await deployer.get(f"{STAGING}/deployment_protection_rules/apps")).json()
    assert apps["available_custom_deployment_protection_rule_integrations"] == []
