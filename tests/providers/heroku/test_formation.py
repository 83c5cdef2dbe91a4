"""heroku:formation/formation:Formation against the local cloud, before and after the first deploy."""

from __future__ import annotations

import asyncio

import pytest

from infra.errors import ApiError
from infra.providers.kit.values import Values
from tests.providers.heroku.deploys import deploy
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import FORMATION


def wanted(app: Resource, type: str = "web", quantity: int = 1, size: str = "basic") -> Values:
    """What a program declares."""
    return {"appId": app.id, "type": type, "quantity": quantity, "size": size}


async def test_before_the_first_deploy_it_is_kept_for_later(estate: Estate, app: Resource) -> None:
    """Accepted with a warning, no drift, no change, and not forgotten."""
    web = await estate.create(FORMATION, wanted(app))
    assert "after the first deploy" in estate.warnings()[0]
    assert web.outputs["__pending"] is True
    assert await estate.changes(web, web.inputs) == {}
    assert await estate.drift(web) == {}


async def test_after_the_first_deploy_the_pending_one_is_scaled(estate: Estate, app: Resource) -> None:
    """The preview sees what differs, the update scales it, and then it is no longer pending."""
    web = await estate.create(FORMATION, wanted(app, quantity=2, size="standard-1x"))
    await deploy(estate, app)
    assert await estate.changes(web, web.inputs) == {"quantity": "update", "size": "update"}
    web = await estate.update(web, web.inputs)
    assert "__pending" not in web.outputs
    assert (web["quantity"], web["size"]) == (2, "standard-1x")
    assert await estate.drift(web) == {}


async def test_all_types_of_an_app_change_at_once(estate: Estate, app: Resource) -> None:
    """Moving both from basic to standard is one request, as Heroku allows no mixture."""
    await deploy(estate, app)
    both = await asyncio.gather(*(estate.create(FORMATION, wanted(app, type)) for type in ("web", "worker")))
    estate.forget_requests()
    await asyncio.gather(*(estate.update(one, {**one.inputs, "size": "standard-1x"}) for one in both))
    assert estate.writes() == [("PATCH", f"/apps/{app.id}/formation")]
    sizes = {one["size"] for one in await estate.by_hand("GET", f"/apps/{app.id}/formation")}
    assert {size.lower() for size in sizes} == {"standard-1x"}


async def test_a_mixture_is_told_as_heroku_says_it(estate: Estate, app: Resource) -> None:
    """Both hear why."""
    await deploy(estate, app)
    results = await asyncio.gather(
        estate.create(FORMATION, wanted(app, "web", size="basic")),
        estate.create(FORMATION, wanted(app, "worker", size="standard-1x")),
        return_exceptions=True,
    )
    assert all(isinstance(result, ApiError) for result in results)
    assert "dyno types" in str(results[0])


async def test_a_type_that_the_deploy_does_not_have_waits_on(estate: Estate, app: Resource) -> None:
    """The others are scaled all the same."""
    await deploy(estate, app, "web: run\n")
    web, clock = await asyncio.gather(
        estate.create(FORMATION, wanted(app, "web", 2, "standard-1x")),
        estate.create(FORMATION, wanted(app, "clock", 1, "standard-1x")),
    )
    assert "__pending" not in web.outputs
    assert clock.outputs["__pending"] is True


async def test_scaling_by_hand_is_seen(estate: Estate, app: Resource) -> None:
    """Quantity and size; the spelling of a size is no change."""
    await deploy(estate, app)
    web = await estate.create(FORMATION, wanted(app, size="BASIC"))
    assert await estate.drift(web) == {}
    await estate.by_hand("PATCH", f"/apps/{app.id}/formation/web", {"quantity": 0})
    assert await estate.drift(web) == {"quantity": "update"}


async def test_deleting_scales_down(estate: Estate, app: Resource) -> None:
    """To nothing; and it does not mind what is gone already."""
    await deploy(estate, app)
    web = await estate.create(FORMATION, wanted(app))
    await estate.delete(web)
    assert (await estate.by_hand("GET", f"/apps/{app.id}/formation/web"))["quantity"] == 0
    await estate.by_hand("DELETE", f"/apps/{app.id}")
    await estate.delete(web)
    assert await estate.refresh(web) is None


async def test_a_pending_one_goes_with_its_app(estate: Estate, app: Resource) -> None:
    """Gone, and nothing to delete."""
    web = await estate.create(FORMATION, wanted(app))
    await estate.by_hand("DELETE", f"/apps/{app.id}")
    assert await estate.refresh(web) is None
    await estate.delete(web)


@pytest.mark.parametrize("app_name", ["acme-shop", None])
async def test_an_import_changes_nothing(estate: Estate, app: Resource, app_name: str | None) -> None:
    """By app and type."""
    await deploy(estate, app)
    await estate.create(FORMATION, wanted(app))
    imported = await estate.import_(FORMATION, f"{app_name or app.id}:web")
    assert imported is not None
    assert await estate.changes(imported, wanted(app)) == {}
