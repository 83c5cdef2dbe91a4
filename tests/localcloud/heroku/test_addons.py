"""Add-ons: provisioning, names of attachments, plans, config, deletion."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import POSTGRES, descriptions, done, new_app, refused
from tests.localcloud.in_process import LocalCloud


async def test_a_plan_changes_in_place(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Same add-on, same values, another price; not to another service."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    path = f"{app}/addons/{addon['name']}"
    await refused(heroku.patch(path, json={"plan": "heroku-postgresql:standard-0"}), 422, "invalid_params", "still")
    cloud.clock.pass_seconds(1)
    after = await done(heroku.patch(path, json={"plan": "heroku-postgresql:standard-0"}))
    assert (after["id"], after["billed_price"]["cents"]) == (addon["id"], 5000)
    await refused(heroku.patch(path, json={"plan": "heroku-redis:mini"}), 422, "invalid_params", "another add-on")
    await refused(heroku.patch(path, json={"name": "x"}), 400, "bad_request", '"plan" wasn\'t supplied')
    renamed = await done(heroku.patch(path, json={"plan": "heroku-postgresql:standard-0", "name": "the-ledger"}))
    assert renamed["name"] == "the-ledger"
    assert (await done(heroku.get(f"{app}/addon-attachments")))[0]["addon"]["name"] == "the-ledger"


async def test_an_addon_goes_with_its_attachments(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Deleted is 404 at once; its config vars are gone with a release."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    cloud.clock.pass_seconds(1)
    assert (await done(heroku.delete(f"{app}/addons/{addon['id']}")))["state"] == "deprovisioned"
    await refused(heroku.get(f"/addons/{addon['id']}"), 404, "not_found", "Couldn't find that add-on.")
    assert await done(heroku.get(f"{app}/config-vars")) == {}
    assert (await descriptions(heroku, app))[-1] == f"Detach DATABASE (@ref:{addon['name']})"


async def test_a_shared_addon_is_not_deleted_lightly(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Attached to another app as well, it wants a confirmation; then both apps lose it."""
    await new_app(heroku, "banking-reports")
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    cloud.clock.pass_seconds(1)
    body = {"addon": addon["id"], "app": "banking-reports", "name": "LEDGER", "confirm": None}
    attachment = await done(heroku.post("/addon-attachments", json={k: v for k, v in body.items() if v}))
    assert "LEDGER_URL" in await done(heroku.get("/apps/banking-reports/config-vars"))
    assert len(await done(heroku.get(f"/addons/{addon['name']}/addon-attachments"))) == 2
    await refused(heroku.delete(f"{app}/addons/{addon['id']}"), 423, "confirmation_required")
    await done(heroku.request("DELETE", f"{app}/addons/{addon['id']}", json={"force": True}))
    await refused(heroku.get(f"/addon-attachments/{attachment['id']}"), 404, "not_found")
    assert await done(heroku.get("/apps/banking-reports/config-vars")) == {}


async def test_a_single_service_is_installed_once(heroku: httpx.AsyncClient, app: str) -> None:
    """Services that allow one installation refuse the second."""
    await done(heroku.post(f"{app}/addons", json={"plan": "scheduler:standard"}), 202)
    await refused(heroku.post(f"{app}/addons", json={"plan": "scheduler"}), 422, "invalid_params", "already installed")


async def test_expansion_puts_the_plan_inline(heroku: httpx.AsyncClient, app: str) -> None:
    """``Accept-Expansion`` as Heroku's command line sends it."""
    await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    addon = (await done(heroku.get(f"{app}/addons", headers={"Accept-Expansion": "addon_service, plan"})))[0]
    assert addon["plan"]["price"]["cents"] == 500
    assert addon["addon_service"]["human_name"] == "Heroku Postgres"


async def test_the_addons_of_others_are_closed(heroku: httpx.AsyncClient, pat: httpx.AsyncClient, app: str) -> None:
    """By id as well; and nobody plays the add-on's provider."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    await refused(pat.get(f"/addons/{addon['id']}"), 403, "forbidden")
    assert await done(pat.get("/addons")) == []
    assert len(await done(heroku.get("/users/~/addons"))) == 1
    await refused(heroku.post(f"/addons/{addon['id']}/actions/provision", json={}), 403, "forbidden")
