"""What tests of several rooms share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.localcloud.in_process import LocalCloud, new_cloud

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

# Drawn examples are the same in every run, so that what fails is the change; a busy machine is no failure.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture
async def cloud() -> AsyncIterator[LocalCloud]:
    """A seeded local cloud in memory; every exchange of its clients is checked against the vendors' descriptions."""
    local = new_cloud()
    async with local.heroku, local.github, local.control:
        yield local


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A headless Chromium for all tests; skipped where there is none."""
    from tests.localcloud.page.browser import BROWSER, DRIVER, chromium

    if not BROWSER or not DRIVER:
        pytest.skip("there is no chromium with its chromedriver on this machine")
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver
