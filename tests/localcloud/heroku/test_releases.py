"""Releases: rollback, release phase."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import deploy, done, refused
from tests.localcloud.in_process import LocalCloud


async def test_a_release_can_be_rolled_back_to(heroku: httpx.AsyncClient, app: str) -> None:
    """The code and config vars of then, as a new release; releases without code cannot be rolled back to."""
    await done(heroku.patch(f"{app}/config-vars", json={"A": "then"}))
    first = await deploy(heroku, app)
    second = await deploy(heroku, app, "web: other\n")
    await done(heroku.patch(f"{app}/config-vars", json={"A": "now"}))
    assert [one["type"] for one in await done(heroku.get(f"{app}/formation"))] == ["web"]
    release = await done(heroku.post(f"{app}/releases", json={"release": first["release"]["id"]}))
    assert (release["description"], release["slug"]) == ("Rollback to v4", first["slug"])
    assert await done(heroku.get(f"{app}/config-vars")) == {"A": "then"}
    assert len(await done(heroku.get(f"{app}/formation"))) == 2
    old = await done(heroku.get(f"{app}/releases/{second['release']['id']}"))
    assert old["current"] is False
    await refused(heroku.post(f"{app}/releases", json={"release": "1"}), 422, "invalid_params", "cannot be rolled back")


async def test_a_failing_release_phase_leaves_the_old_release_current(
    heroku: httpx.AsyncClient, app: str, cloud: LocalCloud
) -> None:
    """Yet config vars stay changed."""
    good = await deploy(heroku, app, "web: run\nrelease: true\n")
    bad = await deploy(heroku, app, "web: run\nrelease: migrate && false\n")
    release = await done(heroku.get(f"{app}/releases/{bad['release']['id']}"))
    assert (release["status"], release["current"]) == ("failed", False)
    async with httpx.AsyncClient(transport=cloud.transport) as bare:
        assert "migrate && false" in (await bare.get(release["output_stream_url"])).text
        assert "Discovered process types: web" in (await bare.get(bad["output_stream_url"])).text
    current = await done(heroku.get(f"{app}/releases/{good['release']['id']}"))
    assert current["current"] is True
