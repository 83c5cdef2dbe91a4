"""Attachments: names, confirmation, sharing."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import POSTGRES, done, refused
from tests.localcloud.in_process import LocalCloud


async def test_attachment_names_follow_herokus_rules(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """The first database is DATABASE, later ones have a colour, and a name may be chosen."""
    for body in (POSTGRES, POSTGRES, {**POSTGRES, "attachment": {"name": "LEDGER"}}, {"plan": "papertrail:choklad"}):
        await done(heroku.post(f"{app}/addons", json=body), 202)
    cloud.clock.pass_seconds(1)
    names = sorted(await done(heroku.get(f"{app}/config-vars")))
    assert names == ["DATABASE_URL", "HEROKU_POSTGRESQL_AMBER_URL", "LEDGER_URL", "PAPERTRAIL_API_TOKEN"]


async def test_a_config_var_keeps_its_name_from_an_addon(
    heroku: httpx.AsyncClient, app: str, cloud: LocalCloud
) -> None:
    """A DATABASE_URL that a person set is not taken over."""
    await done(heroku.patch(f"{app}/config-vars", json={"DATABASE_URL": "mine"}))
    await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    cloud.clock.pass_seconds(1)
    values = await done(heroku.get(f"{app}/config-vars"))
    assert values["DATABASE_URL"] == "mine"
    assert "HEROKU_POSTGRESQL_AMBER_URL" in values
    body = {**POSTGRES, "attachment": {"name": "DATABASE"}}
    await refused(heroku.post(f"{app}/addons", json=body), 422, "invalid_params", "DATABASE_URL")


async def test_a_taken_attachment_name_needs_confirmation(
    heroku: httpx.AsyncClient, app: str, cloud: LocalCloud
) -> None:
    """423 names the app to confirm with; confirmed, the new add-on takes the name."""
    first = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    body = {**POSTGRES, "attachment": {"name": "DATABASE"}}
    answer = await heroku.post(f"{app}/addons", json=body)
    assert (answer.status_code, answer.json()["id"]) == (423, "confirmation_required")
    assert answer.headers["X-Confirmation-Required"] == "banking-staging"
    second = await done(heroku.post(f"{app}/addons", json={**body, "confirm": "banking-staging"}), 202)
    attachments = await done(heroku.get(f"{app}/addon-attachments"))
    assert [one["addon"]["id"] for one in attachments] == [second["id"]]
    assert (await done(heroku.get(f"{app}/addons/{first['id']}")))["config_vars"] == []


async def test_attachments_come_and_go(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """A second name for the same add-on; the last one stays until the add-on goes."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    cloud.clock.pass_seconds(1)
    body = {"addon": addon["name"], "app": "banking-staging", "name": "ledger"}
    await refused(heroku.post("/addon-attachments", json=body), 422, "invalid_params", "uppercase")
    second = await done(heroku.post("/addon-attachments", json={**body, "name": "LEDGER"}))
    values = await done(heroku.get(f"{app}/config-vars"))
    assert values["LEDGER_URL"] == values["DATABASE_URL"]
    await refused(
        heroku.post("/addon-attachments", json={**body, "name": "LEDGER"}), 422, "invalid_params", "already used"
    )
    by_name = await done(heroku.get(f"{app}/addon-attachments/DATABASE"))
    assert by_name["addon"]["app"]["name"] == "banking-staging"
    await done(heroku.delete(f"/addon-attachments/{by_name['id']}"))
    await refused(heroku.delete(f"/addon-attachments/{second['id']}"), 422, "invalid_params", "last attachment")
    third = await done(heroku.post("/addon-attachments", json={"addon": addon["id"], "app": "banking-staging"}))
    assert third["name"] == "DATABASE"
