"""The page in a real browser: readable at three widths, light and dark, printable, without scripts or a network."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from infra.model.report import Report
from infra.reports.html import html
from tests.localcloud.page.browser import look_as, shoot
from tests.localcloud.page.test_page import CUT_OFF, POOR_CONTRAST, SIDEWAYS
from tests.reports.hostile import NAMES, hostile_report
from tests.reports.samples import SAMPLES

WIDTHS = (360, 768, 1280)
LANDMARKS = "return [...document.querySelectorAll('header, main, footer')].map(e => e.localName)"
LOOSE_HEADERS = "return [...document.querySelectorAll('th:not([scope])')].length"
UNNAMED = """
return [...document.querySelectorAll("section, nav, svg[role], table")].filter(e => !(e.getAttribute("aria-label")
  || document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim()
  || e.querySelector("caption")?.textContent.trim())).map(e => e.outerHTML.slice(0, 80))
"""
POOR_PICTURE = """
const parse = (c) => c.match(/[\\d.]+/g).map(Number);
const level = (c) => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
const light = ([r, g, b]) => 0.2126 * level(r) + 0.7152 * level(g) + 0.0722 * level(b);
const poor = [];
for (const text of document.querySelectorAll(".picture text")) {
  const before = text.previousElementSibling;
  const behind = before?.localName === "rect" ? before : text.closest("g").querySelector(".box");
  const [a, b] = [light(parse(getComputedStyle(text).fill)), light(parse(getComputedStyle(behind).fill))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push([text.textContent, ratio]);
}
return poor;
"""
OUTSIDE = """
return [...document.querySelectorAll(".picture g")].flatMap(g => {
  const box = g.querySelector(".box").getBBox();
  return [...g.querySelectorAll("text, rect")].filter(e => { const b = e.getBBox();
    if (e.ownerSVGElement !== g.ownerSVGElement) return b.x + b.width > 206;
    return b.x < box.x || b.x + b.width > box.x + box.width + 0.5 || b.y + b.height > box.y + box.height })
    .map(e => e.textContent || e.outerHTML) })
"""
REQUESTS = "return performance.getEntriesByType('resource').map(e => e.name)"


@pytest.fixture(autouse=True)
def nothing_to_complain_about(browser: Chrome) -> Iterator[None]:
    """Whatever the browser reports during a test (a style that the policy blocks) fails it."""
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    yield
    said = browser.get_log("browser")  # type: ignore[no-untyped-call]
    look_as(browser, width=1280)
    browser.get("about:blank")
    assert said == []


def visit(browser: Chrome, report: Report, folder: Path) -> None:
    """Open the page of a report from a file, with every fold unfolded."""
    file = folder / "report.html"
    file.write_text(html(report), "utf-8")
    browser.get(file.as_uri())
    browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_is_readable(browser: Chrome, tmp_path: Path, name: str, width: int, dark: bool) -> None:
    """No sideways scrolling, nothing cut off, enough contrast, also in the picture; nothing was asked of a network."""
    look_as(browser, width=width, dark=dark, calm=True)
    visit(browser, SAMPLES[name], tmp_path)
    shoot(browser, tmp_path / f"{name}-{width}-{'dark' if dark else 'light'}.png")
    for script in (CUT_OFF, POOR_CONTRAST, POOR_PICTURE, OUTSIDE, REQUESTS):
        assert browser.execute_script(script) == []
    assert browser.execute_script(SIDEWAYS) == 0


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_is_accessible(browser: Chrome, tmp_path: Path, name: str) -> None:
    """Landmarks in order, one first heading, parts with names, tables with headers."""
    visit(browser, SAMPLES[name], tmp_path)
    assert browser.execute_script(LANDMARKS) == ["header", "main", "footer"]
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    assert browser.execute_script(LOOSE_HEADERS) == 0
    assert browser.execute_script(UNNAMED) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_names_break_no_page(browser: Chrome, tmp_path: Path, width: int) -> None:
    """However long and strange they are, the page keeps its width, and runs and loads nothing."""
    look_as(browser, width=width, calm=True)
    for name in ("n" * 10_000, "\u202egnp.exe", "<img src=x onerror=alert(1)>", "W W" * 100, max(NAMES[:-1], key=len)):
        visit(browser, hostile_report(name), tmp_path)
        assert browser.execute_script(SIDEWAYS) == 0
        assert browser.execute_script(REQUESTS) == []


def test_the_page_works_without_scripts(browser: Chrome, tmp_path: Path) -> None:
    """It has none; folds unfold and links jump all the same."""
    look_as(browser, width=768, scripts=False)
    file = tmp_path / "report.html"
    file.write_text(html(SAMPLES["preview"]), "utf-8")
    browser.get(file.as_uri())
    fold = browser.find_element(By.TAG_NAME, "details")
    assert "LOG_LEVEL" not in fold.text
    fold.find_element(By.TAG_NAME, "summary").click()
    assert "LOG_LEVEL" in fold.text


def test_what_is_folded_is_printed(browser: Chrome, tmp_path: Path) -> None:
    """Paper cannot be clicked."""
    file = tmp_path / "report.html"
    file.write_text(html(SAMPLES["preview"]), "utf-8")
    look_as(browser, width=768)
    browser.get(file.as_uri())
    hidden = "return !document.querySelector('details table').checkVisibility({contentVisibilityAuto: true})"
    assert browser.execute_script(hidden)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    WebDriverWait(browser, 10, poll_frequency=0.05).until(lambda one: not one.execute_script(hidden))
    shoot(browser, tmp_path / "printed.png")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_the_page_prints(browser: Chrome, tmp_path: Path) -> None:
    """On several sheets, dark on light, also when it is shown in the dark."""
    look_as(browser, width=1280, dark=True)
    visit(browser, SAMPLES["drift"], tmp_path)
    printed: dict[str, Any] = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    pdf = base64.b64decode(printed["data"])
    (tmp_path / "report.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") >= 2
