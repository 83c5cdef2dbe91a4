"""Headers, conditional answers, versions and the hourly budget."""

from __future__ import annotations

import re

import httpx

from infra.localcloud.app import create_app
from infra.localcloud.exchange import Settings
from tests.localcloud.github.hub import REPO, Hub


async def test_every_answer_carries_githubs_headers(deployer: httpx.AsyncClient) -> None:
    """Request id, budget, scopes, media type and version."""
    answer = await deployer.get(REPO, headers={"X-GitHub-Api-Version": "2022-11-28"})
    assert re.fullmatch(r"[0-9A-F]{4}(:[0-9A-F]+){4}", answer.headers["X-GitHub-Request-Id"])
    assert answer.headers["X-GitHub-Api-Version-Selected"] == "2022-11-28"
    assert "admin:repo_hook" in answer.headers["X-OAuth-Scopes"]
    assert answer.headers["X-Accepted-OAuth-Scopes"] == "repo"
    assert answer.headers["X-RateLimit-Resource"] == "core"


async def test_an_unchanged_read_is_304_and_costs_nothing(deployer: httpx.AsyncClient) -> None:
    """Both spellings of an ETag are known again, and a change makes a new one."""
    first = await deployer.get(REPO)
    etag, left = first.headers["ETag"], first.headers["X-RateLimit-Remaining"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        again = await deployer.get(REPO, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["X-RateLimit-Remaining"] == left
    await deployer.patch(REPO, json={"description": "changed"})
    changed = await deployer.get(REPO, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


async def test_an_unknown_version_is_refused(deployer: httpx.AsyncClient) -> None:
    """400, as for a client from the future."""
    answer = await deployer.get("/user", headers={"X-GitHub-Api-Version": "2099-01-01"})
    assert answer.status_code == 400


async def test_a_media_type_that_is_not_json_is_refused(deployer: httpx.AsyncClient) -> None:
    """415; previews and GitHub's own types pass."""
    assert (await deployer.get("/user", headers={"Accept": "text/html"})).status_code == 415
    for accept in ("*/*", "application/json", "application/vnd.github.v3+json,application/vnd.github.x-preview+json"):
        assert (await deployer.get("/user", headers={"Accept": accept})).status_code == 200


async def test_a_body_that_is_not_json_is_refused(deployer: httpx.AsyncClient) -> None:
    """400 "Problems parsing JSON"."""
    answer = await deployer.patch(REPO, content=b"{")
    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


async def test_the_budget_runs_out_and_comes_back(hub: Hub) -> None:
    """403 with nothing remaining; asking for the budget itself is free; the next hour starts afresh."""
    hub.app = create_app(hub.store, clock=hub.clock, settings=Settings(github_rate_limit=3))
    async with hub.client("pat") as client:
        left = [(await client.get("/user")).headers["X-RateLimit-Remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        refused = await client.get("/user")
        assert refused.status_code == 403
        assert refused.json()["message"].startswith("API rate limit exceeded")
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        budget = await client.get("/rate_limit")
        assert budget.json()["resources"]["core"]["remaining"] == 0
        hub.clock.forward(3601)
        assert (await client.get("/user")).status_code == 200
    async with hub.client("mel") as other:
        assert (await other.get("/user")).status_code == 200


async def test_an_unknown_route_says_what_it_is(deployer: httpx.AsyncClient) -> None:
    """501 with the method and path, never a made-up success."""
    answer = await deployer.get(f"{REPO}/milestones")
    assert answer.status_code == 501
    assert "GET /repos/practicalli/banking/milestones" in answer.json()["message"]


async def test_a_refusal_points_to_the_documentation_of_its_noun(deployer: httpx.AsyncClient) -> None:
    """Each noun has its page."""
    answer = await deployer.get(f"{REPO}/actions/secrets/NONE")
    assert answer.json()["documentation_url"] == "https://docs.github.com/rest/actions/secrets"
