"""Scaling: the process types of one app change in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from infra.apis.formation import MIXED, FormationBatches, Update
from infra.errors import Rejected


class App:
    """Applies updates, and remembers each batch."""

    def __init__(self, missing: tuple[str, ...] = (), error: Exception | None = None) -> None:
        self.batches: list[tuple[str, list[str]]] = []
        self.missing = missing
        self.error = error

    async def apply(self, app: str, updates: Sequence[Update]) -> dict[str, dict[str, Any]]:
        self.batches.append((app, sorted(update["type"] for update in updates)))
        if self.error is not None:
            raise self.error
        return {update["type"]: update for update in updates if update["type"] not in self.missing}


async def test_updates_of_one_app_are_gathered() -> None:
    """Three types that come together are one batch; another app is another."""
    app = App()
    batches = FormationBatches(app.apply, window=0.01)
    await asyncio.gather(
        *(batches.scale("one", {"type": name, "quantity": 1}) for name in ("web", "worker", "clock")),
        batches.scale("two", {"type": "web", "quantity": 1}),
    )
    assert sorted(app.batches) == [("one", ["clock", "web", "worker"]), ("two", ["web"])]


async def test_a_later_update_is_a_batch_of_its_own() -> None:
    """What comes after the window waits for nobody."""
    app = App()
    batches = FormationBatches(app.apply, window=0.001)
    await batches.scale("one", {"type": "web", "quantity": 1})
    await batches.scale("one", {"type": "web", "quantity": 2})
    assert len(app.batches) == 2


async def test_a_missing_type_is_told_apart() -> None:
    """The others are scaled, the missing one is None."""
    batches = FormationBatches(App(missing=("worker",)).apply, window=0.001)
    web, worker = await asyncio.gather(
        batches.scale("one", {"type": "web", "quantity": 1}), batches.scale("one", {"type": "worker", "quantity": 1})
    )
    assert web == {"type": "web", "quantity": 1}
    assert worker is None


async def test_everybody_of_a_failed_batch_hears_why() -> None:
    """One refusal is everybody's."""
    batches = FormationBatches(App(error=ValueError("mixed sizes")).apply, window=0.001)
    results = await asyncio.gather(
        *(batches.scale("one", {"type": name, "quantity": 1}) for name in ("web", "worker")), return_exceptions=True
    )
    assert [str(result) for result in results] == ["mixed sizes"] * 2


async def test_one_that_gives_up_leaves_the_batch_alone() -> None:
    """A cancelled caller does not cancel the others' scaling."""
    batches = FormationBatches(App().apply, window=0.01)
    one = asyncio.create_task(batches.scale("one", {"type": "web", "quantity": 1}))
    other = asyncio.create_task(batches.scale("one", {"type": "worker", "quantity": 1}))
    await asyncio.sleep(0)
    one.cancel()
    assert await other == {"type": "worker", "quantity": 1}
    with pytest.raises(asyncio.CancelledError):
        await one


class Strict(App):
    """Has web and clock only resized together; ``slow`` answers once the event is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.slow = asyncio.Event()

    async def apply(self, app: str, updates: Sequence[Update]) -> dict[str, dict[str, Any]]:
        formation = await super().apply(app, updates)
        self.asked.set()
        await self.slow.wait()
        if set(formation) != {"web", "clock"}:
            raise Rejected(f"PATCH /apps/one/formation: {MIXED}: Basic and Standard-1X", status=422)
        return formation


@pytest.mark.parametrize("meanwhile", [True, False])
async def test_sizes_that_do_not_go_together_wait_for_the_others(meanwhile: bool) -> None:
    """The other type comes too late for one request, while the first is asked for or after it was refused."""
    app = Strict()
    batches = FormationBatches(app.apply, window=0.001, patience=30)
    web = asyncio.create_task(batches.scale("one", {"type": "web", "quantity": 1}))
    await app.asked.wait()
    if not meanwhile:
        app.slow.set()
        await asyncio.sleep(0.01)
    clock = asyncio.create_task(batches.scale("one", {"type": "clock", "quantity": 2}))
    await asyncio.sleep(0.01)
    app.slow.set()
    assert (await web, await clock) == ({"type": "web", "quantity": 1}, {"type": "clock", "quantity": 2})
    assert app.batches[0] == ("one", ["web"])
    assert app.batches[-1] == ("one", ["clock", "web"])


async def test_two_that_were_refused_apart_are_asked_for_together() -> None:
    """The second was sent before the first was refused."""
    app = Strict()
    batches = FormationBatches(app.apply, window=0.001, patience=30)
    web = asyncio.create_task(batches.scale("one", {"type": "web", "quantity": 1}))
    await app.asked.wait()
    clock = asyncio.create_task(batches.scale("one", {"type": "clock", "quantity": 2}))
    while len(app.batches) < 2:
        await asyncio.sleep(0.001)
    app.slow.set()
    assert (await web, await clock) == ({"type": "web", "quantity": 1}, {"type": "clock", "quantity": 2})
    assert app.batches[-1] == ("one", ["clock", "web"])


async def test_sizes_that_never_go_together_are_refused() -> None:
    """Nobody else comes: asked once more, then it is Heroku's word."""
    app = Strict()
    app.slow.set()
    with pytest.raises(Rejected, match="Cannot use the following"):
        await FormationBatches(app.apply, window=0.001, patience=0.01).scale("one", {"type": "web", "quantity": 1})
    assert len(app.batches) == 2
