"""Who changed what, when and how: from releases, from times, and from the events of webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.apis.live.cache import Cache
from infra.apis.live.history import Differing, causes, releases_by_hand
from infra.apis.live.releases import means
from infra.model.estate import Cause, Estate, Hidden, Kind, Subject
from infra.model.fingerprint import Fingerprints
from infra.model.recorded import Update
from tests.apis.live.estate import APP, Shop

PRINTS = Fingerprints(b"0" * 32)
PAT, SAM = "pat@example.com", "sam@example.com"


def config_var(name: str) -> Subject:
    """A config var of the app."""
    return Subject("heroku", "config-var", APP, name)


async def ask(
    shop: Shop, *subjects: Subject, before: Estate | None = None, open: frozenset[str] = frozenset(), **options: Any
) -> dict[Subject, Cause]:
    """The causes of differences against what was ``before``."""
    live = await shop.read()
    recorded = before.things if before else {}
    found = [Differing(one, live.things.get(one), recorded.get(one), open) for one in subjects]
    shop.requests()
    return await causes(shop.client(), live, found, PRINTS, **options)


async def test_a_changed_config_var_tells_user_time_release_and_the_value_before(shop: Shop) -> None:
    """The release that made it what it is, although later ones changed other keys."""
    shop.cloud.clock.pass_seconds(60)
    when = shop.cloud.clock()
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    shop.cloud.clock.pass_seconds(60)
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"OTHER": "1"}, person=SAM)
    told = await ask(shop, config_var("LOG_LEVEL"))
    version = told[config_var("LOG_LEVEL")].version
    before = PRINTS.tell(Hidden("info"))
    expected = Cause(PAT, when, f"release v{version}: Set LOG_LEVEL config vars", version, before)
    assert told == {config_var("LOG_LEVEL"): expected}
    assert "trace" not in repr(told)
    assert len(shop.requests()) <= 4


async def test_a_value_before_that_stands_open_elsewhere_is_told_in_clear(shop: Shop) -> None:
    """And no other one: somebody may have put a secret there."""
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    told = (await ask(shop, config_var("LOG_LEVEL"), open=frozenset({"info"})))[config_var("LOG_LEVEL")]
    assert told.before == '"info"'
    told = (await ask(shop, config_var("LOG_LEVEL"), open=frozenset({"debug"})))[config_var("LOG_LEVEL")]
    assert told.before == PRINTS.tell(Hidden("info"))


async def test_a_removed_config_var_is_told_by_the_release_that_removed_it(shop: Shop) -> None:
    """Also when it had been removed and set again before."""
    for value in (None, "again", None):
        await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": value})
    told = (await ask(shop, config_var("LOG_LEVEL")))[config_var("LOG_LEVEL")]
    assert (told.who, told.before) == (PAT, PRINTS.tell(Hidden("again")))
    assert told.how.endswith("Remove LOG_LEVEL config vars")


async def test_an_undeclared_config_var_had_no_value_before(shop: Shop) -> None:
    """So nothing is told of it."""
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"DEBUG": "1"})
    told = (await ask(shop, config_var("DEBUG")))[config_var("DEBUG")]
    assert (told.who, told.before) == (PAT, "")


async def test_a_rollback_is_the_cause_of_what_it_brought_back(shop: Shop) -> None:
    """The release says to which version."""
    slug = await shop.call("POST", f"/apps/{APP}/slugs", {"process_types": {"web": "run"}})
    first = await shop.call("POST", f"/apps/{APP}/releases", {"slug": slug["id"]})
    await shop.call("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "warn"})
    back = await shop.by_hand("POST", f"/apps/{APP}/releases", {"release": first["id"]})
    told = (await ask(shop, config_var("LOG_LEVEL")))[config_var("LOG_LEVEL")]
    assert told.how == f"rollback to v{first['version']} (release v{back['version']})"
    assert (told.who, told.before) == (PAT, PRINTS.tell(Hidden("warn")))


async def test_values_tell_where_descriptions_do_not(shop: Shop) -> None:
    """Among many releases whose texts say nothing, few are looked at."""
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    for number in range(60):
        await shop.call("PATCH", f"/apps/{APP}/config-vars", {"N": str(number)})
    _blank_descriptions(shop)
    told = (await ask(shop, config_var("LOG_LEVEL")))[config_var("LOG_LEVEL")]
    assert (told.who, told.before) == (PAT, PRINTS.tell(Hidden("info")))
    assert len(shop.requests()) < 20


def _blank_descriptions(shop: Shop) -> None:
    store = shop.cloud.store
    for release in store.find("heroku.release", parent=shop.ids[APP]):
        store.replace("heroku.release", release["id"], {**release, "description": "Changed"})


async def test_many_keys_of_one_app_share_requests(shop: Shop) -> None:
    """Each release's values are read once, and never again when a cache has them."""
    changes = {f"KEY_{number}": "x" for number in range(30)}
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", changes)
    cache = Cache()
    told = await ask(shop, *map(config_var, changes), cache=cache)
    assert {cause.who for cause in told.values()} == {PAT}
    assert len(shop.requests()) <= 4
    await ask(shop, *map(config_var, changes), cache=cache)
    assert len(shop.requests()) <= 2


async def test_without_permission_the_description_has_to_do(shop: Shop) -> None:
    """Values of earlier releases may not be looked at; who and when still are."""
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    await shop.fault(kind="status", status=403, path="/releases/.*/config-vars$")
    told = (await ask(shop, config_var("LOG_LEVEL")))[config_var("LOG_LEVEL")]
    assert (told.who, told.before) == (PAT, "")


async def test_an_addon_is_told_by_the_release_that_attached_it(shop: Shop) -> None:
    """And one that is gone by the release that detached it."""
    before = await shop.read()
    made = await shop.by_hand("POST", f"/apps/{APP}/addons", {"plan": "papertrail:choklad"})
    await shop.by_hand("DELETE", f"/apps/{APP}/addons/{shop.ids['database']}", {"force": True}, person=SAM)
    added, gone = (Subject("heroku", "addon", APP, name) for name in (made["name"], "database"))
    told = await ask(shop, added, gone, before=before)
    assert (told[added].who, told[gone].who) == (PAT, SAM)
    assert f"(@ref:{made['name']})" in told[added].how


async def test_what_makes_no_release_tells_when(shop: Shop) -> None:
    """Nobody can say who added a collaborator, but the time is known."""
    when = shop.cloud.clock()
    await shop.by_hand("POST", f"/apps/{APP}/collaborators", {"user": "eve@example.com"})
    eve = Subject("heroku", "collaborator", APP, "eve@example.com")
    assert await ask(shop, eve) == {eve: Cause("", when, "added")}


async def test_an_event_of_a_webhook_tells_who(shop: Shop) -> None:
    """The app's own webhook was told of the domain."""
    when = shop.cloud.clock()
    host = {"hostname": "api.shop.example", "sni_endpoint": None}
    await shop.by_hand("POST", f"/apps/{APP}/domains", host)
    domain = Subject("heroku", "domain", APP, "api.shop.example")
    assert await ask(shop, domain) == {domain: Cause(PAT, when, "added")}


@pytest.mark.parametrize("kind", ["app", "config-var", "addon", "domain"])
async def test_of_an_app_that_is_gone_nothing_is_told(shop: Shop, kind: Kind) -> None:
    """There is nobody left to ask."""
    await shop.by_hand("DELETE", f"/apps/{APP}", person="deployer@example.com")
    subject = Subject("heroku", kind, "" if kind == "app" else APP, APP)
    assert await ask(shop, subject) == {}


async def test_releases_that_people_made_beside_ours(shop: Shop) -> None:
    """Config changes and rollbacks by others, or outside of our runs; deploys are how an app lives."""
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    shop.cloud.clock.now = now
    await shop.call("PATCH", f"/apps/{APP}/config-vars", {"OURS": "1"})
    shop.cloud.clock.pass_seconds(600)
    slug = await shop.call("POST", f"/apps/{APP}/slugs", {"process_types": {"web": "run"}})
    await shop.call("POST", f"/apps/{APP}/releases", {"slug": slug["id"]})
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"THEIRS": "1"})
    live = await shop.read()
    updates = {APP: [Update(now - timedelta(seconds=5), now + timedelta(seconds=5))]}
    told = releases_by_hand(live, updates, "deployer@example.com")
    assert [(cause.who, cause.how.partition(": ")[2]) for cause in told.values()] == [(PAT, "Set THEIRS config vars")]


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Set A, B config vars", "config"),
        ("Remove A config vars", "config"),
        ("Set A config vars, remove B config vars", "config"),
        ("Rollback to v12", "rollback"),
        ("Deploy 0123abcd", "deploy"),
        ("Promote shop-staging v4 0123abcd", "deploy"),
        ("Attach DATABASE (@ref:postgresql-calm-1)", "attachment"),
        ("Detach DATABASE (@ref:postgresql-calm-1)", "attachment"),
        ("Update DATABASE by heroku-postgresql", "addon"),
        ("Initial release", "platform"),
        ("Enable Logplex", "platform"),
        ("Anything else", "other"),
    ],
)
def test_what_a_description_means(description: str, kind: str) -> None:
    """In Heroku's words."""
    assert means(description) == kind
