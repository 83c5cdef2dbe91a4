"""The page in a real browser: readable at every width, light and dark, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.localcloud.page.browser import look_as, shoot
from tests.localcloud.page.estate import CANARY, RULESET
from tests.localcloud.page.site import Site, serving

WIDTHS = (360, 768, 1280)
SOON = 10.0
"""Seconds within which the page must have noticed a change; it looks every second."""

SMALL_TARGETS = """
return [...document.querySelectorAll("a, summary")].filter(e => e.checkVisibility() && !e.matches(".skip"))
  .filter(e => e.getBoundingClientRect().height < 24).map(e => e.textContent)
"""
POOR_CONTRAST = """
const parse = (c) => { const n = c.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n };
const level = (c) => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
const light = ([r, g, b]) => 0.2126 * level(r) + 0.7152 * level(g) + 0.0722 * level(b);
const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
  if (c[3] > 0) return c } return [255, 255, 255, 1] };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const poor = [];
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  const text = walker.currentNode.data.trim();
  if (!text || !e.checkVisibility() || e.closest("[aria-hidden], .spoken, noscript")) continue;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push([text, ratio]);
}
return poor;
"""
SIDEWAYS = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
APPS = "document.querySelectorAll('.app').length"
DOUBLED = """
return [...document.querySelectorAll("[id]")].filter(e => document.querySelectorAll(`[id="${e.id}"]`).length > 1)
"""
MOTION = """
const glow = getComputedStyle(document.querySelector(".counts")).animationName;
return [glow, getComputedStyle(document.documentElement).scrollBehavior];
"""
CUT_OFF = """
return [...document.querySelectorAll("main *")]
  .filter(e => e.checkVisibility() && !e.closest(".spoken, thead") && e.getBoundingClientRect().right > innerWidth)
  .map(e => e.outerHTML.slice(0, 80))
"""


@pytest.fixture(scope="module")
def still_site() -> Iterator[Site]:
    """An estate that nobody changes."""
    with serving() as site:
        yield site


@pytest.fixture(autouse=True)
def nothing_to_complain_about(browser: Chrome) -> Iterator[None]:
    """Whatever the browser reports during a test (a blocked style, a failed script) fails it."""
    complaints(browser)
    yield
    said = complaints(browser)
    look_as(browser, width=1280)
    browser.get("about:blank")
    assert said == []


def complaints(browser: Chrome) -> list[str]:
    """What the browser has reported since the last time; a test that stops the cloud means its requests to fail."""
    entries = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in entries if "ERR_CONNECTION_REFUSED" not in entry["message"]]


def wait_until(browser: Chrome, script: str) -> Any:
    """Wait until a script's expression is true on the page."""
    return WebDriverWait(browser, SOON, poll_frequency=0.05).until(lambda one: one.execute_script(f"return {script}"))


def unfold_all(browser: Chrome) -> None:
    """Open everything that can be opened."""
    browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_readable(browser: Chrome, still_site: Site, shots: Path, width: int, dark: bool) -> None:
    """No sideways scrolling, nothing cut off, enough contrast, targets one can hit; also with everything unfolded."""
    look_as(browser, width=width, dark=dark, calm=True)
    browser.get(still_site.url)
    wait_until(browser, "document.getElementById('pulse').dataset.state === 'live'")
    unfold_all(browser)
    shoot(browser, shots / f"page-{width}-{'dark' if dark else 'light'}.png")
    assert browser.execute_script(SIDEWAYS) == 0
    assert browser.execute_script(CUT_OFF) == []
    assert browser.execute_script(POOR_CONTRAST) == []
    assert browser.execute_script(SMALL_TARGETS) == []
    assert CANARY not in browser.page_source


def test_long_names_do_not_widen_a_phones_page(browser: Chrome, site: Site) -> None:
    """Names without a place to break at break anywhere."""
    long, repository = "X" * 120, "/repos/practicalli/banking-on-clojure"
    site.by_hand("heroku", "PATCH", "/apps/banking-staging/config-vars", {long: "x", "A_" * 60: "x"})
    site.by_hand(
        "heroku", "POST", "/apps/banking-staging/addons", {"plan": "heroku-redis", "attachment": {"name": long}}
    )
    site.by_hand("heroku", "POST", "/apps/banking-staging/collaborators", {"user": f"{long}@example.com"})
    hostname = f"{'x' * 60}.{'y' * 60}.{'z' * 60}.example"
    site.by_hand("heroku", "POST", "/apps/banking-staging/domains", {"hostname": hostname, "sni_endpoint": None})
    site.by_hand("github", "PUT", f"{repository}/environments/{long}")
    site.by_hand("github", "POST", f"{repository}/actions/variables", {"name": long, "value": "x"})
    site.by_hand("github", "POST", f"{repository}/rulesets", {**RULESET, "name": long})
    site.control("POST", "faults", {"kind": "slow", "path": long})
    look_as(browser, width=360, calm=True)
    browser.get(site.url)
    unfold_all(browser)
    assert long in browser.find_element(By.TAG_NAME, "main").text
    assert browser.execute_script(SIDEWAYS) == 0
    assert browser.execute_script(CUT_OFF) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_works_without_scripts(browser: Chrome, still_site: Site, width: int) -> None:
    """Everything is there, folds unfold, and the page says that it reloads and how to stop that."""
    look_as(browser, width=width, scripts=False, calm=True)
    browser.get(f"{still_site.url}/?still")
    main = browser.find_element(By.TAG_NAME, "main")
    for text in (
        "banking-staging",
        "banking-production",
        "SESSION_KEY",
        "HEROKU_API_KEY",
        "Ruleset",
        "Latest requests",
    ):
        assert text in main.text
    fold = browser.find_element(By.XPATH, "//details[summary[starts-with(., 'Log drains')]]")
    assert "syslog" not in fold.text
    fold.find_element(By.TAG_NAME, "summary").click()
    assert "syslog+tls://•••.example.com" in fold.text
    assert browser.find_element(By.LINK_TEXT, "Reload every 5 s").is_displayed()
    assert browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"] == width


def test_without_scripts_a_reload_shows_what_changed(browser: Chrome, site: Site) -> None:
    """The reloading itself is the browser's; what it brings is the new estate."""
    look_as(browser, width=1280, scripts=False)
    browser.get(site.url)
    assert browser.find_element(By.LINK_TEXT, "hold still").is_displayed()
    site.by_hand("heroku", "PATCH", "/apps/banking-staging/config-vars", {"CHANGED_BY_HAND": "x"})
    assert "CHANGED_BY_HAND" not in browser.find_element(By.TAG_NAME, "main").text
    WebDriverWait(browser, 20).until(lambda one: "CHANGED_BY_HAND" in one.find_element(By.TAG_NAME, "main").text)


def test_the_page_updates_by_itself(browser: Chrome, site: Site) -> None:
    """A change by hand appears; the place, the folds, the focus and a selection stay."""
    look_as(browser, width=1280, calm=True)
    browser.get(site.url)
    staging = browser.find_element(By.XPATH, "//article[contains(., 'banking-staging')]")
    summaries = {one.text.split()[0]: one for one in staging.find_elements(By.TAG_NAME, "summary")}
    summaries["Domains"].click()
    summaries["Releases"].click()
    browser.execute_script(
        "window.scrollTo({top: 420, behavior: 'instant'}); arguments[0].focus({preventScroll: true})",
        summaries["Webhooks"],
    )
    browser.execute_script(
        "getSelection().selectAllChildren(arguments[0])", staging.find_element(By.CLASS_NAME, "title")
    )
    before = browser.execute_script("return [scrollY, document.activeElement, String(getSelection())]")
    assert before[0] == 420

    site.by_hand("heroku", "PATCH", "/apps/banking-staging/config-vars", {"CHANGED_BY_HAND": "x", "LOG_LEVEL": None})
    site.by_hand(
        "github",
        "PATCH",
        "/repos/practicalli/banking-on-clojure/actions/variables/HEROKU_PIPELINE_ID",
        {"name": "RENAMED"},
    )
    wait_until(browser, "document.body.textContent.includes('RENAMED')")

    assert "CHANGED_BY_HAND" in staging.text
    assert "LOG_LEVEL" not in staging.find_element(By.TAG_NAME, "details").text
    assert browser.execute_script("return [scrollY, document.activeElement, String(getSelection())]") == before
    folds = {one.text.split()[0]: one for one in staging.find_elements(By.TAG_NAME, "summary")}
    opened = {
        name: one.find_element(By.XPATH, "..").get_dom_attribute("open") is not None for name, one in folds.items()
    }
    assert (opened["Domains"], opened["Releases"], opened["Config"]) == (True, False, True)


def test_what_comes_and_goes_is_shown(browser: Chrome, site: Site) -> None:
    """Apps, faults and requests appear in their places and disappear again, and only what changed glows."""
    look_as(browser, width=1280)
    browser.get(site.url)
    site.control("POST", "faults", {"kind": "slow", "vendor": "github", "milliseconds": 5})
    wait_until(browser, "document.getElementById('faults')?.textContent.includes('slow by 5 ms')")
    site.by_hand("heroku", "POST", "/apps", {"name": "alpha-tools"})
    wait_until(browser, "document.querySelector('#heroku .cards .card .title')?.textContent === 'alpha-tools'")
    glowing = browser.execute_script(
        "return [...document.querySelectorAll('[data-fresh]')].map(e => e.dataset.key ?? e.localName)"
    )
    assert glowing
    assert not [one for one in glowing if one in ("heroku", "stages", "requests")]
    site.by_hand("heroku", "DELETE", "/apps/alpha-tools")
    site.control("DELETE", "faults")
    wait_until(browser, f"!document.getElementById('faults') && {APPS} === 3")
    titles = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".app .title")]
    assert titles == ["banking-staging", "banking-production\nmaintenance", "banking-tools"]
    assert browser.execute_script(DOUBLED) == []


def test_an_updated_page_is_the_page_a_reload_shows(browser: Chrome, site: Site) -> None:
    """However it came about: after many changes the merged document equals a fresh one."""
    look_as(browser, width=1280, calm=True)
    browser.get(site.url)
    for number in range(12):
        site.by_hand(
            "heroku", "PATCH", "/apps/banking-staging/config-vars", {f"VAR_{number % 5}": str(number), "BASE_URL": None}
        )
    site.by_hand("heroku", "POST", "/apps", {"name": "zeta"})
    site.by_hand("heroku", "PATCH", "/apps/banking-production", {"maintenance": False})
    site.by_hand("github", "DELETE", "/repos/practicalli/banking-on-clojure/environments/staging")
    site.control("POST", "faults", {"kind": "status", "status": 502})
    wait_until(browser, "document.getElementById('faults')")
    shown = """
      for (const e of document.querySelectorAll("[data-fresh]")) e.removeAttribute("data-fresh");
      return document.getElementById("estate").outerHTML
    """
    merged = browser.execute_script(shown)
    browser.refresh()
    assert browser.execute_script(shown) == merged


def test_the_page_says_when_the_cloud_is_gone(browser: Chrome) -> None:
    """And keeps what it showed."""
    look_as(browser, width=1280)
    with serving(empty=True) as site:
        browser.get(site.url)
        wait_until(browser, "document.getElementById('pulse').dataset.state === 'live'")
        assert "Nothing here yet: make demo" in browser.find_element(By.TAG_NAME, "main").text
    wait_until(browser, "document.getElementById('pulse').dataset.state === 'lost'")
    assert browser.find_element(By.ID, "pulse").text == "The local cloud does not answer"
    assert "practicalli/banking-on-clojure" in browser.find_element(By.TAG_NAME, "main").text


def test_the_page_can_be_used_with_the_keyboard(browser: Chrome, still_site: Site) -> None:
    """The first stop skips to the estate, and the focus is seen wherever it is."""
    look_as(browser, width=1280)
    browser.get(still_site.url)
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    link = browser.switch_to.active_element
    assert link.text == "Skip to the estate"
    assert link.rect["y"] >= 0
    assert browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    link.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_dom_attribute("id") == "estate"


def test_less_motion_is_respected(browser: Chrome, still_site: Site) -> None:
    """Nothing glows or glides for those who asked for less motion."""
    look_as(browser, width=1280, calm=True)
    browser.get(still_site.url)
    browser.execute_script("document.querySelector('.counts').setAttribute('data-fresh', '')")
    assert browser.execute_script(MOTION) == ["none", "auto"]
