"""The estate that readers of live things are tested with."""

from __future__ import annotations

import pytest

from tests.apis.live.estate import Shop, open_shop
from tests.localcloud.in_process import LocalCloud


@pytest.fixture
async def shop(cloud: LocalCloud) -> Shop:
    """Two apps in a pipeline, one with a thing of every kind."""
    return await open_shop(cloud)
