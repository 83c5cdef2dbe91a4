"""Fixtures: GitHub's half of the local cloud, in-process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from infra.localcloud import github
from infra.localcloud.app import create_app
from infra.localcloud.store import Store
from tests.localcloud.github.hub import SEED, Clock, Hub


@pytest.fixture
def hub() -> Hub:
    """A seeded cloud in memory."""
    store, clock = Store(None), Clock()
    github.seed(store, SEED, clock.now)
    return Hub(create_app(store, clock=clock), store, clock)


@pytest.fixture
async def deployer(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """The client of an owner of the organization, with every scope."""
    async with hub.client("deployer") as client:
        yield client
