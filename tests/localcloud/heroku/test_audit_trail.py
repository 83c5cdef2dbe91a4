"""An enterprise's audit trail tells who changed the apps of its teams, to whoever may manage it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.in_process import BASE, LocalCloud

EVENTS = "/enterprise-accounts/acme/events"


@pytest.fixture
async def heroku(cloud: LocalCloud) -> httpx.AsyncClient:
    """A client of the admin of an enterprise's team that has one app."""
    team = {"name": "acme-team", "enterprise": "acme", "members": ["deployer@example.com", "pat@example.com"]}
    await cloud.control.post(f"{BASE}/_cloud/seed", json={"heroku": {"teams": [team]}})
    await cloud.heroku.post("/teams/apps", json={"name": "shop", "team": "acme-team"})
    await cloud.heroku.post("/apps", json={"name": "private"})
    return cloud.heroku


async def events(heroku: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """The events of a day."""
    answer = await heroku.get(EVENTS, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_changes_of_the_teams_apps_are_told(heroku: httpx.AsyncClient) -> None:
    """And not those of other apps."""
    for app in ("shop", "private"):
        await heroku.post(f"/apps/{app}/domains", json={"hostname": f"{app}.example", "sni_endpoint": None})
    [event] = await events(heroku, type="domain", action="create")
    assert (event["actor"]["email"], event["app"]["name"]) == ("deployer@example.com", "shop")
    assert event["enterprise_account"]["name"] == "acme"
    assert await events(heroku, type="domain", action="destroy") == []
    assert await events(heroku, actor="pat@example.com") == []


async def test_each_day_is_told_by_itself(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Today's, unless another day is named."""
    await heroku.post("/apps/shop/domains", json={"hostname": "shop.example", "sni_endpoint": None})
    day = f"{cloud.clock():%Y-%m-%d}"
    cloud.clock.pass_seconds(86_400)
    assert await events(heroku) == []
    assert len(await events(heroku, day=day)) == 1


async def test_only_whoever_manages_the_account_may_look(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Others are refused, and what is no account is not found."""
    denied = await heroku.get(EVENTS, headers={"Authorization": f"Bearer {cloud.pat_token}"})
    assert denied.status_code == 403
    assert (await heroku.get("/enterprise-accounts/other/events")).status_code == 404
    assert (await heroku.get(EVENTS, params={"order": "desc"})).status_code == 501
