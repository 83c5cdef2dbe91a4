"""What holds data is neither replaced nor deleted unless the program, or the provider's settings, say so."""

from __future__ import annotations

import pytest

from infra.model.data_services import keeps_data
from infra.providers.heroku.package import package
from infra.providers.kit.guard import DataLoss
from infra.providers.kit.plugin import Plugin
from infra.providers.kit.values import Values
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ADDON, APP, ATTACHMENT

POSTGRES = "heroku-postgresql:essential-0"


@pytest.fixture
async def database(estate: Estate, app: Resource) -> Resource:
    """A database."""
    return await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})


async def test_a_replacement_is_refused_in_the_preview(estate: Estate, database: Resource) -> None:
    """With the field that forces it, what would be lost, and the way to say that it may be."""
    wanted: Values = {**database.inputs, "config": {"fork": "x"}}
    with pytest.raises(DataLoss, match=rf"a change of config .* the data of {database['name']}") as caught:
        await estate.changes(database, wanted)
    assert "`allowDataLoss: true`" in str(caught.value)
    assert "heroku:allowDataLoss true" in str(caught.value)
    assert "config.fork" in await estate.changes(database, {**wanted, "allowDataLoss": True})


async def test_a_replacement_that_is_allowed_deletes_the_old_one(estate: Estate, database: Resource) -> None:
    """Although the old one's own inputs did not allow it: the engine shows only those."""
    await estate.changes(database, {**database.inputs, "config": {"fork": "x"}, "allowDataLoss": True})
    await estate.delete(database)


async def test_an_update_in_place_is_nothing_to_refuse(estate: Estate, database: Resource) -> None:
    """A plan changes with its data."""
    assert await estate.changes(database, {**database.inputs, "plan": "heroku-postgresql:essential-1"}) == {
        "plan": "update"
    }


async def test_a_delete_is_refused_until_the_state_allows_it(estate: Estate, database: Resource) -> None:
    """Set, brought up, deleted; setting it alone asks nothing of Heroku but a look."""
    with pytest.raises(DataLoss, match=f"with it goes the data of {database['name']}"):
        await estate.delete(database)
    estate.forget_requests()
    allowed = await estate.update(database, {**database.inputs, "allowDataLoss": True})
    assert estate.writes() == []
    assert await estate.drift(allowed) == {}
    await estate.delete(allowed)
    assert await estate.refresh(allowed) is None


async def test_taking_the_allowance_back_is_a_change(estate: Estate, database: Resource) -> None:
    """And protects again."""
    allowed = await estate.update(database, {**database.inputs, "allowDataLoss": True})
    assert await estate.changes(allowed, database.inputs) == {"allowDataLoss": "delete"}
    back = await estate.update(allowed, database.inputs)
    with pytest.raises(DataLoss):
        await estate.delete(back)


async def test_an_app_goes_with_its_add_ons(estate: Estate, app: Resource, database: Resource) -> None:
    """Refused while it has one of a data service, also when somebody made that by hand."""
    with pytest.raises(DataLoss, match=f"a change of region .* the data of {database['name']}"):
        await estate.changes(app, {"name": "acme-shop", "region": "us"})
    with pytest.raises(DataLoss, match=database["name"]):
        await estate.delete(app)
    changes = await estate.changes(app, {"name": "acme-shop", "region": "us", "allowDataLoss": True})
    assert changes == {"region": "update!", "allowDataLoss": "add"}
    await estate.delete(app)


async def test_add_ons_without_data_are_no_reason(estate: Estate, app: Resource) -> None:
    """Nor is one that belongs to another app, or one that is gone."""
    other = await estate.create(APP, {"name": "acme-other", "region": "eu"})
    shared = await estate.create(ADDON, {"appId": other.id, "plan": POSTGRES})
    await estate.create(ATTACHMENT, {"appId": app.id, "addonId": shared.id, "name": "SHARED"})
    await estate.delete(await estate.create(ADDON, {"appId": app.id, "plan": "papertrail"}))
    await estate.delete(app)
    await estate.by_hand("DELETE", f"/apps/{other.id}/addons/{shared.id}")
    await estate.delete(shared)


@pytest.mark.parametrize("setting", [True, "true"])
async def test_the_providers_settings_allow_everything(estate: Estate, database: Resource, setting: object) -> None:
    """As for a `destroy` of what nobody needs any more."""
    estate.plugin.configure({"allowDataLoss": setting})
    assert "config.fork" in await estate.changes(database, {**database.inputs, "config": {"fork": "x"}})
    await estate.delete(database)


def test_the_environment_allows_everything() -> None:
    """HEROKU_ALLOW_DATA_LOSS, unless the settings say otherwise."""
    environment = {"HEROKU_API_KEY": "x", "HEROKU_ALLOW_DATA_LOSS": "1"}
    for config, everything in (({}, True), ({"allowDataLoss": False}, False)):
        plugin = Plugin(package(environment))
        plugin.configure(config)
        assert plugin._guard.everything is everything


def test_data_services() -> None:
    """By service, whatever the plan."""
    assert keeps_data("heroku-postgresql:standard-0")
    assert keeps_data("stackhero-redis:ist-5lnr6v")
    assert not keeps_data("papertrail:choklad")
