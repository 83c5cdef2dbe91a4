"""Review apps, their settings, and app setups."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import httpx
import pytest

from tests.localcloud.heroku.steps import done, new_space, refused
from tests.localcloud.in_process import TEAM, LocalCloud


async def source_of(heroku: httpx.AsyncClient, manifest: Any, procfile: str = "web: run\n") -> str:
    """The address of an uploaded source with an app.json (text, or data)."""
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in {"Procfile": procfile, "app.json": text}.items():
            member = tarfile.TarInfo(f"banking/{name}")
            member.size = len(content.encode())
            tar.addfile(member, io.BytesIO(content.encode()))
    blob = (await done(heroku.post("/sources")))["source_blob"]
    async with httpx.AsyncClient(transport=heroku._transport._inner) as bare:  # type: ignore[attr-defined]
        await done(bare.put(blob["put_url"], content=stream.getvalue()))
    return str(blob["get_url"])


MANIFEST = {
    "env": {
        "LOG_LEVEL": "info",
        "SECRET": {"generator": "secret"},
        "OPTIONAL": {"required": False},
        "GIVEN": {"required": True},
    },
    "addons": ["heroku-postgresql:essential-0", {"plan": "papertrail", "as": "LOGS"}],
    "buildpacks": [{"url": "heroku/clojure"}],
    "formation": {"web": {"quantity": 1, "size": "standard-1x"}},
    "scripts": {"postdeploy": "seed"},
    "success_url": "/welcome",
    "environments": {"review": {"env": {"LOG_LEVEL": "debug", "GIVEN": {"required": False}}}},
}


async def test_review_app_settings(heroku: httpx.AsyncClient, banking: dict[str, Any], cloud: LocalCloud) -> None:
    """Enabled once, changed, removed."""
    path = f"/pipelines/{banking['pipeline']}/review-app-config"
    await refused(heroku.get(path), 404, "not_found", "Not found")
    body = {"repo": "practicalli/banking-on-clojure", "automatic_review_apps": True, "stale_days": 3}
    config = await done(heroku.post(path, json=body))
    assert (config["automatic_review_apps"], config["stale_days"]) == (True, 3)
    await refused(heroku.post(path, json=body), 422, "invalid_params", "already enabled")
    change = {"deploy_target": {"id": "eu", "type": "region"}, "wait_for_ci": True}
    after = await done(heroku.patch(path, json=change))
    assert (after["deploy_target"]["type"], after["wait_for_ci"], after["stale_days"]) == ("region", True, 3)
    space = await new_space(cloud, "vault")
    target = {"id": space["id"], "type": "space"}
    assert (await done(heroku.patch(path, json={"deploy_target": target})))["deploy_target"] == target
    await refused(heroku.patch(path, json={"stale_days": 99}), 422, "invalid_params")
    await refused(heroku.get("/apps/banking-staging/review-app"), 404, "not_found")
    await done(heroku.delete(path))
    await refused(heroku.get(path), 404, "not_found")


async def test_a_review_app_comes_and_goes(
    heroku: httpx.AsyncClient, banking: dict[str, Any], cloud: LocalCloud
) -> None:
    """Pending, creating, created; its app stands in the review stage with the pipeline's config vars; then deleted."""
    pipeline = f"/pipelines/{banking['pipeline']}"
    body = {"branch": "Topic/One", "pipeline": banking["pipeline"], "pr_number": 7}
    body |= {"source_blob": {"url": await source_of(heroku, MANIFEST)}, "environment": {"OWN": "yes"}}
    await refused(heroku.post("/review-apps", json=body), 422, "invalid_params", "not enabled")
    config = {"repo": "practicalli/banking", "deploy_target": {"id": "eu", "type": "region"}, "base_name": "money"}
    await done(heroku.post(f"{pipeline}/review-app-config", json=config))
    await done(heroku.patch(f"{pipeline}/stage/review/config-vars", json={"SHARED": "yes"}))
    review = await done(heroku.post("/review-apps", json=body))
    assert (review["status"], review["app"]) == ("pending", None)
    await refused(heroku.post("/review-apps", json=body), 422, "invalid_params", "already exists")
    path = f"/review-apps/{review['id']}"
    cloud.clock.pass_seconds(1)
    review = await done(heroku.get(path))
    assert review["status"] == "creating"
    cloud.clock.pass_seconds(1)
    assert [one["status"] for one in await done(heroku.get(f"{pipeline}/review-apps"))] == ["created"]
    app = await done(heroku.get(f"/apps/{review['app']['id']}"))
    assert (app["name"].startswith("money-pr-7-"), app["region"]["name"]) == (True, "eu")
    values = await done(heroku.get(f"/apps/{app['id']}/config-vars"))
    assert {name: values[name] for name in ("SHARED", "OWN", "LOG_LEVEL")} == {
        "SHARED": "yes",
        "OWN": "yes",
        "LOG_LEVEL": "debug",
    }
    assert "GIVEN" not in values
    assert (await done(heroku.get(f"/apps/{app['id']}/pipeline-couplings")))["stage"] == "review"
    assert (await done(heroku.get(f"/apps/{app['id']}/review-app")))["id"] == review["id"]
    assert (await done(heroku.delete(path)))["status"] == "deleting"
    cloud.clock.pass_seconds(1)
    assert (await done(heroku.get(path)))["status"] == "deleted"
    await refused(heroku.get(f"/apps/{app['id']}"), 404, "not_found")
    assert await done(heroku.get(f"{pipeline}/review-apps")) == []
    await refused(heroku.delete(path), 422, "invalid_params", "already deleted")


async def test_a_review_app_that_cannot_be_built_is_errored(
    heroku: httpx.AsyncClient, banking: dict[str, Any], cloud: LocalCloud
) -> None:
    """And says why; deleting its app by hand deletes it."""
    pipeline = f"/pipelines/{banking['pipeline']}"
    await done(heroku.post(f"{pipeline}/review-app-config", json={"repo": "practicalli/banking"}))
    body = {"branch": "broken", "pipeline": banking["pipeline"]}
    body |= {"source_blob": {"url": await source_of(heroku, "{")}}
    path = f"/review-apps/{(await done(heroku.post('/review-apps', json=body)))['id']}"
    for _ in range(2):
        cloud.clock.pass_seconds(1)
        review = await done(heroku.get(path))
    assert (review["status"], review["error_status"]) == ("errored", "The app.json is invalid.")
    await done(heroku.delete(f"/apps/{review['app']['id']}"))
    assert (await done(heroku.get(path)))["status"] == "deleted"


async def test_an_app_is_set_up_from_its_manifest(heroku: httpx.AsyncClient, cloud: LocalCloud) -> None:
    """The app at once; config vars, add-ons, build and formation a moment later."""
    body = {
        "source_blob": {"url": await source_of(heroku, MANIFEST)},
        "app": {"name": "banking", "organization": TEAM, "region": "eu"},
        "overrides": {"env": {"GIVEN": "here"}, "buildpacks": [{"url": "heroku/python"}]},
    }
    setup = await done(heroku.post("/app-setups", json=body), 202)
    assert (setup["status"], setup["build"]) == ("pending", None)
    assert (await done(heroku.get("/apps/banking")))["team"]["name"] == TEAM
    cloud.clock.pass_seconds(1)
    setup = await done(heroku.get(f"/app-setups/{setup['id']}"))
    assert (setup["status"], setup["build"]["status"]) == ("succeeded", "succeeded")
    assert setup["resolved_success_url"].endswith("/welcome")
    assert "seed" in setup["postdeploy"]["output"]
    cloud.clock.pass_seconds(1)
    values = await done(heroku.get("/apps/banking/config-vars"))
    assert {"DATABASE_URL", "LOGS_API_TOKEN", "SECRET"} <= set(values)
    assert (values["GIVEN"], values["LOG_LEVEL"]) == ("here", "info")
    assert (await done(heroku.get("/apps/banking/formation/web")))["size"] == "Standard-1X"
    assert len(await done(heroku.get("/apps/banking/buildpack-installations"))) == 1


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("[]", "not an object"),
        ({"env": {"NEEDED": {"required": True}}}, "NEEDED is required"),
        ({"env": []}, "env"),
        ({"env": {"A-B": "x"}}, "no name"),
        ({"addons": "x"}, "addons"),
        ({"buildpacks": ["x"]}, "buildpacks"),
        ({"formation": []}, "formation"),
    ],
)
async def test_a_wrong_manifest_fails_the_setup(
    heroku: httpx.AsyncClient, cloud: LocalCloud, manifest: Any, words: str
) -> None:
    """With what is wrong."""
    body = {"source_blob": {"url": await source_of(heroku, manifest)}, "app": {"name": "banking"}}
    setup = await done(heroku.post("/app-setups", json=body), 202)
    cloud.clock.pass_seconds(1)
    setup = await done(heroku.get(f"/app-setups/{setup['id']}"))
    assert setup["status"] == "failed"
    assert words in " ".join(setup["manifest_errors"])


async def test_a_setup_fails_with_what_it_needs(
    heroku: httpx.AsyncClient, pat: httpx.AsyncClient, cloud: LocalCloud
) -> None:
    """A source from elsewhere, an unknown add-on, an app that went; others do not see it."""
    for name, source in (
        ("elsewhere", "https://example.com/x.tgz"),
        ("unknown-addon", await source_of(heroku, {"addons": ["made-up"]})),
        ("gone-app", await source_of(heroku, {})),
    ):
        setup = await done(
            heroku.post("/app-setups", json={"source_blob": {"url": source}, "app": {"name": name}}), 202
        )
        if name == "gone-app":
            await done(heroku.delete("/apps/gone-app"))
        cloud.clock.pass_seconds(1)
        setup = await done(heroku.get(f"/app-setups/{setup['id']}"))
        assert setup["status"] == "failed", name
        assert setup["failure_message"], name
        await refused(pat.get(f"/app-setups/{setup['id']}"), 404, "not_found")
