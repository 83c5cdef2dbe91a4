"""A service of many apps, as a person writes it: brought up by the engine, then looked at by audits and refreshes."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from infra.localcloud.server import environment
from tests.bench.estates import Vendor
from tests.bench.fleet import PIPELINE
from tests.bench.memory import PeakMemory
from tests.journeys.checkout import Checkout, make_checkout

STACK = "production"
AT_ONCE = "32"


@dataclass(frozen=True)
class Look:
    """What one look at an estate took: seconds, API requests and peak memory in megabytes; and its report, if any."""

    seconds: float
    requests: int
    megabytes: float
    report: dict[str, Any] = field(default_factory=dict)


def stacks_of(count: int) -> tuple[str, ...]:
    """The names of so many stacks; the first owns what they share."""
    return (STACK, *(f"{STACK}-{number}" for number in range(2, count + 1)))


def write_project(folder: Path, apps: int, stacks: tuple[str, ...]) -> None:
    """The files of so many apps, in equal parts: ten config vars, two add-ons, two domains, a drain, a webhook each."""
    folder.mkdir(parents=True)
    service = {"pipeline": {"name": PIPELINE, "stages": [STACK]}, "protect": False, "region": "eu"}
    project = {
        "name": "bench",
        "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}},
        "plugins": {"providers": [{"name": "heroku", "path": "infra/providers/heroku", "version": "1.0.4"}]},
        "config": {"twelvefold:service": {"value": service}},
    }
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    for place, stack in enumerate(stacks):
        numbers = range(place, apps, len(stacks))
        wanted = {f"app{number}": _app(f"bench-{number}") for number in numbers}
        environment = {"stage": STACK, "shared_in": stacks[0], "apps": wanted}
        settings = {"config": {"twelvefold:environment": environment}}
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(settings))


def _app(name: str) -> dict[str, Any]:
    return {
        "app": name,
        "config_vars": {f"SETTING_{place}": f"value {place}" for place in range(10)},
        "addons": {"database": {"plan": "heroku-postgresql:essential-0"}, "logs": {"plan": "papertrail:choklad"}},
        "domains": [f"{host}.{name}.example.com" for host in ("www", "api")],
        "drains": {"logs": {"url": f"https://user:secret@logs.example.com/{name}"}},
        "webhooks": {
            "releases": {"url": f"https://hooks.example.com/{name}", "level": "notify", "include": ["api:release"]}
        },
    }


class Audited:
    """A checkout with such a project, whose vendor is ``vendor``."""

    def __init__(self, folder: Path, vendor: Vendor, apps: int, stacks: int = 1) -> None:
        self.stacks = stacks_of(stacks)
        write_project(folder / "files", apps, self.stacks)
        self.checkout: Checkout = make_checkout(folder / "service", folder / "files")
        self.checkout.environment |= environment(vendor.connection)
        self.checkout.environment["HEROKU_ALLOW_DATA_LOSS"] = "true"
        self._vendor = vendor

    def bring_up(self) -> None:
        """Make everything, as fast as it goes."""
        self._run("python", "-m", "infra.cli", "up", *self.stacks, "--yes")

    def refresh(self) -> Look:
        """What the engine sees through our provider; memory is the plugin's."""
        command = ("refresh", "--preview-only", "--parallel", AT_ONCE, "--suppress-progress", "--non-interactive")
        return self._look("pulumi", *command, "--stack", STACK, mark="infra.providers.heroku")

    def audit(self, *options: str) -> Look:
        """What an audit sees, from start to report."""
        file = self.checkout.folder / "report.json"
        command = ("python", "-m", "infra.cli", "drift", "--report", str(file), *options)
        look = self._look(*command, mark="infra.cli", fine=(0, 2, 3))
        return replace(look, report=json.loads(file.read_text()))

    def _look(self, *command: str, mark: str, fine: tuple[int, ...] = (0,)) -> Look:
        before, began = self._vendor.count(), time.perf_counter()
        megabytes = self._run(*command, mark=mark, fine=fine)
        seconds = time.perf_counter() - began
        return Look(seconds, self._vendor.count() - before, megabytes)

    def _run(self, *command: str, mark: str = "infra.cli", fine: tuple[int, ...] = (0,)) -> float:
        told = self.checkout.folder.parent / "log"
        with told.open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=self.checkout.folder,
                env=self.checkout.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
            with PeakMemory(process.pid, mark) as peak:
                code = process.wait()
        if code not in fine:
            raise SystemExit(told.read_text())
        return peak.megabytes
