"""Estates of many apps: what `up`, `refresh` and `destroy` cost, beside a plugin that only waits.

Both plugins serve the same program through the same engine in the same run. The waiting one takes one request's time
for each operation, so its seconds are the floor, and what is told of ours is a ratio.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from statistics import median

import httpx

from infra.engine.install import ensure_engine
from infra.engine.progress import Silent
from infra.engine.state import address_of
from infra.errors import CloudError
from infra.localcloud.server import Connection, environment, read_connection
from tests.bench.memory import PeakMemory
from tests.bench.say import say

ROOT = Path(__file__).parents[2]
QUICK = ((10, 20), (100, 20))
FULL = tuple((apps, latency) for latency in (0, 20, 100) for apps in (1, 10, 100))
# The machine's own unrest is the same for both plugins only over several rounds; what takes minutes gets one.
REFRESHES = 3
CYCLES = 3
LARGE = 100
OURS, FLOOR = ROOT / "infra/providers/heroku", ROOT / "tests/bench/waiting"
PLUGIN = "plugins: { providers: [{ name: heroku, path: %s, version: 1.0.4 }] }\n"
GOALS = "goals: up <= 1.3 floor and 14 requests an app; refresh <= 1.3 floor and 8 requests an app; memory < 150 MB"
START_SECONDS = 20.0


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds, API requests, and the plugin's peak memory in megabytes."""

    seconds: float
    requests: int
    megabytes: float


@dataclass(frozen=True)
class Vendor:
    """The local cloud that estates are made in."""

    connection: Connection

    def control(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call one of its control routes."""
        url = f"{self.connection.url}/_cloud/{path}"
        return httpx.request(method, url, json=body, timeout=30, trust_env=False).raise_for_status()

    def slow_down(self, milliseconds: int) -> None:
        """Let every request take so much longer."""
        self.control("DELETE", "faults")
        if milliseconds:
            self.control("POST", "faults", {"kind": "slow", "vendor": "heroku", "milliseconds": milliseconds})

    def count(self) -> int:
        """How many requests it was asked so far."""
        found = self.control("GET", "requests?limit=100000").json()
        return int(found[-1]["number"]) if found else 0


def run() -> None:
    """Measure the quick estates, or with BENCH_FULL=1 all of them, and print."""
    wanted = FULL if os.environ.get("BENCH_FULL") else QUICK
    say("\nEstates: 9 resources an app (ten config vars, two add-ons, two domains, a drain, a webhook, a coupling)")
    say(
        f"{'apps':>5}{'latency':>9}  {'command':<9}{'seconds':>9}{'floor':>9}{'ratio':>7}"
        f"{'requests':>10}{'an app':>8}{'ms an app':>11}{'memory':>10}"
    )
    with tempfile.TemporaryDirectory() as folder, running_vendor(Path(folder, "cloud")) as vendor:
        for apps, latency in wanted:
            _compare(Path(folder, f"{apps}-{latency}"), vendor, apps, latency)
    say(f"  {GOALS}")


def _compare(folder: Path, vendor: Vendor, apps: int, latency: int) -> None:
    vendor.slow_down(latency)
    ours, floor = (Project(folder / name, vendor, latency) for name in ("ours", "floor"))
    ours.make(apps, OURS)
    floor.make(apps, FLOOR)
    pairs: dict[str, list[tuple[Cost, Cost]]] = {}
    for _ in range(1 if apps >= LARGE else CYCLES):
        for command in ("up", *["refresh"] * REFRESHES, "destroy"):
            pairs.setdefault(command, []).append((ours.cost(command), floor.cost(command)))
    for command, costs in pairs.items():
        _tell(apps, latency, command, [mine for mine, _ in costs], [least.seconds for _, least in costs])


def _tell(apps: int, latency: int, command: str, costs: list[Cost], floors: list[float]) -> None:
    seconds = median(cost.seconds for cost in costs)
    ratio = median(cost.seconds / floor for cost, floor in zip(costs, floors, strict=True))
    requests = median(cost.requests for cost in costs)
    say(
        f"{apps:>5}{latency:>6} ms  {command:<9}{seconds:>9.2f}{median(floors):>9.2f}{ratio:>7.2f}"
        f"{requests:>10.0f}{requests / apps:>8.1f}{seconds / apps * 1000:>11.0f}"
        f"{max(cost.megabytes for cost in costs):>7.0f} MB"
    )


class Project:
    """A copy of the benchmark's program with a state of its own."""

    def __init__(self, folder: Path, vendor: Vendor, latency: int) -> None:
        self._folder = folder
        self._vendor = vendor
        engine = ensure_engine(Silent())
        self._pulumi = str(engine.pulumi)
        self._environment = {
            **os.environ,
            **engine.environment(),
            **environment(vendor.connection),
            "HEROKU_ALLOW_DATA_LOSS": "true",
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_BACKEND_URL": address_of(folder / "state"),
            "PYTHONPATH": str(ROOT),
            "BENCH_PYTHON": sys.executable,
            "BENCH_WAIT_SECONDS": str(latency / 1000),
        }

    def make(self, apps: int, plugin: Path) -> None:
        """Write the project and its empty stack."""
        copytree(ROOT / "tests/bench/program", self._folder)
        (self._folder / "state").mkdir()
        with (self._folder / "Pulumi.yaml").open("a") as settings:
            settings.write(PLUGIN % plugin)
        self._run("stack", "init", "dev")
        self._run("config", "set", "apps", str(apps))

    def cost(self, command: str) -> Cost:
        """Run one command on the whole stack."""
        before = self._vendor.count()
        began = time.perf_counter()
        memory = self._run(command, "--yes", "--skip-preview", "--parallel", "32", "--suppress-progress")
        took = time.perf_counter() - began
        return Cost(took, self._vendor.count() - before, memory)

    def preview_refresh(self) -> float:
        """Look at what is live of the whole stack, changing nothing; the plugin's peak memory in megabytes."""
        return self._run("refresh", "--preview-only", "--parallel", "32", "--suppress-progress")

    def _run(self, *arguments: str) -> float:
        command = [self._pulumi, *arguments, "--non-interactive", "--color", "never", "--stack", "dev"]
        if arguments[0] == "stack":
            command = command[:-2]
        with (self._folder / "log").open("w") as log:
            process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
            with PeakMemory(process.pid, "infra.providers.heroku") as peak:
                code = process.wait()
        if code:
            raise SystemExit((self._folder / "log").read_text())
        return peak.megabytes


@contextmanager
def running_vendor(folder: Path) -> Iterator[Vendor]:
    """A local cloud in a process of its own, which remembers in ``folder``."""
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.stand_in", str(folder)], cwd=ROOT)
    try:
        yield Vendor(_connection(process, folder))
    finally:
        process.terminate()
        process.wait()


def _connection(process: subprocess.Popen[bytes], folder: Path) -> Connection:
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = read_connection(folder)
            Vendor(connection).control("GET", "health")
        except (CloudError, OSError, httpx.HTTPError):
            if process.poll() is not None or time.monotonic() > ends:
                raise
            time.sleep(0.05)
        else:
            return connection
