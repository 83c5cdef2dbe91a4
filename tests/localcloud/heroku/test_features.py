"""Features of apps."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_app_features(heroku: httpx.AsyncClient, app: str) -> None:
    """Switched by name; metadata in the dynos' environment is not a config var."""
    assert len(await done(heroku.get(f"{app}/features"))) > 5
    path = f"{app}/features/runtime-dyno-metadata"
    assert (await done(heroku.get(path)))["enabled"] is False
    assert (await done(heroku.patch(path, json={"enabled": True})))["enabled"] is True
    assert (await done(heroku.get(path)))["enabled"] is True
    assert await done(heroku.get(f"{app}/config-vars")) == {}
    await refused(heroku.get(f"{app}/features/none"), 404, "not_found")
