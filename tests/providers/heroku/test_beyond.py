"""Team members, review apps, telemetry drains, settings of add-ons and OCI images against the local cloud."""

from __future__ import annotations

import pytest

from infra.errors import Conflict, NotFound
from infra.providers.kit.values import Secret, Values, has_secret
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import (
    ADDON,
    ADDON_CONFIG,
    APP,
    MEMBER,
    OCI_IMAGE,
    PIPELINE,
    RELEASE,
    REVIEW_APPS,
    SPACE,
    TELEMETRY_DRAIN,
)

DEV: Values = {"team": "acme", "email": "dev@example.com", "role": "member"}


async def test_a_member_of_a_team(estate: Estate) -> None:
    """Added, promoted in place, changed by hand, imported, removed."""
    member = await estate.create(MEMBER, DEV)
    assert member.id == "acme:dev@example.com"
    assert await estate.drift(member) == {}
    member = await estate.update(member, {**DEV, "role": "admin"})
    await estate.by_hand("PATCH", "/teams/acme/members", {"email": "dev@example.com", "role": "viewer"})
    assert await estate.drift(member) == {"role": "update"}
    imported = await estate.import_(MEMBER, "acme:dev@example.com")
    assert imported is not None
    assert await estate.changes(imported, {**DEV, "role": "viewer"}) == {}
    assert await estate.changes(imported, {**DEV, "role": "viewer", "email": "Dev@example.com"}) == {}
    await estate.delete(member)
    assert await estate.refresh(member) is None
    await estate.delete(member)


async def test_members_are_looked_up_by_role(estate: Estate) -> None:
    """Those of the roles that were asked for."""
    await estate.create(MEMBER, {**DEV, "role": "viewer"})
    found, _ = await estate.plugin.invoke("heroku:team/getMembers:getMembers", {"team": "acme", "roles": ["viewer"]})
    assert [member["email"] for member in found["members"]] == ["dev@example.com"]
    with pytest.raises(NotFound, match="nowhere"):
        await estate.plugin.invoke("heroku:team/getMembers:getMembers", {"team": "nowhere", "roles": ["member"]})
    _, failures = await estate.plugin.invoke("heroku:team/getMembers:getMembers", {"team": "acme", "roles": ["boss"]})
    assert "knows only" in failures[0].reason


async def test_review_apps_are_configured(estate: Estate) -> None:
    """A region by its name although Heroku answers its id; everything but the repository changes in place."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    wanted: Values = {
        "pipelineId": pipeline.id,
        "orgRepo": "acme/shop",
        "deployTarget": {"id": "eu", "type": "region"},
        "automaticReviewApps": True,
    }
    config = await estate.create(REVIEW_APPS, wanted)
    assert config.id == pipeline.id
    assert config["repoId"]
    assert await estate.drift(config) == {}
    changed: Values = {**wanted, "automaticReviewApps": False, "destroyStaleApps": True, "staleDays": 9}
    config = await estate.update(config, changed)
    assert await estate.drift(config) == {}
    path = f"/pipelines/{pipeline.id}/review-app-config"
    await estate.by_hand("PATCH", path, {"wait_for_ci": True, "deploy_target": {"id": "us", "type": "region"}})
    assert await estate.drift(config) == {"waitForCi": "delete", "deployTarget.id": "update"}
    imported = await estate.import_(REVIEW_APPS, "acme:acme/shop")
    assert imported is not None
    assert await estate.changes(imported, imported.inputs) == {}
    with pytest.raises(Conflict, match=f"NAME {pipeline.id}:acme/shop"):
        await estate.create(REVIEW_APPS, wanted)
    await estate.delete(config)
    assert await estate.refresh(config) is None
    assert "between 1 and 30" in estate.wrong(REVIEW_APPS, {**changed, "staleDays": 31})
    assert "of no use" in estate.wrong(REVIEW_APPS, {**wanted, "staleDays": 3})


async def fir_app(estate: Estate) -> Resource:
    """An app of the Fir generation."""
    await estate.create(SPACE, {"name": "acme-fir", "organization": "acme", "region": "dublin", "generation": "fir"})
    inputs: Values = {"name": "acme-app", "region": "dublin", "space": "acme-fir", "organization": {"name": "acme"}}
    return await estate.create(APP, inputs)


async def test_a_telemetry_drain(estate: Estate) -> None:
    """Address and headers are secrets; all but the owner changes in place."""
    app = await fir_app(estate)
    wanted: Values = {
        "ownerId": app.id,
        "ownerType": "app",
        "signals": ["traces", "logs"],
        "endpoint": "https://telemetry.example.com",
        "exporterType": "otlphttp",
        "headers": {"x-api-key": "canary"},
    }
    drain = await estate.create(TELEMETRY_DRAIN, wanted)
    assert has_secret(drain.outputs["headers"])
    assert drain.inputs["headers"] == {"x-api-key": Secret("canary")}
    assert await estate.drift(drain) == {}
    changed: Values = {**wanted, "signals": ["logs", "metrics"], "headers": {"x-api-key": "canary2"}}
    assert await estate.changes(drain, {**wanted, "signals": ["logs", "traces"]}) == {}
    assert await estate.changes(drain, changed) == {"signals": "update", 'headers["x-api-key"]': "update"}
    drain = await estate.update(drain, changed)
    assert await estate.drift(drain) == {}
    imported = await estate.import_(TELEMETRY_DRAIN, drain.id)
    assert imported is not None
    assert await estate.changes(imported, changed) == {}
    assert "canary" not in repr(imported)
    await estate.delete(drain)
    assert await estate.refresh(drain) is None
    assert "knows only" in estate.wrong(TELEMETRY_DRAIN, {**wanted, "signals": ["smoke"]})


async def test_a_lost_telemetry_drain_is_found_again(estate: Estate) -> None:
    """By its owner and address."""
    app = await fir_app(estate)
    estate.fault("drop_after", method="POST", path="telemetry-drains$", count=1)
    wanted: Values = {"ownerId": app.id, "ownerType": "app", "signals": ["logs"], "exporterType": "otlp"}
    await estate.create(TELEMETRY_DRAIN, {**wanted, "endpoint": "https://telemetry.example.com"})
    assert len(await estate.by_hand("GET", f"/apps/{app.id}/telemetry-drains")) == 1


async def test_settings_of_an_addon(estate: Estate, app: Resource) -> None:
    """Only those that are declared; a change that somebody else made is a conflict."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "papertrail", "config": {"theirs": "1"}})
    config = await estate.create(ADDON_CONFIG, {"addonId": addon.id, "config": {"a": "1", "b": "2"}})
    assert has_secret(config.outputs["config"])
    assert await estate.drift(config) == {}
    config = await estate.update(config, {"addonId": addon.id, "config": {"a": "9"}})
    path = f"/addons/{addon.id}/config"
    assert await estate.by_hand("GET", path) == [{"name": "theirs", "value": "1"}, {"name": "a", "value": "9"}]
    await estate.by_hand("PATCH", path, {"config": [{"name": "a", "value": "by hand"}]})
    assert await estate.drift(config) == {"config.a": "update"}
    with pytest.raises(Conflict, match="somebody changed a"):
        await estate.update(config, {"addonId": addon.id, "config": {"a": "5"}})
    imported = await estate.import_(ADDON_CONFIG, addon["name"])
    assert imported is not None
    assert await estate.changes(imported, imported.inputs) == {}
    await estate.delete(config)
    assert await estate.by_hand("GET", path) == [{"name": "theirs", "value": "1"}]
    await estate.by_hand("DELETE", f"/apps/{app.id}/addons/{addon.id}")
    assert await estate.refresh(config) is None
    await estate.delete(config)


async def test_an_image_is_made_known_and_released(estate: Estate) -> None:
    """On an app of the Fir generation."""
    app = await fir_app(estate)
    wanted: Values = {
        "appId": app.id,
        "imageRepo": "registry.example.com/shop",
        "digest": f"sha256:{'0' * 64}",
        "processTypes": {"web": "run"},
    }
    image = await estate.create(OCI_IMAGE, wanted)
    assert await estate.drift(image) == {}
    imported = await estate.import_(OCI_IMAGE, f"acme-app:{image.id}")
    assert imported is not None
    assert await estate.changes(imported, wanted) == {}
    release = await estate.create(RELEASE, {"appId": app.id, "ociImage": image.id})
    assert await estate.drift(release) == {}
    assert [one["type"] for one in await estate.by_hand("GET", f"/apps/{app.id}/formation")] == ["web"]
