"""Apps of a seed document: as if a client had made them an hour ago."""

from __future__ import annotations

from datetime import timedelta

from infra.localcloud.heroku.naming import stamp
from tests.bench.fleet import fleet
from tests.localcloud.heroku.steps import done
from tests.localcloud.in_process import LocalCloud


async def test_a_fleet_stands_at_once(cloud: LocalCloud) -> None:
    """Add-ons are provisioned, releases are made, and every route answers as for any other app."""
    await done(cloud.control.post("/seed", json=fleet(3)))
    apps = await done(cloud.heroku.get("/apps"))
    assert sorted(app["name"] for app in apps) == ["bench-0", "bench-1", "bench-2"]
    assert {app["released_at"] for app in apps} == {stamp(cloud.clock() - timedelta(hours=1))}
    values = await done(cloud.heroku.get("/apps/bench-1/config-vars"))
    assert len(values) == 12
    assert values["SETTING_3"] == "value 3"
    addons = await done(cloud.heroku.get("/addons"))
    assert {addon["state"] for addon in addons} == {"provisioned"}
    assert len(await done(cloud.heroku.get("/pipeline-couplings"))) == 3
    assert len(await done(cloud.heroku.get("/apps/bench-2/domains"))) == 3


async def test_seeding_again_adds_what_is_new(cloud: LocalCloud) -> None:
    """And leaves alone what is there; a reset brings it all back."""
    for apps in (1, 2):
        await done(cloud.control.post("/seed", json=fleet(apps)))
    assert len(await done(cloud.heroku.get("/apps"))) == 2
    await done(cloud.heroku.delete("/apps/bench-0"))
    await done(cloud.control.post("/reset"))
    assert len(await done(cloud.heroku.get("/apps"))) == 2
