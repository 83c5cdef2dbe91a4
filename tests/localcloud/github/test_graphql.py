"""GraphQL's small remainder."""

from __future__ import annotations

import httpx

from tests.localcloud.github.hub import BASE_URL, Hub

URL = f"{BASE_URL}/api/graphql"


async def test_the_viewer_is_known(deployer: httpx.AsyncClient) -> None:
    """As command lines ask who they are."""
    answer = await deployer.post(URL, json={"query": "query UserCurrent{viewer{login}}"})
    assert answer.json() == {"data": {"viewer": {"login": "deployer"}}}


async def test_everything_else_is_refused_by_name(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Status 200 with an error naming field and operation, as GraphQL does."""
    query = 'query Protection($o: String!) { repository(owner: $o, name: "x") { id } }'
    body = (await deployer.post(URL, json={"query": query})).json()
    assert body["data"] is None
    assert body["errors"][0]["type"] == "NOT_IMPLEMENTED"
    assert "'repository' (query Protection)" in body["errors"][0]["message"]
    odd = (await deployer.post(URL, json={"query": "{viewer{login repositories}}"})).json()
    assert "'viewer'" in odd["errors"][0]["message"]
    async with hub.client("nobody") as client:
        assert (await client.post(URL, json={"query": "{viewer{login}}"})).status_code == 401
