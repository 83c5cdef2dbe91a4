"""The next run with what the last one kept: fewer requests, few bytes, and nothing taken for granted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.apis.live.cache import Cache
from infra.apis.live.heroku import read_heroku
from infra.apis.live.reader import LEFT
from infra.apis.live.wanted import Wanted
from infra.model.estate import Estate, Hidden
from tests.apis.live.estate import APP, OTHER, Shop, at, names

KEY = b"k" * 32


class Runs:
    """Audits one after the other, each in a process of its own as it were, an hour apart."""

    def __init__(self, shop: Shop, path: Path) -> None:
        self.shop = shop
        self.path = path
        self.bytes = 0

    async def read(self, **options: Any) -> Estate:
        """One audit; its requests can be asked for afterwards."""
        self.shop.requests()
        cache = Cache(self.path, KEY, clock=lambda: self.shop.cloud.clock().timestamp())
        client = self.shop.client()
        estate = await read_heroku(client, self.shop.wanted(), cache=cache, **options)
        self.bytes = client.rest.tally.received
        cache.save()
        self.shop.cloud.clock.pass_seconds(3600)
        return estate


@pytest.fixture
def runs(shop: Shop, tmp_path: Path) -> Runs:
    """Audits of the shop."""
    return Runs(shop, tmp_path / "cache")


async def test_an_unchanged_estate_costs_few_bytes_and_no_config_vars(runs: Runs) -> None:
    """The lists are not sent again, and an app that was not released since has the config vars it had."""
    first = await runs.read()
    bytes_of_first = runs.bytes
    second = await runs.read()
    assert second.things == first.things
    assert runs.bytes < bytes_of_first / 10
    paths = runs.shop.requests()
    assert not [path for path in paths if path.endswith(("/config-vars", "/releases")) and "/apps/" in path]


async def test_a_change_by_hand_is_seen(runs: Runs) -> None:
    """A config var makes a release, which the list of apps tells; all else is asked for every time."""
    await runs.read()
    await runs.shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    await runs.shop.by_hand("POST", f"/apps/{OTHER}/log-drains", {"url": "https://logs.example/hand"})
    second = await runs.read()
    assert at(second, "config-var", "LOG_LEVEL").fields["value"] == Hidden("trace")
    assert len(names(second, "drain", OTHER)) == 1


async def test_two_changes_in_one_second_are_seen(runs: Runs) -> None:
    """A release's time has whole seconds: an answer as young as that proves nothing."""
    shop = runs.shop
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "one"})
    now = shop.cloud.clock.now
    await runs.read()
    shop.cloud.clock.now = now
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "two"})
    shop.cloud.clock.pass_seconds(3600)
    assert at(await runs.read(), "config-var", "LOG_LEVEL").fields["value"] == Hidden("two")


async def test_an_app_with_a_release_phase_is_always_asked(runs: Runs) -> None:
    """A release that fails leaves the earlier one current, yet config vars changed."""
    shop = runs.shop
    types = {"web": "run", "release": "test -z $BROKEN || exit 1"}
    slug = await shop.call("POST", f"/apps/{APP}/slugs", {"process_types": types})
    await shop.call("POST", f"/apps/{APP}/releases", {"slug": slug["id"]})
    shop.cloud.clock.pass_seconds(3600)
    await runs.read()
    shop.requests()
    await runs.read()
    assert f"/apps/{shop.ids[APP]}/config-vars" in shop.requests()


async def test_what_did_not_fit_comes_first_in_the_next_run(runs: Runs) -> None:
    """Nothing is left out twice, nothing is called missing meanwhile, and the limit is kept."""
    seen: set[str] = set()
    for _ in range(4):
        estate = await runs.read(limit=12)
        assert len(runs.shop.requests()) <= 12
        left = {(one.kind, one.scope) for one in estate.unreadable}
        assert {one.why for one in estate.unreadable} <= {LEFT}
        seen |= {f"{kind} {scope}" for kind in ("drain", "webhook", "feature") for scope in (APP, OTHER)
                 if (kind, scope) not in left}  # fmt: skip
    assert len(seen) == 6


async def test_a_budget_that_is_used_up_leaves_all_for_later(runs: Runs) -> None:
    """The reserve belongs to others: after the first answer nothing more is asked for."""
    await runs.shop.cloud.control.patch("/settings", json={"heroku_rate_limit": 300})
    runs.shop.requests()
    estate = await runs.read()
    assert len(runs.shop.requests()) == 1
    assert {one.why for one in estate.unreadable} == {LEFT}


async def test_what_apps_have_alike_is_sent_once(runs: Runs) -> None:
    """The features of an app say nothing of the app, and their ETag is a digest of them."""
    shop = runs.shop
    first = await runs.read()
    tags = [one.headers.get("if-none-match") for one in shop.transport.seen if one.url.path.endswith("/features")]
    assert len(tags) == 2
    other = await shop.call("POST", "/apps", {"name": "shop-third"})
    shop.requests()
    cache = Cache(runs.path, KEY, clock=lambda: shop.cloud.clock().timestamp())
    estate = await read_heroku(shop.client(), Wanted({"shop-third": other["id"]}), cache=cache)
    (tag,) = [one.headers.get("if-none-match") for one in shop.transport.seen if one.url.path.endswith("/features")]
    assert tag is not None
    assert names(estate, "feature", "shop-third") == names(first, "feature", OTHER)
    assert not at(estate, "feature", "preboot", "shop-third").fields["enabled"]
    assert at(first, "feature", "preboot").fields["enabled"]


async def test_a_look_in_between_asks_for_little(runs: Runs) -> None:
    """Parts that were read not long ago are taken as they were, but what was released since is asked for."""
    first = await runs.read()
    await runs.shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    second = await runs.read(max_age=2 * 3600)
    paths = runs.shop.requests()
    assert not [path for path in paths if runs.shop.ids[OTHER] in path]
    assert len(paths) < 20
    assert at(second, "config-var", "LOG_LEVEL").fields["value"] == Hidden("trace")
    assert names(second, "domain") == names(first, "domain")
    # What was not asked for did not become any younger.
    await runs.read(max_age=2 * 3600)
    assert [path for path in runs.shop.requests() if runs.shop.ids[OTHER] in path]
