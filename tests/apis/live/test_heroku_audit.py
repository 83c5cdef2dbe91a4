"""Who changed what no release tells of: from the audit trail of an enterprise's account, where it may be read."""

from __future__ import annotations

from typing import Any

import pytest

from infra.apis.live.cache import Cache
from infra.apis.live.heroku import read_heroku
from infra.apis.live.history import Differing, causes
from infra.apis.live.wanted import Wanted
from infra.model.estate import Cause, Estate, Kind, Subject, Thing
from infra.model.fingerprint import Fingerprints
from tests.apis.live.estate import Shop
from tests.localcloud.in_process import BASE

PAT, SAM = "pat@example.com", "sam@example.com"


@pytest.fixture
async def acme(shop: Shop) -> Shop:
    """The local cloud with an app of an enterprise's team, which our token may manage."""
    team = {"name": "acme-team", "enterprise": "acme", "members": ["deployer@example.com", PAT, SAM]}
    await shop.cloud.control.post(f"{BASE}/_cloud/seed", json={"heroku": {"teams": [team]}})
    await shop.call("POST", "/teams/apps", {"name": "acme", "team": "acme-team"})
    shop.cloud.clock.pass_seconds(60)
    return shop


async def live(shop: Shop) -> Estate:
    """What is live of the app."""
    return await read_heroku(shop.client(), Wanted({"acme": ""}))


def subject(kind: Kind, name: str) -> Subject:
    """Something of the app, or the app."""
    return Subject("heroku", kind, "" if kind == "app" else "acme", name)


async def cause(shop: Shop, wanted: Subject, recorded: Thing | None = None, *, token: str = "", **more: Any) -> Cause:
    """The cause of one difference."""
    estate = await live(shop)
    found = [Differing(wanted, estate.things.get(wanted), recorded)]
    shop.requests()
    cache = Cache(clock=lambda: shop.cloud.clock().timestamp())
    told = await causes(shop.client(token), estate, found, Fingerprints(b"k"), cache=cache, **more)
    return told.get(wanted, Cause())


async def domain(shop: Shop, person: str, name: str = "www.acme.example") -> None:
    """Somebody adds a domain."""
    await shop.by_hand("POST", "/apps/acme/domains", {"hostname": name, "sni_endpoint": None}, person=person)


async def test_who_added_something_is_told(acme: Shop) -> None:
    """Beside when, which the thing tells itself."""
    await domain(acme, PAT)
    when = acme.cloud.clock()
    assert await cause(acme, subject("domain", "www.acme.example")) == Cause(PAT, when, "added")


async def test_who_changed_an_app_is_told(acme: Shop) -> None:
    """By the time of the change."""
    before = (await live(acme)).things[subject("app", "acme")]
    acme.cloud.clock.pass_seconds(60)
    await acme.by_hand("PATCH", "/apps/acme", {"maintenance": True}, person=SAM)
    found = await cause(acme, subject("app", "acme"), before)
    assert (found.who, found.how) == (SAM, "changed")


async def test_who_removed_something_is_told_if_one_person_did(acme: Shop) -> None:
    """Since our last write; before that it was ours to answer for."""
    gone, since = subject("domain", "www.acme.example"), acme.cloud.clock()
    acme.cloud.clock.pass_seconds(60)
    for name in ("www.acme.example", "api.acme.example"):
        await domain(acme, PAT, name)
    await acme.by_hand("DELETE", "/apps/acme/domains/www.acme.example", person=PAT)
    when = acme.cloud.clock()
    assert await cause(acme, gone, Thing({}), since=since) == Cause(PAT, when, "removed")
    assert await cause(acme, gone, Thing({}), since=when) == Cause()
    assert await cause(acme, gone, Thing({})) == Cause()
    await acme.by_hand("DELETE", "/apps/acme/domains/api.acme.example", person=SAM)
    assert await cause(acme, gone, Thing({}), since=since) == Cause()


async def test_two_people_at_the_same_time_are_not_guessed_from(acme: Shop) -> None:
    """The time alone stays."""
    await domain(acme, PAT)
    await domain(acme, SAM, "api.acme.example")
    assert (await cause(acme, subject("domain", "www.acme.example"))).who == ""


async def test_what_is_older_than_our_own_write_is_not_looked_up(acme: Shop) -> None:
    """It was ours, and we are not to blame."""
    await domain(acme, PAT)
    found = await cause(acme, subject("domain", "www.acme.example"), since=acme.cloud.clock())
    assert found.who == ""
    assert not [path for path in acme.requests() if "enterprise" in path]


async def test_where_it_may_not_be_read_nothing_is_lost(acme: Shop) -> None:
    """The time is told as before."""
    await domain(acme, PAT)
    found = await cause(acme, subject("domain", "www.acme.example"), token=acme.cloud.pat_token)
    assert (found.who, found.how) == ("", "added")


async def test_other_apps_cost_no_request(shop: Shop) -> None:
    """Whose team is none, or no enterprise's."""
    await shop.by_hand("POST", "/apps/shop-staging/domains", {"hostname": "new.shop.example", "sni_endpoint": None})
    estate = await shop.read()
    one = Subject("heroku", "domain", "shop-staging", "new.shop.example")
    shop.requests()
    told = await causes(shop.client(), estate, [Differing(one, estate.things[one])], Fingerprints(b"k"))
    assert told[one].how == "added"
    assert not [path for path in shop.requests() if "teams" in path or "enterprise" in path]
