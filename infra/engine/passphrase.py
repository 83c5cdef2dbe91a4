"""The passphrase that seals a stack's secrets: make it, try it on a stack file, and seal a file anew.

The format is the engine's own "passphrase" secrets provider: PBKDF2-HMAC-SHA256 with a million rounds makes an
AES-256-GCM key; ``encryptionsalt`` holds the salt and a sealed probe, each ``secure:`` node a nonce and its text.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from infra.errors import EngineError, WrongPassphrase
from infra.model.editing import put_in_place

ROUNDS = 1_000_000
_SALT = re.compile(r'^encryptionsalt:\s*"?(v1:[A-Za-z0-9+/=]+:v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+)"?\s*$', re.MULTILINE)
_SEALED = re.compile(r"""(\bsecure["']?:\s+)(["']?)(v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+)\2""")
_SECURE = re.compile(r"""^[^#\n]*\bsecure["']?\s*:""", re.MULTILINE)
_PROBE = b"pulumi"

# The shipped example is sealed with a passphrase everyone can read here: `make setup` gives each copy its own.
EXAMPLE_PASSPHRASE = "banking-on-clojure: an example, not a secret"  # noqa: S105


def ensure_passphrase(path: Path) -> str:
    """The passphrase kept in ``path``; made at random, for its owner alone, when the file is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


def salt_of(stack_file: Path) -> str:
    """The ``encryptionsalt`` of a stack file, or nothing where it has no secrets yet."""
    found = _SALT.search(stack_file.read_text())
    return found.group(1) if found else ""


def opens(passphrase: str, salt: str) -> bool:
    """Whether ``passphrase`` opens what was sealed under ``salt``."""
    try:
        return unseal(derive_key(passphrase, salt), salt.split(":", 2)[2]) == _PROBE
    except WrongPassphrase:
        return False


def reseal(stack_file: Path, old: str, new: str) -> int:
    """Seal every secret of ``stack_file`` with ``new`` instead of ``old``, keeping all else; returns how many.

    A secret that is written in a way not understood here would be lost: then nothing is written and it is an error.
    """
    text = stack_file.read_text()
    found = _SALT.search(text)
    if found is None:
        return 0
    opening = derive_key(old, found.group(1))
    salt = base64.b64encode(os.urandom(8)).decode()
    sealing = _derive(new, base64.b64decode(salt), ROUNDS)
    written = len(_SECURE.findall(text))
    text, count = _SEALED.subn(lambda match: f'{match[1]}"{_seal(sealing, unseal(opening, match[3]))}"', text)
    if count < written:
        advice = "Write each as `secure: v1:…` on a line of its own."
        raise EngineError(f"{written - count} of its secrets cannot be sealed anew", where=stack_file.name, todo=advice)
    text = text.replace(found.group(1), f"v1:{salt}:{_seal(sealing, _PROBE)}")
    put_in_place(stack_file, text)
    return count


def seal_values(passphrase: str, values: list[str]) -> tuple[str, list[str]]:
    """A fresh ``encryptionsalt`` and each of ``values`` sealed under it."""
    salt = os.urandom(8)
    key = _derive(passphrase, salt, ROUNDS)
    sealed = [_seal(key, value.encode()) for value in values]
    return f"v1:{base64.b64encode(salt).decode()}:{_seal(key, _PROBE)}", sealed


def sealer(passphrase: str, salt: str) -> Callable[[str], str]:
    """What seals values under an ``encryptionsalt``, its key derived once."""
    key = derive_key(passphrase, salt)
    return lambda value: _seal(key, value.encode())


def derive_key(passphrase: str, salt: str) -> bytes:
    """The key of what was sealed under an ``encryptionsalt``; a third of a second's work."""
    return _derive(passphrase, base64.b64decode(salt.split(":")[1]), ROUNDS)


# Trying a passphrase, opening with it and sealing again ask for the same key; who has the passphrase has the key.
@lru_cache(maxsize=16)
def _derive(passphrase: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, rounds, 32)


def unseal(key: bytes, sealed: str) -> bytes:
    """What a sealed text holds; ``WrongPassphrase`` when it was sealed under another key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    _, nonce, text = sealed.split(":")
    try:
        return AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(text), None)
    except InvalidTag:
        raise WrongPassphrase("the passphrase does not open this stack's secrets") from None


def _seal(key: bytes, text: bytes) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text, None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"
