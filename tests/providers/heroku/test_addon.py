"""heroku:addon/addon:Addon and heroku:addon/attachment:Attachment against the local cloud."""

from __future__ import annotations

import asyncio

import pytest

from infra.errors import Conflict, Interrupted
from infra.providers.kit.guard import DataLoss
from infra.providers.kit.values import Values, has_secret
from tests.providers.heroku.estate import Estate, Resource, new_estate
from tests.providers.heroku.tokens import ADDON, APP, ATTACHMENT

POSTGRES = "heroku-postgresql:essential-0"


async def test_an_addon_is_waited_for(estate: Estate, app: Resource) -> None:
    """Provisioned when it is told as made, and its config vars are on the app."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "attachmentName": "MAIN"})
    assert addon["configVars"] == ["MAIN_URL"]
    assert "MAIN_URL" in await estate.by_hand("GET", f"/apps/{app.id}/config-vars")
    assert await estate.drift(addon) == {}
    assert "configVarValues" not in addon.outputs


async def test_stopped_while_it_is_provisioned_the_next_run_goes_on(app: Resource) -> None:
    """The id is known at once; the update waits for that add-on and makes no second."""
    estate = new_estate(provisioning=30)
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    creating = asyncio.create_task(estate.create(ADDON, {"appId": app.id, "plan": POSTGRES}))
    while not any(path.endswith("/addons") for _, path in estate.wire.requests[1:]):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    estate.plugin.stop()
    with pytest.raises(Interrupted):
        await creating
    assert estate.half is not None
    estate.plugin._stopped.clear()
    estate.app.state.cloud.clock = lambda: _later(30)
    whole = await estate.update(estate.half, estate.half.inputs)
    assert whole["configVars"] == ["DATABASE_URL"]
    assert len(await estate.by_hand("GET", f"/apps/{app.id}/addons")) == 1
    await estate.heroku.aclose()


async def test_refreshed_while_it_is_provisioned_it_is_still_waited_for() -> None:
    """The state says what it is until it is provisioned, so that the next run waits instead of forgetting it."""
    estate = new_estate(provisioning=30)
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    made = await estate.by_hand("POST", f"/apps/{app.id}/addons", {"plan": POSTGRES})
    imported = await estate.import_(ADDON, made["id"])
    assert imported is not None
    for _ in range(2):
        live = await estate.refresh(imported)
        assert live is not None
        assert estate.plugin.unfinished(ADDON, live.outputs) == (
            f"add-on {made['name']} is still provisioning; `pulumi up` waits for it"
        )
        imported = live
    estate.app.state.cloud.clock = lambda: _later(30)
    whole = await estate.update(imported, imported.inputs)
    assert estate.plugin.unfinished(ADDON, whole.outputs) == ""
    assert "__state" not in whole.outputs
    assert await estate.drift(whole) == {}
    assert [path for _, path in estate.writes()] == ["/apps"]
    await estate.heroku.aclose()


def _later(seconds: float) -> object:
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(seconds=seconds)


async def test_two_addons_at_once_share_their_polling(estate: Estate, app: Resource) -> None:
    """Made one after the other, waited for together."""
    postgres, redis = await asyncio.gather(
        estate.create(ADDON, {"appId": app.id, "plan": POSTGRES}),
        estate.create(ADDON, {"appId": app.id, "plan": "heroku-redis:mini"}),
    )
    assert {*postgres["configVars"], *redis["configVars"]} >= {"DATABASE_URL", "REDIS_URL"}


async def test_plan_and_name_change_in_place(estate: Estate, app: Resource) -> None:
    """The id stays."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    wanted: Values = {"appId": app.id, "plan": "heroku-postgresql:essential-1", "name": "acme-database"}
    assert await estate.changes(addon, wanted) == {"plan": "update", "name": "add"}
    changed = await estate.update(addon, wanted)
    live = await estate.by_hand("GET", f"/apps/{app.id}/addons/{addon.id}")
    assert (live["plan"]["name"], live["name"]) == ("heroku-postgresql:essential-1", "acme-database")
    assert await estate.drift(changed) == {}


async def test_options_are_secret_and_make_a_new_addon(estate: Estate, app: Resource) -> None:
    """They are read only once, at creation."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "config": {"version": "16"}})
    assert has_secret(addon.outputs["config"])
    assert await estate.drift(addon) == {}
    wanted: Values = {"appId": app.id, "plan": POSTGRES, "config": {"version": "17"}, "allowDataLoss": True}
    assert await estate.changes(addon, wanted) == {"config.version": "update!", "allowDataLoss": "add"}


async def test_a_plan_changed_by_hand_is_seen(estate: Estate, app: Resource) -> None:
    """As the plan that it is now."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    path = f"/apps/{app.id}/addons/{addon.id}"
    await estate.by_hand("PATCH", path, {"plan": "heroku-postgresql:essential-1"})
    assert await estate.drift(addon) == {"plan": "update"}


async def test_a_service_without_a_plan_takes_any(estate: Estate, app: Resource) -> None:
    """The plan that Heroku chose is no drift; naming one is a change."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "papertrail"})
    assert addon["plan"] == "papertrail"
    assert await estate.drift(addon) == {}
    assert await estate.changes(addon, {"appId": app.id, "plan": "papertrail:fixa"}) == {"plan": "update"}


async def test_an_addon_deleted_by_hand_is_gone(estate: Estate, app: Resource) -> None:
    """Read says gone, delete says done."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    await estate.by_hand("DELETE", f"/apps/{app.id}/addons/{addon.id}")
    assert await estate.refresh(addon) is None
    await estate.delete(addon)


async def test_an_import_changes_nothing(estate: Estate, app: Resource) -> None:
    """By id or name."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    for id in (addon.id, addon["name"]):
        imported = await estate.import_(ADDON, id)
        assert imported is not None
        assert imported.id == addon.id
        assert await estate.changes(imported, imported.inputs) == {}
        assert await estate.changes(imported, {"appId": app.id, "plan": POSTGRES}) == {}


@pytest.mark.parametrize("extra", [{}, {"name": "acme-database"}, {"attachmentName": "MAIN"}])
async def test_a_lost_answer_makes_no_second_addon(estate: Estate, app: Resource, extra: Values) -> None:
    """Found again by its name, its attachment, or its plan and age."""
    estate.fault("drop_after", method="POST", path="addons$", count=1)
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, **extra})
    assert [one["id"] for one in await estate.by_hand("GET", f"/apps/{app.id}/addons")] == [addon.id]


async def test_an_unknown_plan_is_told_as_heroku_says_it(estate: Estate, app: Resource) -> None:
    """With Heroku's own words."""
    from infra.errors import ApiError

    with pytest.raises(ApiError, match="add-on"):
        await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:enormous"})


async def test_an_addon_is_shared_under_another_name(estate: Estate, app: Resource) -> None:
    """Attach, see, import, detach."""
    other = await estate.create(APP, {"name": "acme-other", "region": "eu"})
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    wanted: Values = {"appId": other.id, "addonId": addon.id, "name": "SHARED"}
    attachment = await estate.create(ATTACHMENT, wanted)
    assert "SHARED_URL" in await estate.by_hand("GET", f"/apps/{other.id}/config-vars")
    assert await estate.drift(attachment) == {}
    imported = await estate.import_(ATTACHMENT, attachment.id)
    assert imported is not None
    assert imported.inputs == wanted
    assert await estate.changes(attachment, {**wanted, "name": "OTHER"}) == {"name": "update!"}
    await estate.delete(attachment)
    assert await estate.refresh(attachment) is None
    await estate.delete(attachment)


async def test_an_attachment_that_is_there_already_is_taken_over(estate: Estate, app: Resource) -> None:
    """The same add-on under the same name is what was wanted; another one under that name is not."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    wanted: Values = {"appId": app.id, "addonId": addon.id, "name": "SECOND"}
    first = await estate.create(ATTACHMENT, wanted)
    assert (await estate.create(ATTACHMENT, wanted)).id == first.id
    redis = await estate.create(ADDON, {"appId": app.id, "plan": "heroku-redis:mini"})
    with pytest.raises(Conflict, match=f"NAME {first.id}"):
        await estate.create(ATTACHMENT, {**wanted, "addonId": redis.id})


async def test_a_lost_attachment_is_found_again(estate: Estate, app: Resource) -> None:
    """By its name on the app."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    estate.fault("drop_after", method="POST", path="addon-attachments$", count=1)
    attachment = await estate.create(ATTACHMENT, {"appId": app.id, "addonId": addon.id, "name": "SECOND"})
    names = [one["name"] for one in await estate.by_hand("GET", f"/apps/{app.id}/addon-attachments")]
    assert sorted(names) == ["DATABASE", attachment["name"]]


async def test_a_new_addon_never_takes_anothers_attachment(estate: Estate, app: Resource) -> None:
    """The name is in use: an error, and the old attachment is untouched."""
    first = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "attachmentName": "DATABASE"})
    with pytest.raises(Conflict, match=f"detach {first['name']} first"):
        await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "attachmentName": "DATABASE"})
    attachments = await estate.by_hand("GET", f"/apps/{app.id}/addon-attachments")
    assert [(one["name"], one["addon"]["id"]) for one in attachments] == [("DATABASE", first.id)]


async def test_a_lost_answer_that_may_mean_two_addons_is_not_guessed(estate: Estate, app: Resource) -> None:
    """Neither a second add-on nor somebody else's."""
    await estate.by_hand("POST", f"/apps/{app.id}/addons", {"plan": POSTGRES})
    estate.fault("drop_after", method="POST", path="addons$", count=1)
    with pytest.raises(Conflict, match="may be the one"):
        await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES})
    assert len(await estate.by_hand("GET", f"/apps/{app.id}/addons")) == 2


async def test_an_attachment_is_renamed_in_place(estate: Estate, app: Resource) -> None:
    """The database stays; its config vars follow; by hand it shows as a change."""
    wanted: Values = {"appId": app.id, "plan": POSTGRES, "attachmentName": "MAIN"}
    addon = await estate.create(ADDON, wanted)
    changed: Values = {**wanted, "attachmentName": "PRIMARY"}
    assert await estate.changes(addon, changed) == {"attachmentName": "update"}
    renamed = await estate.update(addon, changed)
    assert renamed["configVars"] == ["PRIMARY_URL"]
    assert await estate.drift(renamed) == {}
    attachments = await estate.by_hand("GET", f"/apps/{app.id}/addon-attachments")
    assert [one["name"] for one in attachments] == ["PRIMARY"]
    await estate.by_hand("POST", "/addon-attachments", {"app": app.id, "addon": addon.id, "name": "BY_HAND"})
    await estate.by_hand("DELETE", f"/addon-attachments/{attachments[0]['id']}")
    assert await estate.drift(renamed) == {"attachmentName": "update"}


async def test_an_attachment_is_not_taken_from_another_addon(estate: Estate, app: Resource) -> None:
    """The name is in use: an error, and nothing changed."""
    await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "attachmentName": "MAIN"})
    second = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "attachmentName": "SECOND"})
    with pytest.raises(Conflict, match="Choose another attachment name"):
        await estate.update(second, {**second.inputs, "attachmentName": "MAIN"})
    names = {one["name"] for one in await estate.by_hand("GET", f"/apps/{app.id}/addon-attachments")}
    assert names == {"MAIN", "SECOND"}


async def test_an_attachment_is_renamed_although_the_answer_was_lost(estate: Estate, app: Resource) -> None:
    """What has the name then is our own attachment."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": POSTGRES, "attachmentName": "MAIN"})
    estate.fault("drop_after", method="POST", path="addon-attachments$", count=1)
    renamed = await estate.update(addon, {**addon.inputs, "attachmentName": "PRIMARY"})
    assert await estate.drift(renamed) == {}
    attachments = await estate.by_hand("GET", f"/apps/{app.id}/addon-attachments")
    assert [one["name"] for one in attachments] == ["PRIMARY"]


async def test_another_service_makes_a_new_addon_after_the_old_one_went(estate: Estate, app: Resource) -> None:
    """Heroku changes plans of one service only; two add-ons cannot have one name, nor one attachment."""
    inputs: Values = {"appId": app.id, "plan": "heroku-redis:mini", "name": "acme-cache", "attachmentName": "CACHE"}
    addon = await estate.create(ADDON, {**inputs, "allowDataLoss": True})
    with pytest.raises(DataLoss, match="a change of plan makes a new one, and with the old one goes the data of"):
        await estate.changes(addon, {**inputs, "plan": "papertrail:choklad"})
    other = {**inputs, "plan": "papertrail:choklad", "allowDataLoss": True}
    assert await estate.changes(addon, other) == {"plan": "update!"}
    checked = estate.check(ADDON, other, addon.inputs)
    assert (await estate.plugin.diff(ADDON, addon.id, addon.inputs, addon.outputs, checked, [])).delete_first
    await estate.delete(addon)
    assert (await estate.create(ADDON, other))["name"] == "acme-cache"


async def test_a_plan_changes_once_the_addon_is_there(app: Resource) -> None:
    """Heroku changes no add-on that it still provisions: it is waited for first."""
    estate = new_estate(provisioning=0.3)
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    made = await estate.by_hand("POST", f"/apps/{app.id}/addons", {"plan": "heroku-redis:mini"})
    half = await estate.import_(ADDON, made["id"])
    assert half is not None
    changed = await estate.update(half, {**half.inputs, "plan": "heroku-redis:premium-0"})
    assert await estate.drift(changed) == {}
    await estate.heroku.aclose()
