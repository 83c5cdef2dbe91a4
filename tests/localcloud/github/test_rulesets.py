"""Rulesets: parts, conditions, who sees whom they let through."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.github.hub import REPO, Hub

RULESETS = f"{REPO}/rulesets"
MAIN: dict[str, Any] = {
    "name": "main",
    "enforcement": "active",
    "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}],
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}],
}


async def test_a_ruleset_lives_and_goes(deployer: httpx.AsyncClient) -> None:
    """Made, listed in short, changed in parts, deleted."""
    made = await deployer.post(RULESETS, json=MAIN)
    ruleset = made.json()
    assert made.status_code == 201
    assert {name: ruleset[name] for name in MAIN} == MAIN
    assert (ruleset["target"], ruleset["source"]) == ("branch", "practicalli/banking")
    assert ruleset["current_user_can_bypass"] == "pull_requests_only"
    path = f"{RULESETS}/{ruleset['id']}"
    assert (await deployer.get(path)).json() == ruleset
    listed = (await deployer.get(RULESETS, params={"includes_parents": "true"})).json()
    assert [entry["id"] for entry in listed] == [ruleset["id"]]
    assert "rules" not in listed[0]
    assert (await deployer.get(RULESETS, params={"targets": "tag,push"})).json() == []
    changed = (await deployer.put(path, json={"enforcement": "disabled", "bypass_actors": []})).json()
    assert (changed["enforcement"], changed["bypass_actors"]) == ("disabled", [])
    assert (changed["rules"], changed["conditions"]) == (ruleset["rules"], ruleset["conditions"])
    assert changed["updated_at"] > ruleset["updated_at"]
    assert (await deployer.delete(path)).status_code == 204
    assert (await deployer.get(path)).status_code == 404


async def test_who_may_not_write_does_not_see_bypass_actors(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """The key is absent, which is not the same as empty."""
    path = f"{RULESETS}/{(await deployer.post(RULESETS, json=MAIN)).json()['id']}"
    async with hub.client("mel") as client:
        seen = (await client.get(path)).json()
        assert "bypass_actors" not in seen
        assert seen["rules"] == MAIN["rules"]
        assert (await client.put(path, json={"enforcement": "disabled"})).status_code == 404
        assert (await client.post(RULESETS, json=MAIN)).status_code == 404


async def test_tags_and_pushes_have_their_own_rulesets(deployer: httpx.AsyncClient) -> None:
    """A push ruleset has no conditions at all."""
    push = {
        "name": "pushes",
        "target": "push",
        "enforcement": "active",
        "rules": [{"type": "max_file_size", "parameters": {"max_file_size": 10}}],
    }
    made = (await deployer.post(RULESETS, json=push)).json()
    assert "conditions" not in made
    tags = {"name": "tags", "target": "tag", "enforcement": "evaluate", "rules": [{"type": "deletion"}]}
    made = (await deployer.post(RULESETS, json=tags)).json()
    assert made["conditions"] == {"ref_name": {"exclude": [], "include": []}}
    listed = (await deployer.get(RULESETS, params={"targets": "tag,push"})).json()
    assert [entry["target"] for entry in listed] == ["push", "tag"]


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"name": " "}, "blank"),
        ({"enforcement": "sometimes"}, "sometimes"),
        ({"target": "commit"}, "commit"),
        ({"conditions": {"ref_name": {"include": ["main"], "exclude": []}}}, "Invalid target patterns: 'main'"),
        ({"target": "tag", "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"]}}}, "Invalid target patterns"),
        ({"target": "push", "rules": []}, "cannot have conditions"),
        ({"bypass_actors": [{"actor_type": "Team"}]}, "needs an actor_id"),
        ({"bypass_actors": [{"actor_type": "Robot", "actor_id": 1}]}, "Robot"),
        ({"rules": [{"type": "poetry"}]}, "poetry"),
        ({"rules": [{"type": "deletion"}, {"type": "deletion"}]}, "only once"),
    ],
)
async def test_wrong_rulesets_are_refused(deployer: httpx.AsyncClient, wish: dict[str, Any], told: str) -> None:
    """422 that says what is wrong, and none is made."""
    answer = await deployer.post(RULESETS, json={**MAIN, **wish})
    assert answer.status_code == 422
    assert told in answer.text
    assert (await deployer.get(RULESETS)).json() == []


async def test_names_are_unique(deployer: httpx.AsyncClient) -> None:
    """422 for the second; keeping one's own name is no conflict."""
    path = f"{RULESETS}/{(await deployer.post(RULESETS, json=MAIN)).json()['id']}"
    doubled = await deployer.post(RULESETS, json=MAIN)
    assert doubled.json()["errors"][0]["message"] == "Name must be unique"
    assert (await deployer.put(path, json=MAIN)).status_code == 200


async def test_special_actors(deployer: httpx.AsyncClient) -> None:
    """Deploy keys have no id; organization administrators need none."""
    actors = [{"actor_type": "DeployKey", "actor_id": 3}, {"actor_type": "OrganizationAdmin"}]
    made = (await deployer.post(RULESETS, json={**MAIN, "bypass_actors": actors})).json()
    assert made["bypass_actors"] == [
        {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"},
        {"actor_id": None, "actor_type": "OrganizationAdmin", "bypass_mode": "always"},
    ]
    assert made["current_user_can_bypass"] == "always"
