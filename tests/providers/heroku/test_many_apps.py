"""A refresh of many apps: lists of the account instead of a request for each."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ADDON, APP

APPS = 12


async def many(estate: Estate) -> tuple[list[Resource], list[Resource]]:
    """A dozen apps, each with an add-on."""
    apps = [await estate.create(APP, {"name": f"acme-{number}", "region": "eu"}) for number in range(APPS)]
    addons = [await estate.create(ADDON, {"appId": app.id, "plan": "papertrail"}) for app in apps]
    estate.forget_requests()
    return apps, addons


async def test_many_apps_come_from_two_lists(estate: Estate) -> None:
    """After the first few; all of them as they are."""
    apps, addons = await many(estate)
    await estate.by_hand("PATCH", f"/apps/{apps[-1].id}", {"maintenance": True})
    live = await asyncio.gather(*(estate.refresh(resource) for resource in (*apps, *addons)))
    asked = Counter(path for _, path in estate.wire.requests)
    assert (asked["/apps"], asked["/addons"]) == (1, 1)
    assert len(estate.wire.requests) < APPS
    assert [one and one.id for one in live] == [resource.id for resource in (*apps, *addons)]
    assert [bool(one and one.inputs.get("maintenance")) for one in live[:APPS]] == [False] * (APPS - 1) + [True]


async def test_what_is_gone_is_gone(estate: Estate) -> None:
    """An app or add-on that is missing in a list is asked for alone, and then known to be gone."""
    apps, addons = await many(estate)
    await estate.by_hand("DELETE", f"/apps/{apps[-1].id}")
    await estate.by_hand("DELETE", f"/apps/{apps[0].id}/addons/{addons[0].id}")
    live = await asyncio.gather(*(estate.refresh(resource) for resource in (*apps, *addons)))
    gone = [place for place, one in enumerate(live) if one is None]
    assert gone == [APPS - 1, APPS, 2 * APPS - 1]
