"""OAuth: tokens with scopes and an end, clients, and their tokens."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import LocalCloud


async def test_a_token_ends(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Its seconds count down; afterwards it opens nothing, and is never shown whole again."""
    body = {"scope": ["read"], "expires_in": 60, "description": "For deploys"}
    made = await done(heroku.post("/oauth/authorizations", json=body))
    path, token = f"/oauth/authorizations/{made['id']}", made["access_token"]["token"]
    async with cloud.heroku_as(token) as client:
        assert (await client.get("/apps")).status_code == 200
        await refused(client.post("/apps", json={"name": "banking"}), 403, "forbidden")
        cloud.clock.pass_seconds(30)
        shown = await done(heroku.get(path))
        assert (shown["access_token"]["expires_in"], shown["description"]) == (30, "For deploys")
        assert token not in str(shown)
        cloud.clock.pass_seconds(30)
        await refused(client.get("/apps"), 401, "unauthorized", "expired")
    again = await done(heroku.post(f"{path}/actions/regenerate-tokens"))
    assert again["access_token"]["token"] != token
    await refused(
        heroku.post("/oauth/authorizations", json={**body, "expires_in": -1}), 422, "invalid_params", "Expires in"
    )
    assert token not in (await cloud.control.get("/export")).text


async def test_a_client_exchanges_its_grant(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Once, with its secret; and refreshes; a deleted token opens nothing."""
    wanted = {"name": "Ledger", "redirect_uri": "https://example.com/back"}
    oauth = await done(heroku.post("/oauth/clients", json=wanted))
    await refused(
        heroku.post("/oauth/clients", json={**wanted, "redirect_uri": "http://x.test"}), 422, "invalid_params"
    )
    await refused(heroku.patch(f"/oauth/clients/{oauth['id']}", json={"name": ""}), 422, "invalid_params", "blank")
    body = {"scope": ["read"], "client": oauth["id"]}
    granted = await done(heroku.post("/oauth/authorizations", json=body))
    assert (granted["client"]["name"], granted["access_token"]) == ("Ledger", None)
    exchange = {
        "client": {"secret": "wrong"},
        "grant": {"type": "authorization_code", "code": granted["grant"]["code"]},
        "refresh_token": {"token": ""},
    }
    await refused(heroku.post("/oauth/tokens", json=exchange), 401, "unauthorized", "secret")
    exchange["client"] = {"secret": oauth["secret"]}
    token = await done(heroku.post("/oauth/tokens", json=exchange))
    await refused(heroku.post("/oauth/tokens", json=exchange), 401, "unauthorized", "used before")
    refresh = {
        **exchange,
        "grant": {"type": "refresh_token", "code": ""},
        "refresh_token": {"token": token["refresh_token"]["token"]},
    }
    fresh = await done(heroku.post("/oauth/tokens", json=refresh))
    for one, status in ((token, 401), (fresh, 200)):
        async with cloud.heroku_as(one["access_token"]["token"]) as client:
            assert (await client.get("/apps")).status_code == status
    await done(heroku.delete(f"/oauth/tokens/{fresh['id']}"))
    async with cloud.heroku_as(fresh["access_token"]["token"]) as client:
        await refused(client.get("/apps"), 401, "unauthorized")
    wrong = {"description": "x", "client": {"id": oauth["id"], "secret": "wrong"}}
    path = f"/oauth/authorizations/{granted['id']}"
    await refused(heroku.patch(path, json=wrong), 422, "invalid_params", "secret")
    rotated = await done(heroku.post(f"/oauth/clients/{oauth['id']}/actions/rotate-credentials"))
    assert rotated["secret"] != oauth["secret"]
