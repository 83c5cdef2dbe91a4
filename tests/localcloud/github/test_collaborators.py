"""Collaborators and their permission."""

from __future__ import annotations

import httpx

from infra.localcloud import github
from tests.localcloud.github.hub import REPO, Hub


async def test_collaborators_by_affiliation(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Members, and somebody from outside who was invited."""
    outside = {"owner": "practicalli", "name": "shared", "private": True}
    seed = {"repositories": [{**outside, "collaborators": [{"login": "stranger", "level": "triage"}]}]}
    github.seed(hub.store, seed, hub.clock.now)
    path = "/repos/practicalli/shared/collaborators"
    everybody = {user["login"]: user["role_name"] for user in (await deployer.get(path)).json()}
    assert everybody["stranger"] == "triage"
    assert everybody["mel"] == "read"
    for affiliation in ("outside", "direct"):
        found = (await deployer.get(path, params={"affiliation": affiliation})).json()
        assert [user["login"] for user in found] == ["stranger"]
    admins = (await deployer.get(path, params={"permission": "admin"})).json()
    assert {user["login"] for user in admins} == {"deployer", "pat", "narrow", "hooker"}
    asked = (await deployer.get(f"{path}/stranger/permission")).json()
    assert (asked["permission"], asked["role_name"]) == ("read", "triage")


async def test_one_collaborator(deployer: httpx.AsyncClient) -> None:
    """204, 404, and the permission of anybody known."""
    path = f"{REPO}/collaborators"
    assert (await deployer.get(f"{path}/mel")).status_code == 204
    assert (await deployer.get(f"{path}/stranger")).status_code == 404
    assert (await deployer.get(f"{path}/stranger/permission")).json()["permission"] == "none"
    assert (await deployer.get(f"{path}/nobody/permission")).status_code == 404
    assert (await deployer.get(f"{REPO}/teams")).json() == []
