"""The add-on catalogue."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_plans_and_services_are_known(heroku: httpx.AsyncClient, app: str) -> None:
    """The catalogue answers by name and id, and unknown plans are refused in Heroku's words."""
    plan = await done(heroku.get("/plans/heroku-postgresql:essential-0"))
    assert plan["price"]["cents"] == 500
    assert (await done(heroku.get(f"/addon-services/heroku-postgresql/plans/{plan['id']}")))["name"] == plan["name"]
    assert (await done(heroku.get("/addon-services/heroku-redis/plans/mini")))["name"] == "heroku-redis:mini"
    assert len(await done(heroku.get("/addon-services/heroku-redis/plans"))) > 3
    assert "scheduler" in [one["name"] for one in await done(heroku.get("/addon-services"))]
    for path in ("/addon-region-capabilities", "/addon-services/scheduler/region-capabilities"):
        await done(heroku.get(path))
    assert await done(heroku.get("/regions/eu/addon-region-capabilities"))
    await refused(heroku.get("/plans/no:such"), 404, "not_found")
    await refused(
        heroku.post(f"{app}/addons", json={"plan": "x:y"}),
        422,
        "invalid_params",
        'Couldn\'t find either the add-on service or the add-on plan of "x:y".',
    )
