"""Stacks, regions, generations, dyno sizes."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_sizes_stacks_and_regions_are_listed(heroku: httpx.AsyncClient, app: str) -> None:
    """What Heroku itself offers, all of the right shape."""
    for path in ("/dyno-sizes", "/stacks", "/regions", "/generations", f"{app}/available-stacks"):
        assert await done(heroku.get(path))
    assert await done(heroku.get(f"{app}/available-dyno-sizes"))
    assert (await done(heroku.get("/dyno-sizes/standard-1x")))["name"] == "Standard-1X"
    for path in ("/stacks/heroku-24", "/regions/eu", "/generations/cedar"):
        assert await done(heroku.get(path))
    for path in ("/stacks/none", "/regions/none", "/dyno-sizes/none", "/generations/none"):
        await refused(heroku.get(path), 404, "not_found")
