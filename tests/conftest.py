"""What tests of several rooms share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.localcloud.in_process import LocalCloud, new_cloud


@pytest.fixture
async def cloud() -> AsyncIterator[LocalCloud]:
    """A seeded local cloud in memory; every exchange of its clients is checked against the vendors' descriptions."""
    local = new_cloud()
    async with local.heroku, local.github, local.control:
        yield local
