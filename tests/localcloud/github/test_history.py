"""What tells who changed something: the audit log, versions of rulesets, deployments, users by number."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.github.hub import REPO, Hub

LOG = "/orgs/practicalli/audit-log"


async def events(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """What the log tells."""
    answer = await client.get(LOG, params=query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_changes_are_logged_with_who_made_them(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """Newest first; what was refused, and what is nobody's organization's, is not."""
    async with hub.client("pat") as pat:
        await pat.post(f"{REPO}/actions/variables", json={"name": "level", "value": "info"})
        hub.clock.forward(60)
        await pat.patch(f"{REPO}/actions/variables/LEVEL", json={"value": "debug"})
        assert (await pat.post(f"{REPO}/actions/variables", json={"name": "level", "value": "x"})).status_code == 409
    newest, oldest = await events(deployer)
    assert (newest["action"], newest["actor"], newest["key"]) == ("repo.update_actions_variable", "pat", "LEVEL")
    assert (oldest["action"], oldest["repo"]) == ("repo.create_actions_variable", "practicalli/banking")
    assert newest["@timestamp"] - oldest["@timestamp"] == 60_000
    assert [one["action"] for one in await events(deployer, order="asc")] == [oldest["action"], newest["action"]]


async def test_the_log_is_searched_by_phrase(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """repo, action (or its category), actor, and a time to begin at."""
    await deployer.patch(REPO, json={"archived": False, "delete_branch_on_merge": True})
    hub.clock.forward(3600)
    later = f"{hub.clock.now:%Y-%m-%dT%H:%M:%S+00:00}"
    await deployer.patch("/repos/practicalli/website", json={"has_issues": True, "delete_branch_on_merge": True})
    assert len(await events(deployer)) == 3
    assert len(await events(deployer, phrase="repo:practicalli/banking")) == 2
    assert len(await events(deployer, phrase="action:repo.archived")) == 1
    assert len(await events(deployer, phrase="action:hook")) == 0
    assert len(await events(deployer, phrase=f"actor:deployer created:>={later}")) == 1
    assert (await deployer.get(LOG, params={"phrase": "country:DE"})).status_code == 501


async def test_only_owners_with_the_scope_may_read_it(hub: Hub) -> None:
    """403 for all others, 404 for what is no organization."""
    for login in ("pat", "mel"):
        async with hub.client(login) as client:
            assert (await client.get(LOG)).status_code == 403
            assert (await client.get("/orgs/none/audit-log")).status_code == 404


async def test_rulesets_keep_their_versions(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """For who may edit them; the person is found by number."""
    made = (await deployer.post(f"{REPO}/rulesets", json={"name": "main", "enforcement": "active"})).json()
    address = f"{REPO}/rulesets/{made['id']}"
    async with hub.client("pat") as pat, hub.client("mel") as mel:
        await pat.put(address, json={"enforcement": "disabled"})
        newest, oldest = (await deployer.get(f"{address}/history")).json()
        assert newest["updated_at"] > oldest["updated_at"]
        assert (await mel.get(f"/user/{newest['actor']['id']}")).json()["login"] == "pat"
        assert (await mel.get(f"{address}/history")).status_code == 404
        assert (await mel.get("/user/999999")).status_code == 404
    assert (await deployer.get(f"{REPO}/rulesets/1/history")).status_code == 404


async def test_a_deployment_makes_its_environment(deployer: httpx.AsyncClient) -> None:
    """Once; they are listed newest first and narrowed."""
    for environment in ("demo", "Demo", "other"):
        wish: dict[str, Any] = {"ref": "main", "environment": environment, "required_contexts": []}
        assert (await deployer.post(f"{REPO}/deployments", json=wish)).status_code == 201
    environments = (await deployer.get(f"{REPO}/environments")).json()["environments"]
    assert [one["name"] for one in environments] == ["demo", "other"]
    listed = (await deployer.get(f"{REPO}/deployments", params={"environment": "demo"})).json()
    assert [one["creator"]["login"] for one in listed] == ["deployer"]
    sha = listed[0]["sha"]
    assert (await deployer.post(f"{REPO}/deployments", json={"ref": sha})).status_code == 201
    assert (await deployer.post(f"{REPO}/deployments", json={"ref": "none"})).status_code == 422
