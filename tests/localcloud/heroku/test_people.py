"""The account."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_the_account(heroku: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    """One's own, by every name; features and keys."""
    account = await done(heroku.get("/account"))
    for path in ("/users/~", f"/users/{account['id']}", "/users/deployer@example.com"):
        assert await done(heroku.get(path)) == account
    await refused(heroku.get("/users/pat@example.com"), 404, "not_found")
    assert (await done(heroku.patch("/account", json={"name": "D."})))["name"] == "D."
    feature = "/account/features/pipelines"
    assert (await done(heroku.patch(feature, json={"enabled": True})))["enabled"] is True
    assert (await done(heroku.get(feature)))["enabled"] is True
    assert (await done(pat.get(feature)))["enabled"] is False
    assert await done(heroku.get("/account/features"))
    await refused(heroku.get("/account/features/none"), 404, "not_found")
    assert await done(heroku.get("/account/keys")) == []
    await refused(heroku.get("/account/keys/x"), 404, "not_found")
