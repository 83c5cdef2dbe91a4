"""What the account has, for whoever wants to import it."""

from __future__ import annotations

import pytest

from infra.providers.kit.plugin import NotListed
from infra.providers.kit.values import UNKNOWN
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ACCOUNT_FEATURE, ADDON, APP, CONFIG, COUPLING, PIPELINE, SPACE


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


async def test_what_has_no_list_says_how_to_import(estate: Estate) -> None:
    """By its id."""
    with pytest.raises(NotListed, match="KEY1,KEY2"):
        await estate.plugin.listing(CONFIG, {})
