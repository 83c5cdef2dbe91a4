"""Debian's Chromium, headless, driven through its own driver."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
_QUIET = (
    "--headless=new",
    # Containers run tests as root, where Chromium's own sandbox cannot start.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """A browser with an empty profile in that folder."""
    options = ChromeOptions()
    options.binary_location = BROWSER or ""
    for argument in (*_QUIET, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=Service(DRIVER or ""))
    try:
        browser.set_page_load_timeout(20)
        yield browser
    finally:
        browser.quit()


def look_as(browser: Chrome, *, width: int, dark: bool = False, scripts: bool = True, calm: bool = False) -> None:
    """How the next page is looked at: width in CSS pixels, colours, with scripts or not, with less motion or not."""
    metrics: dict[str, Any] = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    features = [
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
        {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def shoot(browser: Chrome, file: Path) -> None:
    """A picture of the whole page, also of what one would have to scroll to."""
    picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    file.write_bytes(base64.b64decode(picture["data"]))
