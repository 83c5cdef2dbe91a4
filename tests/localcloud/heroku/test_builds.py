"""Sources, builds, slugs, releases, formation and dynos."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.heroku.steps import archive, deploy, descriptions, done, refused
from tests.localcloud.in_process import LocalCloud


async def test_a_source_becomes_a_release(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Uploaded bytes are served again; the Procfile's process types appear, web with one dyno."""
    blob = (await done(heroku.post("/sources")))["source_blob"]
    async with httpx.AsyncClient(transport=cloud.transport) as bare:
        await done(bare.put(blob["put_url"], content=archive(folder="banking-1.0/")))
        assert (await bare.get(blob["get_url"])).content == archive(folder="banking-1.0/")
        assert (await bare.get(blob["get_url"].split("?")[0])).status_code == 403
    body = {"source_blob": {"url": blob["get_url"], "version": "0123456789"}}
    build = await done(heroku.post(f"{app}/builds", json=body))
    assert build["status"] == "succeeded"
    assert await done(heroku.get(f"{app}/builds/{build['id']}")) == build
    assert len(await done(heroku.get(f"{app}/builds"))) == 1
    assert (await descriptions(heroku, app))[-1] == "Deploy 01234567"
    release = await done(heroku.get(f"{app}/releases/{build['release']['id']}"))
    assert (release["current"], release["slug"], release["eligible_for_rollback"]) == (True, build["slug"], True)
    formation = {one["type"]: one for one in await done(heroku.get(f"{app}/formation"))}
    assert {name: one["quantity"] for name, one in formation.items()} == {"web": 1, "worker": 0}
    assert [dyno["name"] for dyno in await done(heroku.get(f"{app}/dynos"))] == ["web.1"]
    assert (await done(heroku.get(f"{app}/dynos/web.1")))["state"] == "up"
    slug = await done(heroku.get(f"{app}/slugs/{build['slug']['id']}"))
    assert slug["process_types"]["worker"] == "java -jar worker.jar"


@pytest.mark.parametrize("procfile", [None, ""])
async def test_a_source_without_processes_fails(heroku: httpx.AsyncClient, app: str, procfile: str | None) -> None:
    """No Procfile is a failed build; an empty one a release without process types."""
    build = await deploy(heroku, app, procfile)
    assert build["status"] == ("failed" if procfile is None else "succeeded")
    assert await done(heroku.get(f"{app}/formation")) == []


async def test_a_wrong_checksum_or_address_fails_the_build(heroku: httpx.AsyncClient, app: str) -> None:
    """The build says so with its status; nothing is fetched from elsewhere."""
    assert (await deploy(heroku, app, checksum="SHA256:00"))["status"] == "failed"
    body = {"source_blob": {"url": "https://example.com/source.tgz"}}
    build = await done(heroku.post(f"{app}/builds", json=body))
    assert build["status"] == "failed"
    await refused(heroku.delete(f"{app}/builds/{build['id']}"), 422, "invalid_params", "already failed")


async def test_the_stack_follows_with_the_build(heroku: httpx.AsyncClient, app: str) -> None:
    """``build_stack`` becomes ``stack``."""
    await done(heroku.patch(app, json={"build_stack": "heroku-22"}))
    await deploy(heroku, app)
    assert (await done(heroku.get(app)))["stack"]["name"] == "heroku-22"
