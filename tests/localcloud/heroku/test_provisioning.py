"""Provisioning takes a moment."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import POSTGRES, descriptions, done
from tests.localcloud.in_process import LocalCloud


async def test_provisioning_takes_a_moment(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """The id is there at once; the config vars and the add-on's own release come when it is provisioned."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    assert (addon["state"], addon["config_vars"]) == ("provisioning", [])
    assert addon["billed_price"] == {"cents": 500, "contract": False, "unit": "month"}
    assert await done(heroku.get(f"{app}/config-vars")) == {}
    cloud.clock.pass_seconds(0.25)
    addon = await done(heroku.get(f"/addons/{addon['id']}"))
    assert (addon["state"], addon["config_vars"]) == ("provisioned", ["DATABASE_URL"])
    assert list(await done(heroku.get(f"{app}/config-vars"))) == ["DATABASE_URL"]
    assert (await descriptions(heroku, app))[2:] == [
        f"Attach DATABASE (@ref:{addon['name']})",
        "Update DATABASE by heroku-postgresql",
    ]
    latest = (await done(heroku.get(f"{app}/releases", headers={"Range": "version ..; order=desc,max=1"}), 206))[0]
    assert latest["user"]["email"] == "heroku-postgresql@addons.heroku.com"
    assert latest["addon_plan_names"] == ["heroku-postgresql:essential-0"]


async def test_an_addon_deleted_while_provisioning_stays_deleted(
    heroku: httpx.AsyncClient, app: str, cloud: LocalCloud
) -> None:
    """What was under way does not come back."""
    addon = await done(heroku.post(f"{app}/addons", json=POSTGRES), 202)
    await done(heroku.delete(f"{app}/addons/{addon['id']}"))
    cloud.clock.pass_seconds(1)
    assert await done(heroku.get(f"{app}/addons")) == []
    assert await done(heroku.get(f"{app}/config-vars")) == {}
