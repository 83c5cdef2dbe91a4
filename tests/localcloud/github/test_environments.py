"""Environments and their protection rules."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.github.hub import REPO, Hub, sealed

STAGING = f"{REPO}/environments/staging"


async def reviewers(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """A person and a team, as a PUT names them."""
    person = (await client.get("/users/pat")).json()["id"]
    team = (await client.get("/orgs/practicalli/teams/release")).json()["id"]
    return [{"type": "User", "id": person}, {"type": "Team", "id": team}]


async def test_an_environment_shows_its_rules(deployer: httpx.AsyncClient) -> None:
    """Wait timer, reviewers and branch policy, each as a rule with an id of its own."""
    wish: dict[str, Any] = {
        "wait_timer": 30,
        "prevent_self_review": True,
        "reviewers": await reviewers(deployer),
        "deployment_branch_policy": {"protected_branches": True, "custom_branch_policies": False},
    }
    made = (await deployer.put(STAGING, json=wish)).json()
    assert made == (await deployer.get(STAGING)).json()
    rules = {rule["type"]: rule for rule in made["protection_rules"]}
    assert list(rules) == ["wait_timer", "required_reviewers", "branch_policy"]
    assert rules["wait_timer"]["wait_timer"] == 30
    assert rules["required_reviewers"]["prevent_self_review"] is True
    shown = rules["required_reviewers"]["reviewers"]
    assert [(entry["type"], entry["reviewer"]["id"]) for entry in shown] == [
        (entry["type"], entry["id"]) for entry in wish["reviewers"]
    ]
    assert made["deployment_branch_policy"] == wish["deployment_branch_policy"]


async def test_writing_replaces_everything(deployer: httpx.AsyncClient) -> None:
    """What is left out is switched off; what stays on keeps its id; the environment keeps its own."""
    wish = {"wait_timer": 30, "reviewers": await reviewers(deployer)}
    first = (await deployer.put(STAGING, json=wish)).json()
    second = (await deployer.put(STAGING, json={"wait_timer": 10})).json()
    assert [rule["type"] for rule in second["protection_rules"]] == ["wait_timer"]
    assert second["protection_rules"][0]["id"] == first["protection_rules"][0]["id"]
    assert (second["id"], second["created_at"]) == (first["id"], first["created_at"])
    bare = (await deployer.put(STAGING)).json()
    assert (bare["protection_rules"], bare["deployment_branch_policy"]) == ([], None)
    assert bare["can_admins_bypass"] is True


@pytest.mark.parametrize(
    "wish",
    [
        {"wait_timer": 43201},
        {"wait_timer": -1},
        {"wait_timer": "5"},
        {"deployment_branch_policy": {"protected_branches": True, "custom_branch_policies": True}},
        {"deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": False}},
        {"reviewers": [{"type": "User", "id": 1}]},
        {"reviewers": [{"type": "Robot", "id": 1}]},
        {"reviewers": [{"type": "User", "id": 1}] * 7},
        {"reviewers": "pat"},
    ],
)
async def test_wrong_wishes_are_refused(deployer: httpx.AsyncClient, wish: dict[str, Any]) -> None:
    """422, and no environment is made."""
    assert (await deployer.put(STAGING, json=wish)).status_code == 422
    assert (await deployer.get(STAGING)).status_code == 404


async def test_a_reviewer_must_be_able_to_read(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Somebody from outside cannot approve deployments of a private repository, but can of a public one."""
    stranger = (await deployer.get("/users/stranger")).json()["id"]
    wish = {"reviewers": [{"type": "User", "id": stranger}]}
    assert (await deployer.put(STAGING, json=wish)).status_code == 422
    public = "/repos/practicalli/website/environments/staging"
    assert (await deployer.put(public, json=wish)).status_code == 200


async def test_names_hold_slashes_and_any_case(deployer: httpx.AsyncClient) -> None:
    """The path carries the name percent-encoded."""
    made = (await deployer.put(f"{REPO}/environments/Prod%2Feu%20west", json={})).json()
    assert made["name"] == "Prod/eu west"
    assert (await deployer.get(f"{REPO}/environments/prod%2FEU%20west")).json()["id"] == made["id"]
    assert (await deployer.get(f"{REPO}/environments")).json()["environments"] == [made]


async def test_deleting_takes_secrets_and_variables_along(deployer: httpx.AsyncClient) -> None:
    """A new environment of the same name starts empty, with another key."""
    await deployer.put(STAGING, json={})
    key = (await deployer.get(f"{STAGING}/secrets/public-key")).json()
    await deployer.put(f"{STAGING}/secrets/KEY", json=await sealed(deployer, STAGING, "x"))
    await deployer.post(f"{STAGING}/variables", json={"name": "A", "value": "1"})
    assert (await deployer.delete(STAGING)).status_code == 204
    assert (await deployer.delete(STAGING)).status_code == 404
    await deployer.put(STAGING, json={})
    assert (await deployer.get(f"{STAGING}/secrets")).json()["total_count"] == 0
    assert (await deployer.get(f"{STAGING}/variables")).json()["total_count"] == 0
    assert (await deployer.get(f"{STAGING}/secrets/public-key")).json() != key
