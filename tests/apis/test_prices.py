"""Heroku's prices, read from the local cloud and kept for a day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.apis.connection import connect_heroku
from infra.apis.heroku import Heroku
from infra.apis.prices import LIFETIME_SECONDS, PriceList, cents_a_month
from tests.contract import heroku_schema
from tests.localcloud.in_process import BASE, CheckedTransport, LocalCloud


def heroku_of(cloud: LocalCloud) -> Heroku:
    """A client whose every exchange is checked against Heroku's own schema."""
    transport = CheckedTransport(cloud.transport, heroku_schema.validate_exchange)
    return connect_heroku({"api_key": cloud.heroku_token, "url": BASE}, transport=transport)


@pytest.mark.parametrize(
    ("price", "cents"),
    [
        ({"cents": 500, "contract": False, "unit": "month"}, 500),
        ({"cents": 0, "unit": "month"}, 0),
        ({"cents": 2, "unit": "hour"}, 1440),
        ({"cents": 500, "contract": True, "unit": "month"}, None),
        ({"cents": 0, "metered": True, "unit": "month"}, None),
        ({"cents": 5, "unit": "call"}, None),
        ({"cents": None}, None),
        (None, None),
    ],
)
def test_prices_as_heroku_writes_them(price: Any, cents: int | None) -> None:
    """By the month or the hour; what a contract or the use decides has no price."""
    assert cents_a_month(price) == cents


async def test_prices_are_read_once_a_day(cloud: LocalCloud, tmp_path: Path) -> None:
    """Plans by name, a service alone as its default plan, dynos in lower case; then nobody is asked until tomorrow."""
    file, heroku = tmp_path / "cache" / "prices.json", heroku_of(cloud)
    services = ["heroku-postgresql", "no-such-service"]
    prices = await PriceList(heroku, file, now=1000.0).read(services)
    first = heroku.rest.tally.requests
    again = await PriceList(heroku, file, now=1000.0 + LIFETIME_SECONDS - 1).read(services)
    second = heroku.rest.tally.requests
    await PriceList(heroku, file, now=1000.0 + LIFETIME_SECONDS).read(services)

    assert prices.plans["heroku-postgresql:standard-0"] == 5000
    assert prices.plans["heroku-postgresql"] == prices.plans["heroku-postgresql:essential-0"] == 500
    assert (prices.dynos["basic"], prices.dynos["private-s"]) == (700, None)
    assert again == prices
    assert (first, second, heroku.rest.tally.requests) == (3, 3, 6)
    await heroku.aclose()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"version": 1}', '{"version": 1, "hosts": []}', '{"version": 2, "hosts": {}}']
)
async def test_a_cache_that_cannot_be_understood_is_as_good_as_none(
    cloud: LocalCloud, tmp_path: Path, text: str
) -> None:
    """It is written anew, in one piece."""
    file = tmp_path / "prices.json"
    file.write_text(text)
    heroku = heroku_of(cloud)
    prices = await PriceList(heroku, file).read(["papertrail"])
    await heroku.aclose()

    assert prices.plans["papertrail:fixa"] == 1000
    assert json.loads(file.read_text())["version"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["prices.json"]


async def test_without_a_place_to_keep_them_they_are_read_again(cloud: LocalCloud, tmp_path: Path) -> None:
    """A file where a folder should be is no error."""
    (tmp_path / "cache").write_text("a file")
    heroku = heroku_of(cloud)
    prices = await PriceList(heroku, tmp_path / "cache" / "prices.json").read(["papertrail"])
    await heroku.aclose()

    assert prices.plans["papertrail:fixa"] == 1000


async def test_prices_of_two_hosts_are_kept_apart(cloud: LocalCloud, tmp_path: Path) -> None:
    """A stand-in's prices are not the vendor's, and those of one that is long gone are not kept."""
    file, here = tmp_path / "prices.json", heroku_of(cloud)
    hosts = {
        f"https://{name}.example": {"services": {}, "dynos": {"read_at": read_at, "cents": {}}}
        for name, read_at in (("elsewhere", 999.0), ("long-gone", 999.0 - LIFETIME_SECONDS))
    }
    file.write_text(json.dumps({"version": 1, "hosts": hosts}))
    await PriceList(here, file, now=1000.0).read(["papertrail"])
    await here.aclose()

    assert set(json.loads(file.read_text())["hosts"]) == {"https://elsewhere.example", here.rest.base_url}
