"""A stack's configuration for a program that must not see its secrets: each is a symbol of its sealed text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml

from infra.model.estate import Hidden, Unknown
from infra.model.project import ENVIRONMENT_KEY, ENVIRONMENT_ROOT, Project
from infra.model.values import Path

_SYMBOL = re.compile(r"\(sealed [0-9a-f]{32}\)")


@dataclass(frozen=True)
class SealedConfig:
    """What the program gets as configuration, and where in the stack file each symbol's secret stands."""

    values: Mapping[str, str]
    places: Mapping[str, Path]

    def open(self, text: str, secret: Callable[[Path], Hidden | Unknown]) -> Hidden | None:
        """``text`` with every symbol replaced by its secret; None when one of them is not known here."""
        found = {symbol: secret(self.places[symbol]) for symbol in _SYMBOL.findall(text) if symbol in self.places}
        known = {symbol: value.reveal() for symbol, value in found.items() if isinstance(value, Hidden)}
        if len(known) < len(found):
            return None
        return Hidden(_SYMBOL.sub(lambda match: known.get(match[0], match[0]), text))


def sealed_config(project: Project, stack: str) -> SealedConfig:
    """The configuration of ``stack`` with a symbol in the place of every secret."""
    document = _texts(project.stack_file(stack))
    places: dict[str, Path] = {}
    for step in ENVIRONMENT_ROOT:
        document = document.get(step) if isinstance(document, dict) else None
    return SealedConfig({ENVIRONMENT_KEY: json.dumps(_symbols(document or {}, ENVIRONMENT_ROOT, places))}, places)


def _texts(path: FilePath) -> Any:
    try:
        return yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    except (OSError, yaml.YAMLError):
        # Whoever reads the settings themselves tells what is wrong with the file.
        return None


def _symbols(value: Any, path: Path, places: dict[str, Path]) -> Any:
    if isinstance(value, list):
        return [_symbols(item, (*path, index), places) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if set(value) == {"secure"} and isinstance(value["secure"], str):
        symbol = f"(sealed {hashlib.sha256(value['secure'].encode()).hexdigest()[:32]})"
        places[symbol] = path
        return symbol
    return {key: _symbols(item, (*path, key), places) for key, item in value.items()}
