"""Snapshots: many readers, one request, and never older than our own writes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from infra.apis.snapshot import Snapshot

ONE = "/apps/01234567-89ab-cdef-0123-456789abcdef"
OTHER = "/apps/11234567-89ab-cdef-0123-456789abcdef"


class Shelf:
    """What is read, counted."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.now = 0.0
        self.fails = False
        self.snapshot = Snapshot(one=self.read, every=self.read_all, clock=lambda: self.now)

    async def read(self, path: str) -> Any:
        self.reads.append(path)
        number = len(self.reads)
        await asyncio.sleep(0)
        if self.fails:
            raise ValueError("broken")
        return number

    async def read_all(self, path: str) -> list[Any]:
        return [await self.read(path)]


async def test_many_readers_cost_one_request() -> None:
    """Readers at the same time, and shortly after, share."""
    shelf = Shelf()
    assert await asyncio.gather(*(shelf.snapshot.list(f"{ONE}/addons") for _ in range(5))) == [[1]] * 5
    assert await shelf.snapshot.list(f"{ONE}/addons") == [1]


async def test_a_picture_ages() -> None:
    """After its lifetime it is taken again."""
    shelf = Shelf()
    await shelf.snapshot.get(ONE)
    shelf.now = 2.0
    assert await shelf.snapshot.get(ONE) == 2


async def test_a_write_drops_what_is_known_of_its_app_only() -> None:
    """Other apps' pictures stay."""
    shelf = Shelf()
    await shelf.snapshot.get(f"{ONE}/config-vars")
    await shelf.snapshot.get(f"{OTHER}/config-vars")
    shelf.snapshot.written(f"{ONE}/addons")
    await shelf.snapshot.get(f"{ONE}/config-vars")
    await shelf.snapshot.get(f"{OTHER}/config-vars")
    assert len(shelf.reads) == 3


@pytest.mark.parametrize("path", ["/pipeline-couplings", "/apps/acme-shop/addons", "/apps"])
async def test_a_write_that_names_no_id_drops_everything(path: str) -> None:
    """A name may mean any app, and a coupling two things at once."""
    shelf = Shelf()
    await shelf.snapshot.get(ONE)
    shelf.snapshot.written(path)
    assert await shelf.snapshot.get(ONE) == 2


async def test_pictures_by_name_are_dropped_by_writes_by_id() -> None:
    """The app of that name may be the one that was written to."""
    shelf = Shelf()
    await shelf.snapshot.get("/apps/acme-shop")
    shelf.snapshot.written(ONE)
    assert await shelf.snapshot.get("/apps/acme-shop") == 2


async def test_a_write_during_a_read_makes_the_next_reader_look_again() -> None:
    """A picture that was begun before a write is not kept."""
    shelf = Shelf()
    early = asyncio.create_task(shelf.snapshot.get(ONE))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    shelf.snapshot.written(ONE)
    assert await shelf.snapshot.get(ONE) == 2
    assert await early == 1


async def test_a_failed_read_is_not_remembered() -> None:
    """The next reader tries again."""
    shelf = Shelf()
    shelf.fails = True
    with pytest.raises(ValueError, match="broken"):
        await shelf.snapshot.get(ONE)
    shelf.fails = False
    assert await shelf.snapshot.get(ONE) == 2


async def test_a_picture_can_be_dropped_by_age() -> None:
    """Whoever polls looks again soon, but not at once."""
    shelf = Shelf()
    await shelf.snapshot.get(ONE)
    shelf.snapshot.forget(ONE, older_than=0.1)
    assert await shelf.snapshot.get(ONE) == 1
    shelf.now = 0.2
    shelf.snapshot.forget(ONE, older_than=0.1)
    assert await shelf.snapshot.get(ONE) == 2
