"""The two keys of the configuration that are ours, and what can be wrong around them."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from infra.errors import Problem
from infra.model.fields import kind
from infra.model.stackfile import StackFile
from infra.model.values import Path, Secret
from infra.model.wording import closest, dotted, visible

SERVICE_KEY = "twelvefold:service"
ENVIRONMENT_KEY = "twelvefold:environment"
SERVICE_ROOT: Path = ("config", SERVICE_KEY, "value")
ENVIRONMENT_ROOT: Path = ("config", ENVIRONMENT_KEY)
NEARLY = 0.8
CREDENTIALS = ("heroku:apiKey", "github:token")


def find_section(source: StackFile, root: Path) -> tuple[Any, Problem | None]:
    """What stands at ``root`` of ``source`` (``None`` if nothing does), or what is wrong on the way there."""
    value = source.document
    for length, step in enumerate(root):
        if value is None:
            return None, None
        if not isinstance(value, dict):
            return None, _not_a_map(source, root[:length], value)
        value = value.get(step)
    return value, section_fault(source, root, value)


def section_fault(source: StackFile, root: Path, value: Any) -> Problem | None:
    """What is wrong with ``value`` as the settings at ``root``: they are a map, or not there."""
    if value is None or isinstance(value, dict):
        return None
    if isinstance(value, Secret):
        advice = "Make only the values secret: pulumi config set --secret --path"
        return _problem(source, root, "is one secret as a whole", advice)
    return _not_a_map(source, root, value)


def undeclared(source: StackFile, root: Path) -> Problem:
    """The problem of a file in which ``root`` is due, but absent."""
    advice = f"Write the settings under {' > '.join(map(str, root))}"
    return _problem(source, root[:-1], "the service is not declared here", advice)


def misnamed_settings(source: StackFile, home: str) -> list[Problem]:
    """Keys that were meant to be ``home``, the one key of ours that belongs in this file, or are in the wrong place."""
    document = source.document if isinstance(source.document, dict) else {}
    config = document.get("config")
    settings = config if isinstance(config, dict) else {}
    outside = [_problem(source, (key,), *_outside(key)) for key in document if _is_outside(key, config)]
    inside = [key for key in settings if key != home and (key.startswith("twelvefold:") or _resembles(key, home))]
    return [*outside, *(_problem(source, ("config", key), *_misplaced(key, home)) for key in inside)]


def clear_credentials(source: StackFile) -> list[Problem]:
    """The providers' credentials that stand in the file in clear text."""
    config = source.document.get("config") if isinstance(source.document, dict) else None
    settings = config if isinstance(config, dict) else {}
    return [
        _problem(
            source,
            ("config", key),
            "is a credential in clear text",
            f"Set it with: pulumi config set --secret {key}, or leave it to the environment variable",
        )
        for key in CREDENTIALS
        if settings.get(key) is not None and not isinstance(settings[key], Secret)
    ]


def _problem(source: StackFile, path: Path, message: str, suggestion: str = "") -> Problem:
    return Problem(visible(source.name), source.line(path), visible(dotted(path)), message, visible(suggestion))


def _not_a_map(source: StackFile, path: Path, value: Any) -> Problem:
    return _problem(source, path, f"must be a map of settings, not {kind(value)}")


def _is_outside(key: str, config: Any) -> bool:
    return key.startswith("twelvefold:") or (config is None and key != "config" and _resembles(key, "config"))


def _outside(key: str) -> tuple[str, str]:
    if key.startswith("twelvefold:"):
        return "stands outside config", "Move it under config"
    return "is not a known setting", closest(key, ["config"])


def _resembles(key: str, wanted: str) -> bool:
    return SequenceMatcher(None, key.lower(), wanted).ratio() >= NEARLY


def _misplaced(key: str, home: str) -> tuple[str, str]:
    if key in (SERVICE_KEY, ENVIRONMENT_KEY):
        return "does not belong in this file", "The service is Pulumi.yaml's, an environment Pulumi.<stack>.yaml's"
    return "is not a known setting", closest(key, [home])
