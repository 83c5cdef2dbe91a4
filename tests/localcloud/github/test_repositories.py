"""Repositories: defaults, settings, names, topics, alerts."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.github.hub import REPO, Hub


async def test_a_new_repository_has_githubs_defaults(deployer: httpx.AsyncClient) -> None:
    """Empty until something is pushed, or with one commit when that was asked for."""
    answer = await deployer.post("/orgs/practicalli/repos", json={"name": "new one", "visibility": "private"})
    made = answer.json()
    assert answer.status_code == 201
    assert (made["name"], made["full_name"], made["visibility"]) == ("new-one", "practicalli/new-one", "private")
    assert answer.headers["Location"] == made["url"]
    assert made["organization"]["login"] == "practicalli"
    assert made["squash_merge_commit_title"] == "COMMIT_OR_PR_TITLE"
    assert made["permissions"] == dict.fromkeys(("admin", "maintain", "push", "triage", "pull"), True)
    assert (await deployer.get("/repos/practicalli/new-one/branches")).json() == []
    started = await deployer.post("/user/repos", json={"name": "own", "auto_init": True, "description": "mine"})
    assert started.json()["owner"]["login"] == "deployer"
    assert started.json()["visibility"] == "public"
    assert (await deployer.get("/repos/deployer/own/branches")).json()[0]["name"] == "main"


async def test_a_name_is_taken_once(deployer: httpx.AsyncClient) -> None:
    """422 in GitHub's words, whatever the case."""
    answer = await deployer.post("/orgs/practicalli/repos", json={"name": "Banking"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "name already exists on this account"


async def test_only_owners_add_repositories_to_an_organization(hub: Hub) -> None:
    """A plain member is refused, an unknown organization is not found."""
    async with hub.client("mel") as client:
        assert (await client.post("/orgs/practicalli/repos", json={"name": "x"})).status_code == 403
        assert (await client.post("/orgs/nobody/repos", json={"name": "x"})).status_code == 404


async def test_settings_change_and_stay(deployer: httpx.AsyncClient) -> None:
    """What is not named keeps its value; an empty text is no text."""
    wish = {"description": "Banking", "homepage": "", "allow_merge_commit": False, "delete_branch_on_merge": True}
    changed = (await deployer.patch(REPO, json=wish)).json()
    read = (await deployer.get(REPO)).json()
    assert changed == read
    assert (read["description"], read["homepage"], read["delete_branch_on_merge"]) == ("Banking", None, True)
    assert read["updated_at"] > read["created_at"]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (dict.fromkeys(("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge"), False), "no_merge_method"),
        ({"default_branch": "nowhere"}, "The branch nowhere was not found"),
        ({"visibility": "private"}, "Visibility is already private"),
        ({"has_issues": "yes"}, "string is not a boolean"),
        ({"squash_merge_commit_title": "POEM"}, "POEM is not a possible value"),
        ({"name": "website"}, "name already exists"),
    ],
)
async def test_wrong_settings_are_refused(deployer: httpx.AsyncClient, wish: dict[str, object], message: str) -> None:
    """422, and nothing of the request is kept."""
    before = (await deployer.get(REPO)).json()
    answer = await deployer.patch(REPO, json={"description": "lost", **wish})
    assert answer.status_code == 422
    assert message in answer.text
    assert (await deployer.get(REPO)).json() == before


async def test_what_a_viewer_sees_depends_on_the_viewer(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Merge settings for those who push, security for administrators."""
    assert "security_and_analysis" in (await deployer.get(REPO)).json()
    async with hub.client("mel") as client:
        seen = (await client.get(REPO)).json()
    assert "security_and_analysis" not in seen
    assert "allow_squash_merge" not in seen
    assert seen["permissions"]["push"] is False


async def test_security_settings_change(deployer: httpx.AsyncClient) -> None:
    """By their own block of the body."""
    wish = {"security_and_analysis": {"secret_scanning": {"status": "enabled"}}}
    changed = (await deployer.patch(REPO, json=wish)).json()
    assert changed["security_and_analysis"]["secret_scanning"] == {"status": "enabled"}


async def test_topics_are_replaced(deployer: httpx.AsyncClient) -> None:
    """Lower case, sorted, and checked."""
    assert (await deployer.put(f"{REPO}/topics", json={"names": ["Heroku", "clojure"]})).status_code == 200
    assert (await deployer.get(f"{REPO}/topics")).json() == {"names": ["clojure", "heroku"]}
    assert (await deployer.get(REPO)).json()["topics"] == ["clojure", "heroku"]


async def test_vulnerability_alerts_are_a_status(deployer: httpx.AsyncClient) -> None:
    """204 when on, 404 when off."""
    path = f"{REPO}/vulnerability-alerts"
    assert (await deployer.get(path)).status_code == 404
    await deployer.put(path)
    assert (await deployer.get(path)).status_code == 204
    await deployer.delete(path)
    assert (await deployer.get(path)).status_code == 404


async def test_a_name_that_is_free_again_ends_the_redirect(deployer: httpx.AsyncClient) -> None:
    """A new repository under a former name is the one that is found."""
    await deployer.patch(REPO, json={"name": "bank"})
    await deployer.post("/orgs/practicalli/repos", json={"name": "banking"})
    assert (await deployer.get(REPO)).status_code == 200


async def test_a_repository_takes_everything_with_it(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """Nothing of a deleted repository is left in the store."""
    number = (await deployer.get(REPO)).json()["id"]
    await deployer.put(f"{REPO}/environments/staging", json={})
    await deployer.get(f"{REPO}/environments/staging/secrets/public-key")
    await deployer.post(f"{REPO}/environments/staging/variables", json={"name": "A", "value": "1"})
    await deployer.post(f"{REPO}/hooks", json={"config": {"url": "https://example.com"}})
    await deployer.delete(REPO)
    left = [body for kind in hub.store.kinds() for body in hub.store.find(kind)]
    assert [body for body in left if str(body.get("_key", "")).startswith(f"{number}")] == []
