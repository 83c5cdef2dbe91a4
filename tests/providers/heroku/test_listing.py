"""What the account has, for whoever wants to import it."""

from __future__ import annotations

import pytest

from infra.errors import Rejected
from infra.providers.heroku import listing
from infra.providers.heroku.package import RESOURCES
from infra.providers.kit.fields import camel
from infra.providers.kit.plugin import NotListed
from infra.providers.kit.values import UNKNOWN
from tests.docs.lives import LIVES
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import (
    ACCOUNT_FEATURE,
    ADDON,
    APP,
    COUPLING,
    DOMAIN,
    FEATURE,
    FORMATION,
    PIPELINE,
    RULESET,
    SLUG,
    SPACE,
)

LISTED = [resource.token for resource in RESOURCES if resource.list is not None]


async def test_everything_that_is_listed_can_be_imported(estate: Estate, app: Resource) -> None:
    """Id and name, and the id is one that an import takes."""
    await estate.create(ADDON, {"appId": app.id, "plan": "papertrail"})
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    await estate.create(COUPLING, {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"})
    await estate.create(SPACE, {"name": "acme-space", "organization": "acme"})
    for token in (ACCOUNT_FEATURE, ADDON, APP, COUPLING, PIPELINE, SPACE):
        rows = await estate.plugin.listing(token, {})
        assert rows, token
        for id, _ in rows:
            assert await estate.import_(token, id) is not None, (token, id)
    assert (app.id, "acme-shop") in (await estate.plugin.listing(APP, {}) or [])


async def test_a_query_narrows_the_list(estate: Estate, app: Resource) -> None:
    """Add-ons of one app; apps of one team."""
    other = await estate.create(APP, {"name": "acme-other", "region": "eu", "organization": {"name": "acme"}})
    await estate.create(ADDON, {"appId": app.id, "plan": "papertrail"})
    assert await estate.plugin.listing(ADDON, {"appId": other.id}) == []
    assert await estate.plugin.listing(APP, {"organization": {"name": "acme"}}) == [(other.id, "acme-other")]
    assert await estate.plugin.listing(ADDON, {"appId": UNKNOWN}) is None


@pytest.mark.parametrize("token", LISTED)
async def test_what_was_made_is_listed_and_every_listed_id_can_be_imported(estate: Estate, token: str) -> None:
    """Among all that the account sees, and in the place that it lives in."""
    life = await LIVES[token](estate)
    made = await estate.create(token, life.inputs)
    if token == FEATURE:
        made = await estate.update(made, {**life.inputs, **life.changes})
    lister = estate.plugin.resource(token).list
    assert lister is not None
    narrowed = {key: made.inputs[key] for key in map(camel, lister.by) if key in made.inputs}
    for query in ({}, narrowed):
        rows = await estate.plugin.listing(token, query)
        imported = [await estate.import_(token, id) for id, _ in rows or []]
        assert None not in imported
        # A ruleset is made anew by every change, and is imported by its space.
        known = {one.inputs["space"] if token == RULESET else one.id for one in imported if one is not None}
        assert (made.inputs["space"] if token == RULESET else made.id) in known, (query, rows)


async def test_what_belongs_to_somebody_or_something_else_is_left_out(estate: Estate, app: Resource) -> None:
    """Heroku's own domain, the owner, an add-on's drain, switches that are off, other apps' processes."""
    await estate.create(ADDON, {"appId": app.id, "plan": "papertrail"})
    of_app = [resource for resource in RESOURCES if resource.list is not None and "app_id" in resource.list.by]
    found = {one.token: await estate.plugin.listing(one.token, {"appId": app.id}) for one in of_app}
    assert {token for token, rows in found.items() if rows} == {ADDON, "heroku:addon/attachment:Attachment"}


async def test_a_list_of_all_tells_apps_apart_and_is_cheap(estate: Estate) -> None:
    """One request an app, and its name before the name of what it has."""
    apps = [await estate.create(APP, {"name": f"acme-{name}", "region": "eu"}) for name in ("one", "two")]
    for app in apps:
        await estate.create(DOMAIN, {"appId": app.id, "hostname": f"{app['name']}.example.org"})
    estate.forget_requests()
    rows = await estate.plugin.listing(DOMAIN, {})
    assert rows is not None
    assert {name for _, name in rows} == {"acme-one:acme-one.example.org", "acme-two:acme-two.example.org"}
    assert len(estate.wire.requests) == 1 + len(apps)


async def test_too_many_apps_are_asked_for_one_by_one(
    estate: Estate, app: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would cost a request of the account's budget."""
    monkeypatch.setattr(listing, "MOST", 0)
    with pytest.raises(Rejected, match="Ask for those of one by `appId`"):
        await estate.plugin.listing(FORMATION, {})
    assert await estate.plugin.listing(FORMATION, {"appId": app.id}) == []


async def test_a_place_that_is_not_there_is_an_error_but_one_of_many_is_not(estate: Estate, app: Resource) -> None:
    """Whoever asks for one app hears that it is not there; of many, one may be hidden."""
    with pytest.raises(Exception, match="app"):
        await estate.plugin.listing(DOMAIN, {"appId": "nowhere"})
    estate.fault("status", status=403, method="GET", path=f"apps/{app.id}/domains", count=1)
    assert await estate.plugin.listing(DOMAIN, {}) == []


async def test_a_query_that_narrows_nothing_is_refused(estate: Estate) -> None:
    """Rather than answered with everything."""
    with pytest.raises(NotListed, match="only narrowed by appId, not by hostname"):
        await estate.plugin.listing(DOMAIN, {"hostname": "www.example.org"})
    with pytest.raises(NotListed, match="never narrowed, not by name"):
        await estate.plugin.listing(PIPELINE, {"name": "acme"})


async def test_what_has_no_list_says_how_to_import(estate: Estate) -> None:
    """By its id."""
    with pytest.raises(NotListed, match="app:slug"):
        await estate.plugin.listing(SLUG, {})
