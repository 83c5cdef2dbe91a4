"""How many requests a whole app costs: to bring it up, to refresh it, to take it down."""

from __future__ import annotations

import asyncio

from infra.providers.kit.values import Values
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ADDON, APP, CONFIG, COUPLING, DOMAIN, DRAIN, PIPELINE, WEBHOOK

UP_AT_MOST = 14
REFRESH_AT_MOST = 8


def belongings(app: Resource, pipeline: Resource) -> list[tuple[str, Values]]:
    """Ten config vars, two add-ons, two domains, a drain, a webhook and a coupling."""
    vars = {f"KEY_{number}": str(number) for number in range(7)}
    secrets = {f"SECRET_{number}": "canary" for number in range(3)}
    return [
        (CONFIG, {"appId": app.id, "vars": vars, "sensitiveVars": secrets}),
        (ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0", "allowDataLoss": True}),
        (ADDON, {"appId": app.id, "plan": "heroku-redis:mini", "allowDataLoss": True}),
        (DOMAIN, {"appId": app.id, "hostname": "www.example.org"}),
        (DOMAIN, {"appId": app.id, "hostname": "api.example.org"}),
        (DRAIN, {"appId": app.id, "url": "https://logs.example.com/x"}),
        (WEBHOOK, {"appId": app.id, "includes": ["api:release"], "level": "notify", "url": "https://ci.example.com"}),
        (COUPLING, {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"}),
    ]


async def test_an_app_with_everything_is_cheap(estate: Estate) -> None:
    """Nothing is read back after it was written, and lists are read once for all that are in them."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    estate.forget_requests()
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    wanted = belongings(app, pipeline)
    made = [app, *await asyncio.gather(*(estate.create(token, inputs) for token, inputs in wanted))]
    assert len(estate.wire.requests) <= UP_AT_MOST, estate.wire.requests

    estate.forget_requests()
    live = await asyncio.gather(*(estate.refresh(resource) for resource in made))
    assert all(live)
    assert len(estate.wire.requests) <= REFRESH_AT_MOST, estate.wire.requests
    assert estate.writes() == []

    estate.forget_requests()
    await asyncio.gather(*(estate.delete(resource) for resource in made[1:]))
    await estate.delete(app)
    # One more looks whether the app has add-ons whose data would go with it.
    assert len(estate.wire.requests) == len(made) + 1
