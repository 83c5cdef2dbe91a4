"""Bulk lookups: one list for many, and never a wrong answer from it."""

from __future__ import annotations

from typing import Any

from infra.apis.bulk import ENOUGH, Bulk
from infra.apis.snapshot import Rows, Snapshot
from infra.errors import Unauthorized

PATH = "/apps"


class Vendor:
    """Lists a thousand rows, and counts how often."""

    def __init__(self) -> None:
        self.lists = 0
        self.now = 0.0
        self.fails = False
        snapshot = Snapshot(one=self.read, every=self.read_all, clock=lambda: self.now)
        self.bulk = Bulk(snapshot, clock=lambda: self.now)

    async def read(self, path: str) -> Any:
        raise AssertionError(path)

    async def read_all(self, path: str) -> Rows:
        assert path == PATH
        self.lists += 1
        if self.fails:
            raise Unauthorized("you may not list")
        return [{"id": f"app-{number}"} for number in range(1000)]

    async def rows(self, *numbers: int) -> list[Any]:
        """What is found when these are looked up one after another."""
        return [await self.bulk.row(PATH, f"app-{number}", request=f"app-{number}") for number in numbers]


async def test_a_few_are_asked_for_alone() -> None:
    """A list is not read for an app or two, however often they are looked up."""
    vendor = Vendor()
    assert await vendor.rows(*[0, 1] * 50) == [None] * 100
    assert vendor.lists == 0


async def test_many_come_from_one_list() -> None:
    """From the first lookup on that makes them many."""
    vendor = Vendor()
    found = await vendor.rows(*range(100))
    assert found[: ENOUGH - 1] == [None] * (ENOUGH - 1)
    assert [row["id"] for row in found[ENOUGH - 1 :]] == [f"app-{number}" for number in range(ENOUGH - 1, 100)]
    assert vendor.lists == 1


async def test_what_is_wanted_now_and_then_is_not_many() -> None:
    """Only what is wanted at about the same time counts."""
    vendor = Vendor()
    for number in range(50):
        assert await vendor.rows(number) == [None]
        vendor.now += 1.0
    assert vendor.lists == 0


async def test_what_is_not_in_the_list_is_asked_for_alone() -> None:
    """Nothing is gone because a list leaves it out."""
    assert await Vendor().rows(*range(ENOUGH), 5000) == [None] * (ENOUGH - 1) + [{"id": "app-4"}, None]


async def test_a_list_that_cannot_be_had_is_no_error() -> None:
    """Each is then asked for alone."""
    vendor = Vendor()
    vendor.fails = True
    assert await vendor.rows(*range(20)) == [None] * 20
