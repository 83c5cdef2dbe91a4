"""The program's values made comparable with what was published: secrets veiled, symbols replaced where known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from infra.engine.wire import steps_of
from infra.model.estate import Unknown
from infra.model.plan import MASK
from infra.model.published import Veiled
from infra.providers.kit.values import UNKNOWN, Secret, has_unknown

LATER = "(known after it is made)"


class Symbols:
    """What the program holds in the place of values that nobody here knows: sealed secrets and looked-up ids."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known
        self.texts: dict[str, str] = {}
        """The text of each sealed value, with symbols in it, by its digest."""
        self.lookups: dict[str, str | int] = {}
        """What was handed out for each lookup."""

    def veil(self, value: Any) -> Any:
        """``value`` with a veil over each secret in it, which bears the digest of how the code has it."""
        if isinstance(value, Secret):
            return UNKNOWN if has_unknown(value) else self._veiled(value.value)
        if isinstance(value, Mapping):
            return {key: self.veil(item) for key, item in value.items()}
        return [self.veil(item) for item in value] if isinstance(value, list) else value

    def _veiled(self, value: Any) -> Veiled:
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        name = digest(text)
        self.texts[name] = text
        return Veiled(f"sealed {name}")

    def settle(self, value: Any) -> Any:
        """``value`` with what is known put in the place of its symbols."""
        if isinstance(value, Veiled):
            return self.known.get(value.removeprefix("sealed "), value)
        if isinstance(value, Mapping):
            return {key: self.settle(item) for key, item in value.items()}
        if self.is_looked_up(value):
            return self.known.get(digest(value), value)
        return [self.settle(item) for item in value] if isinstance(value, list) else value

    def look_up(self, token: str, arguments: Mapping[str, Any], *, number: bool) -> str | int:
        """The symbol of an id that is looked up; the same for the same question in every run."""
        found = digest([token, dict(arguments)])
        words = ", ".join(str(item) for item in arguments.values())
        # GitHub's ids have far fewer digits than these.
        symbol = 10**15 + int(found[:8], 16) if number else f"(looked up: {token.rsplit(':', 1)[-1]} {words})"
        self.lookups[found] = symbol
        return symbol

    def is_looked_up(self, value: Any) -> bool:
        """Whether ``value`` is an id that was looked up, or a list with one in it."""
        if isinstance(value, list):
            return any(self.is_looked_up(item) for item in value)
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        return plain and value in self.lookups.values()

    def shown(self, value: Any) -> Any:
        """``value`` as a person may see it."""
        if isinstance(value, Veiled):
            return MASK
        if value is UNKNOWN:
            return LATER
        if isinstance(value, Mapping):
            return {key: self.shown(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.shown(item) for item in value]
        return "(looked up when it runs)" if isinstance(value, int) and self.is_looked_up(value) else value


def presented(values: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as every other preview has them: ``***`` for a secret, ``Unknown`` for what is known later."""
    return {name: _presented(value) for name, value in values.items()}


def _presented(value: Any) -> Any:
    if isinstance(value, Veiled):
        return MASK
    if value is UNKNOWN:
        return Unknown("known later")
    if isinstance(value, Mapping):
        return presented(value)
    return [_presented(item) for item in value] if isinstance(value, list) else value


def digest(value: Any) -> str:
    """A name for a value of the code that holds no secret."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def at(values: Any, path: str) -> Any:
    """What stands at a property path (``vars.LOG_LEVEL``, ``reviewers[0].users``), or None."""
    here = values
    for step in steps_of(path):
        if isinstance(here, Veiled):
            return here
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    return here
