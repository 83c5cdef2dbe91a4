"""heroku:pipeline/promotion:Promotion against the local cloud."""

from __future__ import annotations

import asyncio

import pytest

from infra.errors import Interrupted, Rejected
from infra.providers.kit.values import Values
from tests.providers.heroku.deploys import deploy
from tests.providers.heroku.estate import Estate, Resource, new_estate
from tests.providers.heroku.tokens import APP, COUPLING, PIPELINE, PROMOTION


async def stages(estate: Estate, *productions: str, procfile: str = "web: run\n") -> tuple[Resource, list[Resource]]:
    """A staging app with code, and apps downstream of it; and the inputs of a promotion between them."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    staging = await estate.create(APP, {"name": "acme-staging", "region": "eu"})
    apps = [await estate.create(APP, {"name": name, "region": "eu"}) for name in productions]
    for app in (staging, *apps):
        stage = "staging" if app is staging else "production"
        await estate.create(COUPLING, {"appId": app.id, "pipeline": pipeline.id, "stage": stage})
    await deploy(estate, staging, procfile)
    return staging, apps


async def wanted(estate: Estate, staging: Resource, apps: list[Resource], **more: object) -> Values:
    """The inputs of a promotion."""
    pipeline = (await estate.by_hand("GET", "/pipelines/acme"))["id"]
    return {"pipeline": pipeline, "sourceAppId": staging.id, "targetAppIds": [app.id for app in apps], **more}


async def slug_of(estate: Estate, app: Resource) -> str:
    """The slug that an app runs."""
    return str((await estate.by_hand("GET", f"/apps/{app.id}/releases/current"))["slug"]["id"])


async def test_code_is_promoted_to_every_target(estate: Estate) -> None:
    """Waited for, told by target, and nothing to do afterwards."""
    staging, apps = await stages(estate, "acme-one", "acme-two")
    inputs = await wanted(estate, staging, apps)
    promotion = await estate.create(PROMOTION, inputs)
    assert promotion["status"] == "completed"
    assert {result["appId"] for result in promotion["results"]} == {app.id for app in apps}
    assert {await slug_of(estate, app) for app in apps} == {await slug_of(estate, staging)}
    assert await estate.drift(promotion) == {}
    assert await estate.changes(promotion, {**inputs, "targetAppIds": [app.id for app in reversed(apps)]}) == {}
    assert await estate.changes(promotion, {**inputs, "triggers": {"commit": "2"}}) == {"triggers.commit": "add!"}
    imported = await estate.import_(PROMOTION, promotion.id)
    assert imported is not None
    assert await estate.changes(imported, inputs) == {}
    await estate.delete(promotion)


async def test_an_earlier_release_is_promoted(estate: Estate) -> None:
    """The one that was named, not the current one."""
    staging, apps = await stages(estate, "acme-one")
    release = await estate.by_hand("GET", f"/apps/{staging.id}/releases/current")
    await deploy(estate, staging, "web: other\n")
    inputs = await wanted(estate, staging, apps, releaseId=release["id"])
    promotion = await estate.create(PROMOTION, inputs)
    assert promotion["releaseId"] == release["id"]
    assert await slug_of(estate, apps[0]) == release["slug"]["id"]


async def test_a_target_that_fails_is_told_with_its_output(estate: Estate) -> None:
    """By its app's name; the next `up` promotes again."""
    staging, apps = await stages(estate, "acme-one")
    store = estate.app.state.cloud.store
    for slug in store.find("heroku.slug"):
        store.put("heroku.slug", slug["id"], {**slug, "process_types": {"web": "run", "release": "false"}})
    with pytest.raises(Rejected, match=r"1 of 1 targets failed\n +acme-one: .*\n +Running release command: false"):
        await estate.create(PROMOTION, await wanted(estate, staging, apps))
    assert estate.half is not None
    assert estate.half["status"] == "failed"
    assert await estate.changes(estate.half, estate.half.inputs) == {"status": "update!"}


async def test_a_promotion_that_was_stopped_is_waited_for_by_the_next_run() -> None:
    """The id is in the state; nothing is promoted twice."""
    estate = new_estate(provisioning=0.3)
    staging, apps = await stages(estate, "acme-one")
    promoting = asyncio.create_task(estate.create(PROMOTION, await wanted(estate, staging, apps)))
    while not any(path.endswith("/promotion-targets") for _, path in estate.wire.requests):
        await asyncio.sleep(0.01)
    estate.plugin.stop()
    with pytest.raises(Interrupted):
        await promoting
    estate.plugin._stopped.clear()
    assert estate.half is not None
    assert estate.half["status"] == "pending"
    assert (await estate.update(estate.half, estate.half.inputs))["status"] == "completed"
    await estate.heroku.aclose()


async def test_an_app_that_is_not_downstream_is_refused(estate: Estate) -> None:
    """With Heroku's own words."""
    staging, apps = await stages(estate, "acme-one")
    inputs = await wanted(estate, apps[0], [staging])
    with pytest.raises(Rejected):
        await estate.create(PROMOTION, inputs)


async def test_a_promotion_whose_answer_was_lost_is_sent_again_and_told(estate: Estate) -> None:
    """It cannot be looked up; the target runs the code, and the person knows."""
    staging, apps = await stages(estate, "acme-one")
    estate.fault("drop_after", method="POST", path="pipeline-promotions$", count=1)
    promotion = await estate.create(PROMOTION, await wanted(estate, staging, apps))
    assert promotion["status"] == "completed"
    assert any("answer was lost" in warning for warning in estate.warnings())
    assert await slug_of(estate, apps[0]) == await slug_of(estate, staging)
