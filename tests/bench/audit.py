"""Audits of many apps beside the engine's refresh of the same stack, and of a thousand apps in ten stacks.

All are brought up through the engine; ``twelvefold drift`` runs as a person runs it, from the start of the process to
its report, and so does ``pulumi refresh --preview-only``, which sees only what the state recorded. The bytes of answers
are those of the reading alone, in a process of its own. 1,000 apps (with BENCH_FULL=1, ten minutes) have no refresh
beside them: no one stack holds so many.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.audited import Audited, Look
from tests.bench.estates import ROOT, Vendor, running_vendor
from tests.bench.say import say

LATENCY = 20
COMPARED = (10, 100)
MANY, STACKS = 1000, 10
RUNS = ("first", "second", "third")
"""Where an hour's budget does not reach, the second reads what the first left out; from the third on all are alike."""
ROUNDS = 3
HOUR = 3600
# A first run knows nothing; a second one asks for everything again, but what did not change is not sent again.
READINGS = {**{f"reading, {name}": 0 for name in RUNS}, "reading, --max-age 1h": HOUR}
AUDITS: dict[str, tuple[str, ...]] = {"audit": (), "audit --max-age 1h": ("--max-age", "1h")}
GOALS = (
    "goals: 1,000 apps within 4,500 requests at first, a tenth of the bytes then; half the requests of refresh (0.50),"
    " a fifth of its time (0.20)"
)


def run() -> None:
    """Measure and print."""
    say(f"\nAudits at {LATENCY} ms a request; beside refresh, as ratios of the same round, the median of {ROUNDS}")
    say(
        f"{'apps':>5}  {'what':<24}{'seconds':>9}{'ratio':>7}{'requests':>10}{'ratio':>7}{'an app':>8}"
        f"{'bytes':>12}{'memory':>10}{'left out':>10}"
    )
    for apps in COMPARED:
        with tempfile.TemporaryDirectory() as folder, running_vendor(Path(folder, "cloud")) as vendor:
            compare(Path(folder), vendor, apps)
    if os.environ.get("BENCH_FULL"):
        with tempfile.TemporaryDirectory() as folder, running_vendor(Path(folder, "cloud")) as vendor:
            audit_many(Path(folder), vendor, MANY, STACKS)
    say(f"  {GOALS}")


def compare(folder: Path, vendor: Vendor, apps: int, rounds: int = ROUNDS, latency: int = LATENCY) -> None:
    """Print what the engine's refresh and our audits take on the same stack."""
    vendor.slow_down(0)
    estate = Audited(folder / "ours", vendor, apps)
    estate.bring_up()
    vendor.slow_down(latency)
    first = estate.audit()
    refreshes = [estate.refresh() for _ in range(rounds)]
    _tell(apps, "refresh --preview-only", refreshes, refreshes)
    _tell(apps, "audit, first", [first], refreshes[:1])
    for name, options in AUDITS.items():
        _tell(apps, name, [estate.audit(*options) for _ in range(rounds)], refreshes)
    _readings(vendor, apps, folder / "cache")


def audit_many(folder: Path, vendor: Vendor, apps: int, stacks: int, latency: int = LATENCY) -> None:
    """Print what audits of many stacks take, one after the other, within an hour's budget each."""
    vendor.slow_down(0)
    estate = Audited(folder / "ours", vendor, apps, stacks)
    estate.bring_up()
    vendor.slow_down(latency)
    for name in RUNS:
        _tell(apps, f"audit, {name}", [estate.audit()])
    for name, options in list(AUDITS.items())[1:]:
        _tell(apps, name, [estate.audit(*options)])
    _readings(vendor, apps, folder / "cache")


def _tell(apps: int, name: str, looks: list[Look], beside: list[Look] | None = None) -> None:
    seconds, requests = median(one.seconds for one in looks), median(one.requests for one in looks)
    faster, fewer = "", ""
    if beside:
        faster = f"{median(one.seconds / other.seconds for one, other in zip(looks, beside, strict=True)):.2f}"
        fewer = f"{requests / median(one.requests for one in beside):.2f}"
    left = sum(one.get("kind") == "unverifiable" for stack in _stacks(looks[-1]) for one in stack["findings"])
    say(
        f"{apps:>5}  {name:<24}{seconds:>9.2f}{faster:>7}{requests:>10.0f}{fewer:>7}{requests / apps:>8.1f}"
        f"{'':>12}{max(one.megabytes for one in looks):>7.0f} MB{left:>10}"
    )


def _stacks(look: Look) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = look.report.get("stacks", [])
    return found


def _readings(vendor: Vendor, apps: int, cache: Path) -> None:
    for name, max_age in READINGS.items():
        began = time.perf_counter()
        told = _read(vendor, apps, cache, max_age)
        seconds = time.perf_counter() - began
        requests = told["requests"]
        say(
            f"{apps:>5}  {name:<24}{seconds:>9.2f}{'':>7}{requests:>10}{'':>7}{requests / apps:>8.1f}"
            f"{told['received']:>12,}{told['megabytes']:>7.0f} MB{told['left']:>10}"
        )


def _read(vendor: Vendor, apps: int, cache: Path, max_age: int) -> dict[str, Any]:
    to = vendor.connection
    asked = (to.url, to.heroku_token, str(apps), str(cache), str(max_age))
    command = [sys.executable, "-m", "tests.bench.audit_run", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
