"""What somebody changed since it was last read is a conflict, not overwritten; what else changes there is none."""

from __future__ import annotations

import pytest

from infra.errors import Conflict
from infra.providers.kit.values import Values
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ADDON, APP, COUPLING, PIPELINE, REVIEW_APPS, WEBHOOK


async def refused_until_refreshed(
    estate: Estate, resource: Resource, wanted: Values, path: str, by_hand: Values, what: str
) -> None:
    """A person changes what the program is about to change: refused, and after a refresh it is put right."""
    await estate.by_hand("PATCH", path, by_hand)
    before = len(estate.writes())
    with pytest.raises(Conflict, match=f"somebody changed {what} since"):
        await estate.update(resource, wanted)
    assert len(estate.writes()) == before
    live = await estate.refresh(resource)
    assert live is not None
    done = await estate.update(live, wanted)
    assert await estate.drift(done) == {}


async def test_an_app(estate: Estate, app: Resource) -> None:
    """Its name."""
    wanted = {**app.inputs, "name": "acme-mine"}
    await refused_until_refreshed(estate, app, wanted, f"/apps/{app.id}", {"name": "acme-hand"}, "name")


async def test_an_addon(estate: Estate, app: Resource) -> None:
    """Its plan."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "heroku-redis:mini"})
    path = f"/apps/{app.id}/addons/{addon.id}"
    wanted = {**addon.inputs, "plan": "heroku-redis:premium-0"}
    await refused_until_refreshed(estate, addon, wanted, path, {"plan": "heroku-redis:premium-1"}, "plan")


async def test_a_coupling_and_its_pipeline(estate: Estate, app: Resource) -> None:
    """Stage and name."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    inputs: Values = {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"}
    coupling = await estate.create(COUPLING, inputs)
    path = f"/pipeline-couplings/{coupling.id}"
    wanted = {**inputs, "stage": "production"}
    await refused_until_refreshed(estate, coupling, wanted, path, {"stage": "development"}, "stage")
    path = f"/pipelines/{pipeline.id}"
    await refused_until_refreshed(estate, pipeline, {"name": "acme-2"}, path, {"name": "acme-3"}, "name")


async def test_a_webhook(estate: Estate, app: Resource) -> None:
    """Its address; the secret is nobody's to see."""
    inputs: Values = {"appId": app.id, "includes": ["api:release", "api:build"], "level": "notify", "secret": "canary"}
    webhook = await estate.create(WEBHOOK, {**inputs, "url": "https://ci.example.com"})
    path = f"/apps/{app.id}/webhooks/{webhook.id}"
    by_hand = {"url": "https://other.example.com", "level": "notify", "include": ["api:release", "api:build"]}
    wanted = {**inputs, "url": "https://new.example.com"}
    await refused_until_refreshed(estate, webhook, wanted, path, by_hand, "url")


async def test_review_apps(estate: Estate) -> None:
    """After how many days they are old."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    inputs: Values = {
        "pipelineId": pipeline.id,
        "orgRepo": "acme/shop",
        "deployTarget": {"id": "eu", "type": "region"},
        "destroyStaleApps": True,
        "staleDays": 3,
    }
    config = await estate.create(REVIEW_APPS, inputs)
    path = f"/pipelines/{pipeline.id}/review-app-config"
    await refused_until_refreshed(estate, config, {**inputs, "staleDays": 9}, path, {"stale_days": 5}, "stale_days")


async def test_a_change_of_something_else_is_no_conflict(estate: Estate, app: Resource) -> None:
    """Somebody's maintenance is not the stack's business, and a lost answer is no conflict with ourselves."""
    made = await estate.create(APP, {"name": "acme-stack", "region": "eu", "stack": "heroku-22"})
    await estate.by_hand("PATCH", f"/apps/{made.id}", {"maintenance": True})
    estate.fault("drop_after", method="PATCH", path=f"apps/{made.id}$", count=1)
    changed = await estate.update(made, {**made.inputs, "stack": "heroku-24"})
    assert changed["stack"] == "heroku-24"
