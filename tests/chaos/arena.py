"""The real engine, the real plugins and a local cloud, and the means to kill one of them at an exact request."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from infra.engine.command import EngineCommand
from infra.engine.install import ensure_engine
from infra.engine.passphrase import seal_values
from infra.engine.progress import Silent
from infra.errors import TwelvefoldError
from infra.model.plan import Diagnostic, Plan, Step
from infra.model.project import find_project
from infra.workflows.recover import recover
from infra.workflows.stacks import Stacks
from tests.journeys.checkout import LONGEST_SECONDS, Checkout

STACK = "staging"
REPOSITORY = "/api/v3/repos/practicalli/banking-on-clojure"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deploy"
SERVICE: dict[str, Any] = {
    "repository": "practicalli/banking-on-clojure",
    "pipeline": {"name": "banking", "stages": [STACK], "config_vars": {"test": {"CI": "yes"}}},
    "region": "eu",
    "github": {
        "variables": {"PIPELINE": "${pipeline.name}"},
        "environments": {STACK: {"branch_policy": {"branches": ["main"]}, "variables": {"APP": "${app.name}"}}},
        "rulesets": {"main": {"deletion": True}},
        "deploy_keys": {"mirror": {"key": KEY}},
    },
}
ENVIRONMENT: dict[str, Any] = {
    "app": "banking-chaos",
    "formation": {"web": {"size": "standard-1x", "quantity": 1}},
    "addons": {
        "database": {"plan": "heroku-postgresql:essential-0", "as": "DATABASE"},
        "cache": {"plan": "heroku-redis:mini"},
    },
    "config_vars": {"LOG_LEVEL": "info"},
    "domains": ["chaos.practicalli.example"],
    "webhooks": {"releases": {"url": "https://hooks.practicalli.example/heroku", "include": ["api:release"]}},
    "collaborators": ["ops@example.com"],
}
CHANGED: dict[str, Any] = {
    "addons": {
        "database": {"plan": "heroku-postgresql:essential-1", "as": "DATABASE"},
        "second": {"plan": "heroku-redis:mini", "as": "SECOND"},
    },
    "maintenance": True,
    "config_vars": {"LOG_LEVEL": "debug", "POOL": "5"},
    "domains": ["api.practicalli.example", "www.practicalli.example"],
    "webhooks": {"builds": {"url": "https://hooks.practicalli.example/builds", "include": ["api:build"]}},
    "collaborators": ["dev@example.com"],
}
DEEDS: list[tuple[str, str, str, Any]] = [
    ("heroku", "PATCH", "/apps/banking-chaos/config-vars", {"LOG_LEVEL": "by-hand"}),
    ("heroku", "DELETE", "/apps/banking-chaos", {}),
    ("heroku", "PATCH", "/apps/banking-chaos", {"name": "by-hand"}),
    ("heroku", "DELETE", "/pipelines/banking", {}),
    ("github", "PATCH", f"{REPOSITORY}/actions/variables/PIPELINE", {"value": "by-hand"}),
    ("github", "DELETE", f"{REPOSITORY}/actions/variables/PIPELINE", {}),
    ("github", "DELETE", f"{REPOSITORY}/environments/{STACK}", {}),
]
FAULTS: list[dict[str, Any]] = [
    {"kind": "rate_limit", "count": 2, "vendor": "heroku", "retry_after": 1},
    {"kind": "status", "status": 503, "count": 2, "vendor": "heroku"},
    {"kind": "slow", "milliseconds": 500, "count": 4},
    {"kind": "drop_before", "count": 2, "vendor": "heroku", "method": "POST"},
    {"kind": "drop_after", "count": 2, "vendor": "heroku", "method": "POST"},
]
SECRETS = {
    "config_vars.SESSION_KEY": "canary-session",
    "drains.logs.url": "https://logs.practicalli.example/canary",
    "github.webhooks.chat.secret": "canary-hook",
    "github.environments.staging.secrets.HEROKU_API_KEY": "canary-key",
}
Victim = Literal["engine", "plugin"]
Moment = Literal["before", "after"]


class Nobody:
    """Watches nothing."""

    def started(self, step: Step) -> None:
        """Nothing."""

    def finished(self, step: Step, seconds: float) -> None:
        """Nothing."""

    def said(self, diagnostic: Diagnostic) -> None:
        """Nothing."""


def write_stack(folder: Path) -> None:
    """Put the estate of these tests into a checkout's stack files, its secrets sealed."""
    (folder / "Pulumi.production.yaml").unlink()
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    project["config"]["twelvefold:service"]["value"] = SERVICE
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    salt, sealed = seal_values((folder / ".twelvefold" / "passphrase").read_text().strip(), [*SECRETS.values()])
    hook = {"url": "https://hooks.practicalli.example/chat", "events": ["push"]}
    environment = json.loads(json.dumps({**ENVIRONMENT, "github": {"webhooks": {"chat": hook}}}))
    for path, value in zip(SECRETS, sealed, strict=True):
        *steps, last = path.split(".")
        here = environment
        for step in steps:
            here = here.setdefault(step, {})
        here[last] = {"secure": value}
    document = {"encryptionsalt": salt, "config": {"twelvefold:environment": environment}}
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(document))


def change_stack(folder: Path, wanted: dict[str, Any]) -> None:
    """Declare the environment anew with these settings; its secrets stay as they were sealed."""
    file = folder / f"Pulumi.{STACK}.yaml"
    document = yaml.safe_load(file.read_text())
    before = document["config"]["twelvefold:environment"]
    sealed = {name: value for name, value in before["config_vars"].items() if isinstance(value, dict)}
    kept = {name: before[name] for name in ("app", "formation", "drains", "github")}
    wanted = {name: value for name, value in wanted.items() if name not in kept}
    wanted["config_vars"] = {**wanted["config_vars"], **sealed}
    document["config"]["twelvefold:environment"] = {**kept, **wanted}
    file.write_text(yaml.safe_dump(document))


@dataclass
class Arena:
    """A checkout with one stack; each round begins with an empty cloud and an empty state."""

    checkout: Checkout

    @cached_property
    def stacks(self) -> Stacks:
        """The stacks, driven by the engine."""
        engine = ensure_engine(Silent())
        environment = {**engine.environment(), **self.checkout.environment}
        passphrase = self.checkout.folder / ".twelvefold" / "passphrase"
        environment["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase)
        # Add-ons of data services come and go here, and nobody mourns them.
        environment["HEROKU_ALLOW_DATA_LOSS"] = "true"
        command = EngineCommand(engine.pulumi, engine.version, environment)
        return Stacks(find_project(self.checkout.folder), command, lambda _stack: Nobody())

    def empty(self) -> None:
        """Forget the estate and its state."""
        self.checkout.cloud.reset()
        self.checkout.cloud.environment()

    def declare(self, wanted: dict[str, Any]) -> None:
        """Change the program."""
        change_stack(self.checkout.folder, wanted)

    def disturb(self, chance: random.Random) -> str:
        """Somebody does something by hand, and a vendor will have trouble; says what."""
        vendor, method, path, body = chance.choice(DEEDS)
        fault = chance.choice(FAULTS)
        with suppress(TwelvefoldError):
            self.checkout.cloud.by_hand(vendor, method, path, body)
        self.checkout.cloud.control("POST", "faults", fault)
        return f"{method} {path} by hand, then {fault['kind']}"

    def export(self) -> Any:
        """The estate, the same for equal estates."""
        return json.loads(self.checkout.cloud.export(normalized=True))

    def requests(self) -> int:
        """How many requests the vendors got so far."""
        found: list[dict[str, Any]] = self.checkout.cloud.control("GET", "requests?after=0&limit=100000")
        return found[-1]["number"] if found else 0

    def up(self) -> Plan:
        """An undisturbed run."""
        return self.stacks.up([STACK], refresh=True)[0]

    def recover(self) -> Plan:
        """Put right what a run left that was cut off."""
        return recover(self.stacks, STACK, self.checkout.environment)

    def nothing_left(self) -> bool:
        """Whether neither the program nor what is live asks for any change."""
        return not self.stacks.preview([STACK], refresh=True)[0].has_changes

    def killed_up(self, at: int, when: Moment, victim: Victim) -> str:
        """A run in which a process is killed at its n-th request; what that request was, "" when there was none."""
        cloud = self.checkout.cloud
        fault = cloud.control("POST", "faults", {"kind": f"pause_{when}", "skip": at - 1})["id"]
        # In a process of its own: Pulumi does not tidy up after an inline program whose engine is gone.
        command = [sys.executable, "-W", "ignore", "-m", "tests.chaos.arena", str(self.checkout.folder)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            try:
                met = self._met(fault, run)
                if met:
                    _kill(run.pid, met, victim)
            finally:
                with suppress(TwelvefoldError):
                    cloud.control("POST", f"faults/{fault}/release", {"how": "drop"})
                run.wait(LONGEST_SECONDS)
                cloud.control("DELETE", "faults")
        return met

    def _met(self, fault: str, run: subprocess.Popen[bytes]) -> str:
        while run.poll() is None:
            with suppress(TwelvefoldError):
                found = self.checkout.cloud.control("GET", f"faults/{fault}/met?seconds=0.5")["met"]
                return f"{found[0]['method']} {found[0]['path']}"
        return ""


def _kill(run: int, request: str, victim: Victim) -> None:
    engine = next(process for process, command in _children(run).items() if "pulumi" in command)
    plugins = _children(engine)
    if victim == "engine":
        os.kill(engine, signal.SIGKILL)
        for plugin in plugins:
            _wait_for_end(plugin)
        return
    asked = "resource-github" if " /api/" in request else "providers.heroku"
    os.kill(next(process for process, command in plugins.items() if asked in command), signal.SIGKILL)


def _children(parent: int) -> dict[int, str]:
    """The processes that a process started, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            started_by = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if started_by == parent:
                found[int(folder.name)] = (folder / "cmdline").read_text()
    return found


def _wait_for_end(process: int, seconds: float = 5.0) -> None:
    """Plugins notice that their engine is gone; one that does not is ended."""
    ends = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        while time.monotonic() < ends:
            os.kill(process, 0)
            time.sleep(0.05)
        os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    with suppress(TwelvefoldError):
        Arena(Checkout(Path(sys.argv[1]), dict(os.environ))).up()
