"""Fixtures of the Heroku half: clients and an app to work on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.localcloud.heroku.steps import done, new_app
from tests.localcloud.in_process import LocalCloud


@pytest.fixture
def heroku(cloud: LocalCloud) -> httpx.AsyncClient:
    """The deployer's client."""
    return cloud.heroku


@pytest.fixture
async def pat(cloud: LocalCloud) -> AsyncIterator[httpx.AsyncClient]:
    """The client of another person."""
    async with cloud.heroku_as(cloud.pat_token) as client:
        yield client


@pytest.fixture
async def app(heroku: httpx.AsyncClient) -> str:
    """The path of a fresh app."""
    await new_app(heroku, "banking-staging")
    return "/apps/banking-staging"


@pytest.fixture
async def banking(heroku: httpx.AsyncClient) -> dict[str, Any]:
    """A pipeline with a staging and a production app; the ids by name."""
    pipeline = await done(heroku.post("/pipelines", json={"name": "banking"}))
    ids = {"pipeline": pipeline["id"]}
    for stage in ("staging", "production"):
        app = await new_app(heroku, f"banking-{stage}")
        body = {"app": app["id"], "pipeline": pipeline["id"], "stage": stage}
        coupling = await done(heroku.post("/pipeline-couplings", json=body))
        ids |= {stage: app["id"], f"{stage} coupling": coupling["id"]}
    return ids
