"""Options of add-ons."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import POSTGRES, done


async def test_config_of_an_addon(heroku: httpx.AsyncClient, app: str) -> None:
    """Options are kept, listed, changed and removed."""
    body = {**POSTGRES, "config": {"version": "16"}}
    addon = await done(heroku.post(f"{app}/addons", json=body), 202)
    path = f"/addons/{addon['id']}/config"
    assert await done(heroku.get(path)) == [{"name": "version", "value": "16"}]
    change = {"config": [{"name": "version", "value": None}, {"name": "fork", "value": "ledger"}]}
    assert await done(heroku.patch(path, json=change)) == [{"name": "fork", "value": "ledger"}]
