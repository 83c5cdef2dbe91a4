"""Finding add-ons by any name."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.heroku.steps import POSTGRES, done, refused


@pytest.mark.parametrize("name", ["DATABASE", "heroku-postgresql"])
async def test_addons_are_resolved(heroku: httpx.AsyncClient, app: str, name: str) -> None:
    """By attachment and by service."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    body = {"addon": name, "app": "banking-staging"}
    assert [one["id"] for one in await done(heroku.post("/actions/addons/resolve", json=body))] == [addon["id"]]
    body = {"addon_attachment": "DATABASE", "app": "banking-staging", "addon_service": "heroku-postgresql"}
    assert len(await done(heroku.post("/actions/addon-attachments/resolve", json=body))) == 1
    await refused(heroku.post("/actions/addons/resolve", json={"addon": "nothing"}), 404, "not_found")
