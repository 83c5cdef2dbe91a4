"""Fixtures of the page: an estate, its view, the page in-process, and on a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from infra.localcloud.page.view import View
from tests.localcloud.in_process import BASE, new_cloud
from tests.localcloud.page.estate import Builder, see
from tests.localcloud.page.site import Site, serving


@pytest.fixture
async def builder() -> AsyncIterator[Builder]:
    """A cloud in memory with nothing but its seed, and clients to build with."""
    builder = Builder(new_cloud())
    yield builder
    await builder.close()


@pytest.fixture
async def estate(builder: Builder) -> Builder:
    """The cloud with two environments of a service in it."""
    await builder.bring_up()
    return builder


@pytest.fixture
def view(estate: Builder) -> View:
    """What the page shows of that estate."""
    return see(estate.cloud)


@pytest.fixture
async def reader(builder: Builder) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without its screen: a plain client of the builder's cloud."""
    async with httpx.AsyncClient(base_url=BASE, transport=builder.cloud.transport) as client:
        yield client


@pytest.fixture
def site() -> Iterator[Site]:
    """The estate served on a real socket."""
    with serving() as served:
        yield served


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures of the page go."""
    return tmp_path
