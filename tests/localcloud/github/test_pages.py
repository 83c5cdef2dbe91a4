"""Paged lists."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.localcloud.github.hub import BASE_URL, REPO


def relations(header: str) -> dict[str, str]:
    """The addresses of a Link header by relation."""
    return {relation: address for address, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', header)}


async def test_links_lead_through_a_list(deployer: httpx.AsyncClient) -> None:
    """Following next gives everything once; other parameters are kept."""
    for number in range(7):
        await deployer.put(f"{REPO}/environments/e{number}", json={})
    first = await deployer.get(f"{REPO}/environments", params={"per_page": 3})
    links = relations(first.headers["Link"])
    assert links == {
        "next": f"{BASE_URL}/api/v3{REPO}/environments?per_page=3&page=2",
        "last": f"{BASE_URL}/api/v3{REPO}/environments?per_page=3&page=3",
    }
    names = [body["name"] for body in first.json()["environments"]]
    answer = first
    while "next" in relations(answer.headers.get("Link", "")):
        answer = await deployer.get(relations(answer.headers["Link"])["next"])
        names += [body["name"] for body in answer.json()["environments"]]
    assert names == [f"e{number}" for number in range(7)]
    assert set(relations(answer.headers["Link"])) == {"prev", "first"}


@pytest.mark.parametrize("query", [{"per_page": 0}, {"per_page": "x"}, {"page": -1}, {"page": "٣"}])
async def test_odd_numbers_mean_the_default(deployer: httpx.AsyncClient, query: dict[str, str]) -> None:
    """Nothing breaks on them."""
    answer = await deployer.get(f"{REPO}/branches", params=query)
    assert (answer.status_code, len(answer.json())) == (200, 1)


async def test_a_page_beyond_the_end_is_empty(deployer: httpx.AsyncClient) -> None:
    """And leads back."""
    answer = await deployer.get(f"{REPO}/branches", params={"page": 9})
    assert answer.json() == []
    assert relations(answer.headers["Link"])["prev"].endswith("page=1")
