"""What Actions may do in a repository."""

from __future__ import annotations

import httpx

from tests.localcloud.github.hub import REPO

PERMISSIONS = f"{REPO}/actions/permissions"


async def test_permissions_change_and_stay(deployer: httpx.AsyncClient) -> None:
    """Which actions run; which ones, when only selected ones do; and nothing more when Actions are off."""
    assert (await deployer.get(PERMISSIONS)).json()["allowed_actions"] == "all"
    assert (await deployer.get(f"{PERMISSIONS}/selected-actions")).status_code == 409
    assert (await deployer.put(f"{PERMISSIONS}/selected-actions", json={})).status_code == 409
    wish = {"enabled": True, "allowed_actions": "selected"}
    assert (await deployer.put(PERMISSIONS, json=wish)).status_code == 204
    assert (await deployer.get(PERMISSIONS)).json()["selected_actions_url"].endswith("/selected-actions")
    chosen = {"github_owned_allowed": True, "verified_allowed": True, "patterns_allowed": ["actions/*"]}
    assert (await deployer.put(f"{PERMISSIONS}/selected-actions", json=chosen)).status_code == 204
    assert (await deployer.get(f"{PERMISSIONS}/selected-actions")).json() == chosen
    assert (await deployer.put(PERMISSIONS, json={"enabled": False})).status_code == 204
    assert (await deployer.get(PERMISSIONS)).json() == {"enabled": False}
    assert (await deployer.put(PERMISSIONS, json={"allowed_actions": "all"})).status_code == 422


async def test_what_the_workflow_token_may_do(deployer: httpx.AsyncClient) -> None:
    """Read only until told otherwise."""
    path = f"{PERMISSIONS}/workflow"
    assert (await deployer.get(path)).json()["default_workflow_permissions"] == "read"
    wish = {"default_workflow_permissions": "write", "can_approve_pull_request_reviews": True}
    assert (await deployer.put(path, json=wish)).status_code == 204
    assert (await deployer.get(path)).json() == wish
