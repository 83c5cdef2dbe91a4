"""OAuth authorizations."""

from __future__ import annotations

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import LocalCloud


async def test_authorizations_show_their_token_once(cloud: LocalCloud) -> None:
    """Later answers mask it; deleted, it opens nothing."""
    made = await done(cloud.heroku.post("/oauth/authorizations", json={"description": "CI", "scope": ["read"]}))
    token, path = made["access_token"]["token"], f"/oauth/authorizations/{made['id']}"
    listing = await cloud.heroku.get("/oauth/authorizations")
    assert token not in listing.text
    fresh = await done(cloud.heroku.post(f"{path}/actions/regenerate-tokens"))
    async with cloud.heroku_as(token) as old, cloud.heroku_as(fresh["access_token"]["token"]) as new:
        await refused(old.get("/account"), 401, "unauthorized")
        await done(new.get("/account"))
        await done(cloud.heroku.delete(path))
        await refused(new.get("/account"), 401, "unauthorized")
    await refused(cloud.heroku.get(path), 404, "not_found")
    await refused(cloud.heroku.post("/oauth/authorizations", json={"scope": ["all"]}), 422, "invalid_params")
