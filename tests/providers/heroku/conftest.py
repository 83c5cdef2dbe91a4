"""Fixtures of the Heroku provider's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.providers.heroku.estate import Estate, Resource, new_estate


@pytest.fixture
async def estate() -> AsyncIterator[Estate]:
    """An empty local cloud and the provider that is configured for it."""
    made = new_estate()
    yield made
    await made.heroku.aclose()


@pytest.fixture
async def app(estate: Estate) -> Resource:
    """An app to hang things on."""
    return await estate.create("heroku:app/app:App", {"name": "acme-shop", "region": "eu"})
