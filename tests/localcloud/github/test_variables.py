"""Actions variables of repositories and environments."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.github.hub import REPO

PLACES = [f"{REPO}/actions", f"{REPO}/environments/staging"]


@pytest.fixture(autouse=True)
async def _environment(deployer: httpx.AsyncClient) -> None:
    await deployer.put(f"{REPO}/environments/staging", json={})


@pytest.mark.parametrize("place", PLACES)
async def test_a_variable_lives_and_goes(deployer: httpx.AsyncClient, place: str) -> None:
    """201, 409 for the second, readable value, 204 for changes, gone."""
    made = await deployer.post(f"{place}/variables", json={"name": "region", "value": "eu"})
    assert (made.status_code, made.json()) == (201, {})
    doubled = await deployer.post(f"{place}/variables", json={"name": "REGION", "value": "us"})
    assert doubled.status_code == 409
    assert doubled.json()["message"] == "Already exists - Variable already exists"
    read = (await deployer.get(f"{place}/variables/REGION")).json()
    assert (read["name"], read["value"]) == ("REGION", "eu")
    assert (await deployer.patch(f"{place}/variables/REGION", json={"value": "us"})).status_code == 204
    again = (await deployer.get(f"{place}/variables/region")).json()
    assert again["value"] == "us"
    assert again["updated_at"] > read["updated_at"]
    assert (await deployer.delete(f"{place}/variables/REGION")).status_code == 204
    for method in ("GET", "DELETE"):
        assert (await deployer.request(method, f"{place}/variables/REGION")).status_code == 404
    assert (await deployer.patch(f"{place}/variables/REGION", json={"value": "x"})).status_code == 404


async def test_a_variable_can_be_renamed(deployer: httpx.AsyncClient) -> None:
    """But not onto another one."""
    place = PLACES[0]
    for name in ("A", "B"):
        await deployer.post(f"{place}/variables", json={"name": name, "value": name})
    assert (await deployer.patch(f"{place}/variables/A", json={"name": "B"})).status_code == 409
    assert (await deployer.patch(f"{place}/variables/A", json={"name": "C"})).status_code == 204
    names = [variable["name"] for variable in (await deployer.get(f"{place}/variables")).json()["variables"]]
    assert names == ["B", "C"]


async def test_variables_come_in_small_pages(deployer: httpx.AsyncClient) -> None:
    """10 by default and never more than 30, unlike everything else."""
    place = PLACES[0]
    for number in range(35):
        await deployer.post(f"{place}/variables", json={"name": f"V{number:02}", "value": "x"})
    page = await deployer.get(f"{place}/variables")
    assert (len(page.json()["variables"]), page.json()["total_count"]) == (10, 35)
    assert len((await deployer.get(f"{place}/variables", params={"per_page": 100})).json()["variables"]) == 30


@pytest.mark.parametrize(
    "wish",
    [
        {"name": "GITHUB_X", "value": "x"},
        {"name": "A-B", "value": "x"},
        {"name": "A", "value": "x" * (48 * 1024 + 1)},
        {"name": "A"},
        {"value": "x"},
        {"name": "A", "value": 1},
    ],
)
async def test_wrong_variables_are_refused(deployer: httpx.AsyncClient, wish: dict[str, object]) -> None:
    """422 for names, sizes, and missing or mistyped parts."""
    assert (await deployer.post(f"{PLACES[0]}/variables", json=wish)).status_code == 422


async def test_variables_of_the_organization_are_seen(deployer: httpx.AsyncClient) -> None:
    """With their values."""
    seen = (await deployer.get(f"{REPO}/actions/organization-variables")).json()["variables"]
    assert [(variable["name"], variable["value"]) for variable in seen] == [("SHARED_VARIABLE", "yes")]
