"""What was read in earlier runs, sealed on disk: answers hold secrets, so nothing is written in clear."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAGIC = b"twelvefold live 1\n"
NONCE = 12
KEPT_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True)
class Entry:
    """One answer: its ETag and body, when it was last known to be true (seconds since 1970), and what then held."""

    etag: str
    body: Any
    at: float = 0.0
    mark: str = ""

    def __repr__(self) -> str:
        return f"Entry(at={self.at})"

    def fields(self) -> tuple[str, Any, float, str]:
        """What is written down of it."""
        return self.etag, self.body, self.at, self.mark


class Cache:
    """Answers of one vendor to one token, by path; a file that cannot be opened counts as empty."""

    def __init__(self, path: Path | None = None, key: bytes = b"", *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._key = hmac.new(key, MAGIC, hashlib.sha256).digest()
        self.now = clock()
        """When this run began, in seconds since 1970: what is read in it is at least as young."""
        self.believed_since: float | None = None
        """When the oldest answer was read that this run believed without asking, in seconds since 1970."""
        self._entries = {} if path is None else _read(path, self._key)

    def get(self, name: str) -> tuple[str, Any] | None:
        """The ETag and body of an answer."""
        entry = self._entries.get(name)
        return (entry.etag, entry.body) if entry else None

    def put(self, name: str, etag: str, body: Any, *, mark: str = "") -> None:
        """Keep an answer that is true now."""
        self._entries[name] = Entry(etag, body, self.now, mark)

    def entry(self, name: str) -> Entry | None:
        """Everything that is kept of an answer."""
        return self._entries.get(name)

    def confirm(self, name: str, *, mark: str = "") -> None:
        """An answer is still true."""
        known = self._entries[name]
        self._entries[name] = Entry(known.etag, known.body, self.now, mark or known.mark)

    def believe(self, name: str) -> None:
        """An answer was young enough to be used without asking."""
        at = self._entries[name].at
        self.believed_since = at if self.believed_since is None else min(self.believed_since, at)

    def forget(self, name: str) -> None:
        """Drop an answer."""
        self._entries.pop(name, None)

    def read_at(self, name: str) -> float:
        """When an answer was last known to be true; 0 for never."""
        entry = self._entries.get(name)
        return entry.at if entry else 0.0

    def save(self) -> None:
        """Write everything that is not too old to its file, for the owner's eyes only; a full disk is no error."""
        if self._path is None:
            return
        oldest = self.now - KEPT_SECONDS
        kept = {name: one.fields() for name, one in self._entries.items() if one.at >= oldest}
        data = zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), 1)
        try:
            _write(self._path, MAGIC + _seal(self._key, data))
        except OSError:
            return


def cache_file(folder: Path, vendor: str, host: str, token: str, key: bytes) -> Path:
    """Where answers of ``host`` to ``token`` are kept below a project's ``.twelvefold``; its name tells neither."""
    digest = hmac.new(key, f"{vendor} {host} {token}".encode(), hashlib.sha256).hexdigest()
    return folder / "cache" / f"{vendor}-{digest[:16]}"


def _read(path: Path, key: bytes) -> dict[str, Entry]:
    from cryptography.exceptions import InvalidTag

    try:
        sealed = path.read_bytes()
        if not sealed.startswith(MAGIC):
            return {}
        kept = json.loads(zlib.decompress(_open(key, sealed[len(MAGIC) :])))
        return {name: Entry(*entry) for name, entry in kept.items()}
    except (OSError, InvalidTag, ValueError, TypeError, AttributeError, zlib.error):
        return {}


def _seal(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, MAGIC)


def _open(key: bytes, sealed: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], MAGIC)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
