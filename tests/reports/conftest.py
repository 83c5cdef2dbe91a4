"""A browser to look at pages with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A headless Chromium for all tests; skipped where there is none."""
    from tests.localcloud.page.browser import BROWSER, DRIVER, chromium

    if not BROWSER or not DRIVER:
        pytest.skip("there is no chromium with its chromedriver on this machine")
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver
