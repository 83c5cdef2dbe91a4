"""App transfers."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_apps_can_be_transferred(heroku: httpx.AsyncClient, pat: httpx.AsyncClient, app: str) -> None:
    """The recipient accepts, then owns the app; only the recipient may answer."""
    body = {"app": "banking-staging", "recipient": "pat@example.com"}
    transfer = await done(heroku.post("/account/app-transfers", json=body))
    path = f"/account/app-transfers/{transfer['id']}"
    await refused(heroku.post("/account/app-transfers", json=body), 422, "invalid_params", "already pending")
    await refused(heroku.patch(path, json={"state": "accepted"}), 403, "forbidden")
    assert (await done(pat.patch(path, json={"state": "accepted"})))["state"] == "accepted"
    assert (await done(pat.get(app)))["owner"]["email"] == "pat@example.com"
    assert len(await done(pat.get("/account/app-transfers"))) == 1
    await done(heroku.delete(path))
    await refused(heroku.get(path), 404, "not_found")
