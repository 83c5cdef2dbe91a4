"""Secrets of Actions, environments and Dependabot."""

from __future__ import annotations

import base64

import httpx
import pytest

from tests.localcloud.github.hub import REPO, Hub, sealed

ENVIRONMENT = f"{REPO}/environments/prod%2Feu"
PLACES = [f"{REPO}/actions", f"{REPO}/dependabot", ENVIRONMENT]


@pytest.fixture(autouse=True)
async def _environment(deployer: httpx.AsyncClient) -> None:
    await deployer.put(ENVIRONMENT, json={})


@pytest.mark.parametrize("place", PLACES)
async def test_a_secret_lives_and_goes(hub: Hub, deployer: httpx.AsyncClient, place: str) -> None:
    """201, read without a value, 204 with a later time, gone."""
    path = f"{place}/secrets/session_key"
    made = await deployer.put(path, json=await sealed(deployer, place, "one"))
    assert (made.status_code, made.json()) == (201, {})
    read = (await deployer.get(path)).json()
    assert read == {"name": "SESSION_KEY", "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"}
    changed = await deployer.put(path, json=await sealed(deployer, place, "two"))
    assert (changed.status_code, changed.content) == (204, b"")
    again = (await deployer.get(f"{place}/secrets/SESSION_KEY")).json()
    assert again["updated_at"] > read["updated_at"]
    assert again["created_at"] == read["created_at"]
    assert (await deployer.get(f"{place}/secrets")).json() == {"total_count": 1, "secrets": [again]}
    assert (await deployer.delete(path)).status_code == 204
    assert (await deployer.delete(path)).status_code == 404
    assert (await deployer.get(path)).status_code == 404


async def test_only_a_fingerprint_of_the_value_is_kept(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """The box was opened, since the fingerprint is of what was inside; the value is nowhere in the store."""
    place = PLACES[0]
    await deployer.put(f"{place}/secrets/KEY", json=await sealed(deployer, place, "hunter2-is-not-here"))
    stored = [body for kind in hub.store.kinds() for body in hub.store.find(kind)]
    fingerprints = [body["_fingerprint"] for body in stored if "_fingerprint" in body]
    assert fingerprints == [hub.store.fingerprint("hunter2-is-not-here")]
    assert "hunter2-is-not-here" not in repr(stored)


async def test_every_place_has_its_own_key(deployer: httpx.AsyncClient) -> None:
    """Sealing for one place and sending to another is what real clients got wrong."""
    keys = [(await deployer.get(f"{place}/secrets/public-key")).json() for place in PLACES]
    assert len({key["key"] for key in keys}) == len({key["key_id"] for key in keys}) == len(PLACES)
    assert (await deployer.get(f"{PLACES[0]}/secrets/public-key")).json() == keys[0]
    for_another_place = await sealed(deployer, PLACES[1], "x")
    answer = await deployer.put(f"{PLACES[0]}/secrets/KEY", json=for_another_place)
    assert answer.status_code == 422
    forged = {**for_another_place, "key_id": keys[0]["key_id"]}
    answer = await deployer.put(f"{PLACES[0]}/secrets/KEY", json=forged)
    assert answer.status_code == 422
    assert "improperly encrypted secret" in answer.json()["message"]


@pytest.mark.parametrize("value", ["not base64!", base64.b64encode(b"short").decode(), ""])
async def test_what_is_not_a_sealed_box_is_refused(deployer: httpx.AsyncClient, value: str) -> None:
    """422, and the value is not repeated."""
    body = {**await sealed(deployer, PLACES[0], "x"), "encrypted_value": value}
    answer = await deployer.put(f"{PLACES[0]}/secrets/KEY", json=body)
    assert answer.status_code == 422
    assert not value or value not in answer.text


@pytest.mark.parametrize("missing", ["key_id", "encrypted_value"])
async def test_both_parts_are_needed(deployer: httpx.AsyncClient, missing: str) -> None:
    """422 naming the part."""
    body = await sealed(deployer, PLACES[0], "x")
    del body[missing]
    answer = await deployer.put(f"{PLACES[0]}/secrets/KEY", json=body)
    assert answer.status_code == 422
    assert missing in answer.json()["message"]


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "github_token", "1ST", "A-B", "A%20B", "%C3%84"])
async def test_names_follow_the_rules(deployer: httpx.AsyncClient, name: str) -> None:
    """422 for the reserved prefix, digits in front and odd characters."""
    answer = await deployer.put(f"{PLACES[0]}/secrets/{name}", json=await sealed(deployer, PLACES[0], "x"))
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("Secret names")


async def test_limits(deployer: httpx.AsyncClient) -> None:
    """48 KB a value, 100 secrets a place; a full place still takes changes; lists come in pages."""
    place = PLACES[0]
    large = await sealed(deployer, place, "x" * (48 * 1024 + 1))
    assert (await deployer.put(f"{place}/secrets/LARGE", json=large)).status_code == 422
    body = await sealed(deployer, place, "x" * 48 * 1024)
    for number in range(100):
        assert (await deployer.put(f"{place}/secrets/KEY_{number:03}", json=body)).status_code == 201
    assert (await deployer.put(f"{place}/secrets/ONE_MORE", json=body)).status_code == 422
    assert (await deployer.put(f"{place}/secrets/KEY_000", json=body)).status_code == 204
    page = await deployer.get(f"{place}/secrets", params={"per_page": 40, "page": 3})
    assert [secret["name"] for secret in page.json()["secrets"]] == [f"KEY_{number:03}" for number in range(80, 100)]
    assert page.json()["total_count"] == 100
    assert 'rel="prev"' in page.headers["Link"]


async def test_an_environment_must_be_there_first(deployer: httpx.AsyncClient) -> None:
    """404 for the key, the list and the write."""
    place = f"{REPO}/environments/nowhere"
    assert (await deployer.get(f"{place}/secrets/public-key")).status_code == 404
    assert (await deployer.get(f"{place}/secrets")).status_code == 404
    body = await sealed(deployer, PLACES[0], "x")
    assert (await deployer.put(f"{place}/secrets/KEY", json=body)).status_code == 404


async def test_the_form_by_id_is_the_same_place(deployer: httpx.AsyncClient) -> None:
    """The published provider writes environment secrets by the repository's id."""
    number = (await deployer.get(REPO)).json()["id"]
    place = f"/repositories/{number}/environments/prod%2Feu"
    await deployer.put(f"{place}/secrets/KEY", json=await sealed(deployer, place, "x"))
    assert (await deployer.get(f"{ENVIRONMENT}/secrets")).json()["total_count"] == 1


async def test_secrets_of_the_organization_reach_their_repositories(deployer: httpx.AsyncClient) -> None:
    """All of them, or those selected."""
    seen = (await deployer.get(f"{REPO}/actions/organization-secrets")).json()["secrets"]
    assert [secret["name"] for secret in seen] == ["SHARED", "CHOSEN"]
    website = (await deployer.get("/repos/practicalli/website/actions/organization-secrets")).json()["secrets"]
    assert [secret["name"] for secret in website] == ["SHARED"]


async def test_a_repository_named_like_a_family_is_not_confused_with_it(deployer: httpx.AsyncClient) -> None:
    """The family is read at its place in the path."""
    await deployer.post("/orgs/practicalli/repos", json={"name": "dependabot"})
    odd = "/repos/practicalli/dependabot"
    keys = [(await deployer.get(f"{odd}/{family}/secrets/public-key")).json() for family in ("actions", "dependabot")]
    assert keys[0] != keys[1]
