"""The control routes: health, export, reset, seed, request log, calls by hand, and who may ask."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.localcloud.heroku.steps import deploy, done, new_app
from tests.localcloud.in_process import BASE, LocalCloud, new_cloud

SECRET = "s3cr3t-value"


async def build_estate(cloud: LocalCloud) -> None:
    """An app with a bit of everything, its secrets spelled SECRET."""
    heroku = cloud.heroku
    await new_app(heroku, "banking-staging")
    await deploy(heroku, "/apps/banking-staging")
    await done(heroku.patch("/apps/banking-staging/config-vars", json={"SESSION_KEY": SECRET}))
    body = {"plan": "heroku-postgresql:essential-0", "config": {"password": SECRET}}
    await done(heroku.post("/apps/banking-staging/addons", json=body), 202)
    drain = {"url": f"https://user:{SECRET}@logs.example.com/?token={SECRET}"}
    await done(heroku.post("/apps/banking-staging/log-drains", json=drain))
    hook = {
        "include": ["api:release"],
        "level": "notify",
        "url": f"https://ci.example.com/?t={SECRET}",
        "secret": SECRET,
    }
    await done(heroku.post("/apps/banking-staging/webhooks", json=hook))
    pipeline = await done(heroku.post("/pipelines", json={"name": "banking"}))
    coupling = {"app": "banking-staging", "pipeline": pipeline["id"], "stage": "staging"}
    coupling["app"] = (await done(heroku.get("/apps/banking-staging")))["id"]
    await done(heroku.post("/pipeline-couplings", json=coupling))
    await done(heroku.patch(f"/pipelines/{pipeline['id']}/stage/review/config-vars", json={"KEY": SECRET}))


async def exported(cloud: LocalCloud, query: str = "?normalized=1") -> str:
    """The export's text."""
    return (await cloud.control.get(f"/export{query}")).text


async def test_an_empty_estate_is_left_as_it_was_found(cloud: LocalCloud) -> None:
    """Building an estate and removing it again leaves the same text: no counters, no tombstones."""
    before = await exported(cloud)
    await build_estate(cloud)
    cloud.clock.pass_seconds(1)
    assert await exported(cloud) != before
    await done(cloud.heroku.delete("/apps/banking-staging"))
    pipeline = await done(cloud.heroku.get("/pipelines/banking"))
    await done(cloud.heroku.delete(f"/pipelines/{pipeline['id']}"))
    assert await exported(cloud) == before


async def test_equal_estates_have_equal_text() -> None:
    """Whatever their ids, times, random names and order; only the fingerprints' key is the store's own."""
    texts = []
    for seconds in (0, 1000):
        cloud = new_cloud()
        cloud.store._fingerprint_key = b"the same for both"
        cloud.clock.pass_seconds(seconds)
        async with cloud.heroku, cloud.control:
            if seconds:
                await new_app(cloud.heroku, "passing")
                await done(cloud.heroku.delete("/apps/passing"))
            await build_estate(cloud)
            cloud.clock.pass_seconds(1)
            texts.append(await exported(cloud))
    assert texts[0] == texts[1]


async def test_no_secret_leaves_through_export_or_log(cloud: LocalCloud) -> None:
    """Neither normalized nor raw, nor in the request log."""
    await build_estate(cloud)
    cloud.clock.pass_seconds(1)
    url = (await done(cloud.heroku.get("/apps/banking-staging/config-vars")))["DATABASE_URL"]
    await cloud.heroku.get(f"/apps/banking-staging?token={SECRET}")
    for text in (await exported(cloud), await exported(cloud, ""), (await cloud.control.get("/requests")).text):
        assert SECRET not in text
        assert url not in text
        assert cloud.heroku_token not in text


async def test_reset_keeps_what_was_seeded(cloud: LocalCloud) -> None:
    """Accounts and tokens stay, everything else goes."""
    before = await exported(cloud)
    await build_estate(cloud)
    await cloud.control.post("/faults", json={"kind": "status"})
    assert (await cloud.control.post("/reset")).status_code == 200
    assert await exported(cloud) == before
    assert (await done(cloud.heroku.get("/account")))["email"] == "deployer@example.com"
    await cloud.control.post("/reset")
    assert await exported(cloud) == before


async def test_more_can_be_seeded(cloud: LocalCloud) -> None:
    """A second document adds; a broken one is refused and adds nothing."""
    document = {"heroku": {"accounts": [{"email": "new@example.com", "token": "t", "scopes": ["read"]}]}}
    assert (await cloud.control.post("/seed", json=document)).status_code == 200
    async with cloud.heroku_as("t") as new:
        assert (await done(new.get("/account")))["email"] == "new@example.com"
    broken = {"heroku": {"accounts": [{"email": "x@example.com", "token": "x", "scopes": ["none"]}]}}
    assert (await cloud.control.post("/seed", json=broken)).status_code == 400
    assert cloud.store.find("heroku.account", email="x@example.com") == []


async def test_the_request_log(cloud: LocalCloud) -> None:
    """Who asked for what, with which outcome; read on from a number; control routes are not in it."""
    await cloud.heroku.get("/apps?x=1", headers={"User-Agent": "tester/1"})
    await cloud.heroku.get("/account", headers={"Authorization": "Bearer wrong"})
    entries = (await cloud.control.get("/requests")).json()
    kept = [{name: one[name] for name in ("vendor", "method", "path", "query", "status", "account")} for one in entries]
    assert kept == [
        {"vendor": "heroku", "method": "GET", "path": "/apps", "query": ["x"], "status": 200,
         "account": "deployer@example.com"},
        {"vendor": "heroku", "method": "GET", "path": "/account", "query": [], "status": 401, "account": ""},
    ]  # fmt: skip
    assert entries[0]["client"] == "tester/1"
    later = (await cloud.control.get(f"/requests?after={entries[0]['number']}")).json()
    assert [one["status"] for one in later] == [401]
    assert (await cloud.control.get("/requests?after=x")).status_code == 400


async def test_calls_by_hand(cloud: LocalCloud) -> None:
    """As the human account, in both vendors; the answer is the vendor's."""
    body: dict[str, Any] = {"vendor": "heroku", "method": "POST", "path": "/apps", "body": {"name": "by-hand"}}
    answer = await cloud.control.post("/by-hand", json=body)
    assert (answer.status_code, answer.json()["owner"]["email"]) == (201, "pat@example.com")
    assert (await cloud.control.post("/by-hand", json=body)).status_code == 422
    body |= {"path": "/apps/by-hand", "method": "delete", "as": "deployer@example.com"}
    assert (await cloud.control.post("/by-hand", json=body)).status_code == 403
    github = {"vendor": "github", "method": "GET", "path": "/user"}
    assert (await cloud.control.post("/by-hand", json=github)).json()["login"] == "pat"
    assert (await cloud.control.post("/by-hand", json={"vendor": "moon"})).status_code == 400
    assert (await cloud.control.post("/by-hand", content=b"[]")).status_code == 400
    assert cloud.store.requests()[0]["client"] == "by hand"


async def test_a_call_by_hand_bears_a_time_and_a_person(cloud: LocalCloud) -> None:
    """As if it had been made then, by whoever is named."""
    await new_app(cloud.heroku, "banking-staging")
    call = {
        "vendor": "heroku", "method": "PATCH", "path": "/apps/banking-staging/config-vars", "body": {"A": "1"},
        "as": "pat@example.com", "at": "2026-11-23T22:15:00+00:00",
    }  # fmt: skip
    await done(cloud.control.post("/by-hand", json=call))
    releases = await done(cloud.heroku.get("/apps/banking-staging/releases"))
    newest = max(releases, key=lambda release: release["version"])
    assert (newest["user"]["email"], newest["created_at"]) == ("pat@example.com", "2026-11-23T22:15:00Z")
    for at in ("yesterday", "2026-11-23T22:15:00"):
        assert (await cloud.control.post("/by-hand", json={**call, "at": at})).status_code == 400


async def test_add_ons_are_done_when_the_export_is_read(cloud: LocalCloud) -> None:
    """What is due is settled first."""
    await new_app(cloud.heroku, "banking-staging")
    await done(cloud.heroku.post("/apps/banking-staging/addons", json={"plan": "heroku-redis:mini"}), 202)
    cloud.clock.pass_seconds(1)
    app = json.loads(await exported(cloud))["heroku"]["apps"]["banking-staging"]
    assert app["addons"][0]["state"] == "provisioned"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example.com"}, {"Origin": "https://evil.example.com"}, {"Host": "127.0.0.1.example.com:4567"}],
)
async def test_other_sites_are_kept_out(cloud: LocalCloud, headers: dict[str, str]) -> None:
    """Neither a rebound name nor another site's page reaches the control routes."""
    assert (await cloud.control.post("/reset", headers=headers)).status_code == 403


@pytest.mark.parametrize("base", [BASE, "http://localhost:4567", "http://[::1]:4567"])
async def test_this_machine_is_let_in(cloud: LocalCloud, base: str) -> None:
    """By each of its names."""
    async with httpx.AsyncClient(transport=cloud.transport, base_url=base) as client:
        assert (await client.get("/_cloud/health")).json()["status"] == "ok"
