"""Keyed fingerprints: equal values can be told, and rotation seen, without anyone learning the value."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from infra.model.estate import Hidden, Unknown

LENGTH = 12


def make_key(passphrase: str, project: str) -> bytes:
    """The key of a project's fingerprints: slow to guess, and the same on every machine that knows the passphrase."""
    salt = f"twelvefold fingerprints of {project}".encode()
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


@dataclass(frozen=True)
class Fingerprints:
    """Makes fingerprints under one key; without a key of one's own they can be compared within one run only."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def of(self, value: Hidden | str) -> str:
        """Twelve hexadecimal digits that stand for ``value``; the same value has the same in every environment."""
        text = value.reveal() if isinstance(value, Hidden) else value
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()[:LENGTH]

    def tell(self, value: Any) -> str:
        """``value`` as it may be shown: plain ones as JSON, hidden ones as ``secret 1f2e3d4c5b6a``."""
        if value is None:
            return ""
        if isinstance(value, Hidden):
            return f"secret {self.of(value)}"
        if isinstance(value, Unknown):
            return f"({value.why or 'not known'})"
        return json.dumps(self._told(value), ensure_ascii=False, sort_keys=True)

    def _told(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._told(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._told(item) for item in value]
        return self.tell(value) if isinstance(value, Hidden | Unknown) else value

    def digest(self, document: Any) -> str:
        """A keyed digest (64 hexadecimal digits) of a document whose order of keys does not matter."""
        text = json.dumps(self._told(document), sort_keys=True, separators=(",", ":"), default=str)
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
