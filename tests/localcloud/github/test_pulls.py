"""Pull requests of the stand-in, also from forks, and how they are found by commit."""

from __future__ import annotations

from typing import Any

import httpx

from infra.localcloud import github
from tests.localcloud.github.hub import REPO, Hub

PULLS = f"{REPO}/pulls"
FORK = {"repositories": [{"owner": "stranger", "name": "website"}]}
SITE = "/repos/practicalli/website"


async def push(client: httpx.AsyncClient, repository: str, branch: str) -> str:
    """A branch with one commit; the commit's name."""
    main = (await client.get(f"{repository}/git/ref/heads/main")).json()["object"]["sha"]
    wish = {"message": branch, "tree": "0" * 40, "parents": [main]}
    commit = await client.post(f"{repository}/git/commits", json=wish)
    assert commit.status_code == 201
    sha: str = commit.json()["sha"]
    reference = {"ref": f"refs/heads/{branch}", "sha": sha}
    assert (await client.post(f"{repository}/git/refs", json=reference)).status_code == 201
    return sha


async def open_pull(client: httpx.AsyncClient, repository: str, head: str) -> httpx.Response:
    """A pull request to main."""
    return await client.post(f"{repository}/pulls", json={"title": head, "head": head, "base": "main", "body": "Why"})


async def test_a_pull_request_is_an_issue_too(deployer: httpx.AsyncClient) -> None:
    """They share numbers, comments and locks."""
    sha = await push(deployer, REPO, "feature")
    await deployer.post(f"{REPO}/issues", json={"title": "first"})
    made = await open_pull(deployer, REPO, "feature")
    assert (made.status_code, made.json()["number"], made.json()["head"]["sha"]) == (201, 2, sha)
    assert (await deployer.get(f"{REPO}/issues/2")).json()["pull_request"]["html_url"].endswith("/pull/2")
    assert (await deployer.post(f"{REPO}/issues/2/comments", json={"body": "x"})).status_code == 201
    assert (await deployer.get(f"{PULLS}/1")).status_code == 404
    assert (await deployer.get(f"{PULLS}/2")).json()["comments"] == 1
    changed = await deployer.patch(f"{PULLS}/2", json={"state": "closed", "title": "Other", "body": "x"})
    assert (changed.json()["state"], changed.json()["title"]) == ("closed", "Other")


async def test_pull_requests_are_listed_by_state_head_and_base(deployer: httpx.AsyncClient) -> None:
    """And found by the commit that is their newest."""
    first, second = await push(deployer, REPO, "one"), await push(deployer, REPO, "two")
    for branch in ("one", "two"):
        await open_pull(deployer, REPO, branch)
    await deployer.patch(f"{PULLS}/1", json={"state": "closed"})

    async def heads(path: str = PULLS, **query: str) -> list[str]:
        return [one["head"]["ref"] for one in (await deployer.get(path, params=query)).json()]

    assert await heads() == ["two"]
    assert await heads(state="all", sort="updated", direction="asc") == ["two", "one"]
    assert await heads(state="all", head="practicalli:one") == ["one"]
    assert await heads(state="all", base="other") == []
    assert await heads(f"{REPO}/commits/{first}/pulls") == ["one"]
    assert await heads(f"{REPO}/commits/{second}/pulls") == ["two"]


async def test_a_forks_commit_finds_no_pull_request(hub: Hub) -> None:
    """As on the site: clients have to look through the open ones."""
    github.seed(hub.store, FORK, hub.clock.now)
    async with hub.client("stranger") as stranger, hub.client("deployer") as deployer:
        sha = await push(stranger, "/repos/stranger/website", "fix")
        made = await open_pull(stranger, SITE, "stranger:fix")
        assert made.status_code == 201
        assert made.json()["head"]["repo"]["full_name"] == "stranger/website"
        assert (await deployer.get(f"{SITE}/commits/{sha}/pulls")).json() == []
        [found] = (await deployer.get(f"{SITE}/pulls")).json()
        assert (found["head"]["sha"], found["head"]["label"]) == (sha, "stranger:fix")


async def test_what_cannot_be_a_pull_request(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """An unknown branch or fork, a second one of the same head, and a reader's own branch in it."""
    await push(deployer, REPO, "feature")
    for head in ("none", "stranger:feature"):
        assert (await open_pull(deployer, REPO, head)).json()["errors"][0]["field"] == "head"
    wish: dict[str, Any] = {"title": "x", "head": "feature", "base": "none"}
    assert (await deployer.post(PULLS, json=wish)).json()["errors"][0]["field"] == "base"
    async with hub.client("mel") as mel:
        assert (await open_pull(mel, REPO, "feature")).status_code == 403
    assert (await open_pull(deployer, REPO, "feature")).status_code == 201
    assert "already exists" in (await open_pull(deployer, REPO, "feature")).json()["errors"][0]["message"]
    parents = {"message": "x", "tree": "0" * 40, "parents": ["f" * 40]}
    assert (await deployer.post(f"{REPO}/git/commits", json=parents)).status_code == 422
