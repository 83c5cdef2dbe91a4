"""The functions, against the local cloud."""

from __future__ import annotations

import pytest

from infra.errors import NotFound
from infra.providers.kit.values import Secret, Values
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ADDON, APP


async def test_an_apps_config_vars_are_a_secret(estate: Estate, app: Resource) -> None:
    """All else is in the open."""
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"KEY": "canary"})
    results, _ = await estate.plugin.invoke("heroku:app/getApp:getApp", {"name": "acme-shop"})
    assert results["configVars"] == Secret({"KEY": "canary"})
    assert results["webUrl"] == app["webUrl"]
    assert results["id"] == results["uuid"] == app.id
    assert results["lastReleaseId"]


async def test_an_apps_team_is_looked_up(estate: Estate) -> None:
    """And whether its members must be let in one by one."""
    team: Values = {"name": "acme", "locked": True}
    await estate.create(APP, {"name": "acme-team", "region": "eu", "organization": team})
    results, _ = await estate.plugin.invoke("heroku:app/getApp:getApp", {"name": "acme-team"})
    assert results["organizations"] == [{"name": "acme", "locked": True, "personal": False}]


async def test_an_addon_is_looked_up(estate: Estate, app: Resource) -> None:
    """By name."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0"})
    results, _ = await estate.plugin.invoke("heroku:addon/getAddon:getAddon", {"name": addon["name"]})
    assert (results["id"], results["appId"], results["configVars"]) == (addon.id, app.id, ["DATABASE_URL"])


async def test_a_team_is_looked_up(estate: Estate) -> None:
    """By name."""
    results, _ = await estate.plugin.invoke("heroku:team/getTeam:getTeam", {"name": "acme"})
    assert results["name"] == "acme"
    assert results["type"] in ("team", "enterprise")


@pytest.mark.parametrize("what", ["app/getApp:getApp", "addon/getAddon:getAddon", "team/getTeam:getTeam"])
async def test_what_is_not_there_is_told(estate: Estate, what: str) -> None:
    """By name."""
    with pytest.raises(NotFound, match="nowhere"):
        await estate.plugin.invoke(f"heroku:{what}", {"name": "nowhere"})
