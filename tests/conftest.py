"""What tests of several rooms share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from tests.localcloud.in_process import LocalCloud, new_cloud

# Drawn examples are the same in every run, so that what fails is the change; a busy machine is no failure.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture
async def cloud() -> AsyncIterator[LocalCloud]:
    """A seeded local cloud in memory; every exchange of its clients is checked against the vendors' descriptions."""
    local = new_cloud()
    async with local.heroku, local.github, local.control:
        yield local
