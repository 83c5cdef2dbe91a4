"""``twelvefold demo``, which ``make demo`` calls."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.journeys.checkout import make_checkout


def test_the_demo_plays_twice(tmp_path: Path) -> None:
    """Kept running, its cloud and its page are there; played again, it starts over, and stops what it started."""
    checkout = make_checkout(tmp_path / "service")
    kept = checkout.twelvefold("demo", KEEP="1")
    url = checkout.cloud.connection().url
    page = httpx.get(url, trust_env=False, timeout=30)
    again = checkout.twelvefold("demo")

    assert kept.code == 0, kept.text
    assert again.code == 0, again.text
    assert url in kept.stdout
    for said in ("staging: no change", "production: no change", '"changed-by-hand"', "app_url"):
        assert said in kept.stdout
        assert said in again.stdout
    assert "banking-production" in page.text
    assert not checkout.cloud.runs()
