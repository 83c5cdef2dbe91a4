"""Organizations, members and teams."""

from __future__ import annotations

import httpx

from tests.localcloud.github.hub import Hub

ORG = "/orgs/practicalli"


async def test_members_see_more_of_an_organization(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Its plan, for one; a user is no organization."""
    assert (await deployer.get(ORG)).json()["plan"]["name"] == "enterprise"
    async with hub.client("stranger") as client:
        seen = await client.get(ORG)
    assert seen.status_code == 200
    assert "plan" not in seen.json()
    assert (await deployer.get("/orgs/pat")).status_code == 404


async def test_memberships(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """By role; 404 for people from outside, 403 for askers from outside."""
    assert (await deployer.get(f"{ORG}/memberships/pat")).json()["role"] == "admin"
    assert (await deployer.get(f"{ORG}/memberships/mel")).json()["role"] == "member"
    assert (await deployer.get(f"{ORG}/memberships/stranger")).status_code == 404
    assert (await deployer.get(f"{ORG}/members/mel")).status_code == 204
    assert (await deployer.get(f"{ORG}/members/stranger")).status_code == 404
    only = (await deployer.get(f"{ORG}/members", params={"role": "member"})).json()
    assert [user["login"] for user in only] == ["mel"]
    async with hub.client("mel") as client:
        assert (await client.get("/user/memberships/orgs/practicalli")).json()["role"] == "member"


async def test_teams(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """By slug and by id, with their members; strangers do not find them."""
    team = (await deployer.get(f"{ORG}/teams/release")).json()
    assert (team["name"], team["members_count"], team["organization"]["login"]) == ("release", 2, "practicalli")
    assert [entry["slug"] for entry in (await deployer.get(f"{ORG}/teams")).json()] == ["release"]
    by_id = f"/organizations/{team['organization_id']}/team/{team['id']}"
    assert (await deployer.get(by_id)).json() == team
    members = (await deployer.get(f"{ORG}/teams/release/members")).json()
    assert [user["login"] for user in members] == ["pat", "mel"]
    assert (await deployer.get(f"{ORG}/teams/release/memberships/pat")).json()["role"] == "maintainer"
    assert (await deployer.get(f"{ORG}/teams/release/memberships/deployer")).status_code == 404
    assert (await deployer.get(f"{ORG}/teams/none")).status_code == 404
    async with hub.client("narrow") as client:
        assert (await client.get(f"{ORG}/teams")).status_code == 403


async def test_shared_secrets_and_variables_are_for_owners(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Names and who may use them, never values of secrets."""
    secrets = (await deployer.get(f"{ORG}/actions/secrets")).json()
    assert [(secret["name"], secret["visibility"]) for secret in secrets["secrets"]] == [
        ("SHARED", "all"),
        ("CHOSEN", "selected"),
        ("OTHERS", "selected"),
    ]
    assert secrets["secrets"][1]["selected_repositories_url"].endswith("/actions/secrets/CHOSEN/repositories")
    assert (await deployer.get(f"{ORG}/dependabot/secrets")).json()["secrets"][0]["name"] == "REGISTRY"
    assert (await deployer.get(f"{ORG}/actions/variables")).json()["variables"][0]["value"] == "yes"
    async with hub.client("pat") as client:
        assert (await client.get(f"{ORG}/actions/secrets")).status_code == 403


async def test_rulesets_of_an_organization(deployer: httpx.AsyncClient) -> None:
    """There are none."""
    assert (await deployer.get(f"{ORG}/rulesets")).json() == []
