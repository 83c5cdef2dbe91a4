"""Buildpack installations."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_buildpacks_are_replaced_as_a_whole(heroku: httpx.AsyncClient, app: str) -> None:
    """In order; every way of writing an official one is the same one."""
    path = f"{app}/buildpack-installations"
    names = ["https://github.com/heroku/heroku-buildpack-nodejs.git", "heroku/clojure", "https://example.com/x.git"]
    body = {"updates": [{"buildpack": name} for name in names]}
    installed = await done(heroku.put(path, json=body))
    assert [one["buildpack"]["name"] for one in installed] == ["heroku/nodejs", "heroku/clojure", names[2]]
    assert installed[1]["buildpack"]["url"] == "urn:buildpack:heroku/clojure"
    assert [one["ordinal"] for one in await done(heroku.get(path))] == [0, 1, 2]
    assert await done(heroku.put(path, json={"updates": []})) == []
    twice = {"updates": [{"buildpack": "heroku/python"}, {"buildpack": "urn:buildpack:heroku/python"}]}
    await refused(heroku.put(path, json=twice), 422, "invalid_params", "only once")
    await refused(heroku.put(path, json={"updates": [{"buildpack": "python"}]}), 422, "invalid_params", "neither")
