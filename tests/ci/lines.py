"""The shell lines of a job at CircleCI or GitLab, as its vendor puts them together from the template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from tests.ci.files import CIRCLECI, COMPONENT, load

# What only prepares a machine is not done again: Python and Twelvefold are there already.
_PREPARES = re.compile(r"python -m venv|pip install")
# Where the machine keeps what it fetched: ours is kept already.
_CACHES = ("PIP_CACHE_DIR", "TWELVEFOLD_CACHE")
_PARAMETER = re.compile(r"<<\s*parameters\.(\w+)\s*>>")
_INPUT = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*\]\]")


@dataclass(frozen=True)
class Lines:
    """What a job runs, one shell after the other, with which variables; ``after`` cannot fail it any more."""

    scripts: tuple[str, ...]
    variables: dict[str, str]
    after: tuple[str, ...] = ()


def circleci(job: str, **parameters: str) -> Lines:
    """A job of CircleCI's configuration, with its commands in their places."""
    config = load(CIRCLECI)
    declared = config["jobs"][job]
    runs = [run for step in declared["steps"] for run in _runs(step, config["commands"])]
    told = {name: _PARAMETER.sub(lambda found: parameters[found[1]], text) for name, text in _variables(declared)}
    always = tuple(run["command"] for run in runs if run.get("when") == "always")
    first = tuple(run["command"] for run in runs if run.get("when") != "always" and not _prepares(run["command"]))
    return Lines(first, told, always)


def _runs(step: Any, commands: dict[str, Any]) -> list[dict[str, Any]]:
    if isinstance(step, str):
        inner = commands.get(step, {}).get("steps", [])
        return [run for one in inner for run in _runs(one, commands)]
    return [step["run"]] if "run" in step else []


def _variables(job: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in job.get("environment", {}).items()]


def _prepares(script: str) -> bool:
    return _PREPARES.search(script) is not None


def gitlab(job: str, **inputs: str) -> Lines:
    """A job of GitLab's component, with what it extends and the values of its inputs."""
    spec, component = yaml.safe_load_all(COMPONENT.read_text())
    known = {name: str(one.get("default", "")).lower() for name, one in spec["spec"]["inputs"].items()} | inputs
    whole = _extended(job, component)
    told = {
        name: _INPUT.sub(lambda found: known[found[1]], str(value))
        for name, value in whole["variables"].items()
        if name not in _CACHES
    }
    before = [line for line in whole["before_script"] if not _prepares(line)]
    return Lines(("\n".join([*before, *whole["script"]]),), told, tuple(whole.get("after_script", ())))


def _extended(job: str, component: dict[str, Any]) -> dict[str, Any]:
    own = component[job]
    base = _extended(own["extends"], component) if "extends" in own else {}
    return {**base, **own, "variables": {**base.get("variables", {}), **own.get("variables", {})}}
