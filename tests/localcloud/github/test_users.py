"""Users and the budget."""

from __future__ import annotations

import httpx

from tests.localcloud.github.hub import Hub


async def test_users_are_found_in_any_case(deployer: httpx.AsyncClient) -> None:
    """Organizations are found there too, for that is how owners are looked up."""
    assert (await deployer.get("/users/PAT")).json()["login"] == "pat"
    assert (await deployer.get("/users/practicalli")).json()["type"] == "Organization"
    assert (await deployer.get("/users/nobody")).status_code == 404


async def test_the_caller_is_shown_privately(hub: Hub) -> None:
    """With the plan and the private numbers."""
    async with hub.client("pat") as client:
        own = (await client.get("/user")).json()
    assert own["login"] == "pat"
    assert own["plan"]["name"] == "pro"


async def test_organizations_of_the_caller(hub: Hub) -> None:
    """Only those with a membership; the scope is needed."""
    async with hub.client("mel") as client:
        assert [body["login"] for body in (await client.get("/user/orgs")).json()] == ["practicalli"]
    async with hub.client("stranger") as client:
        assert (await client.get("/user/orgs")).status_code == 403


async def test_reading_the_budget_is_free(deployer: httpx.AsyncClient) -> None:
    """Twice the same."""
    first, second = [(await deployer.get("/rate_limit")).json()["rate"] for _ in range(2)]
    assert first == second
    assert first["limit"] == 5000
