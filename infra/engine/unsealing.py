"""Opening what the engine sealed under a passphrase: values in a stack's state, and values in its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import Any

from infra.engine.passphrase import derive_key, unseal
from infra.engine.state import passphrase_file
from infra.engine.wire import SECRET, SIGNATURE, hide
from infra.errors import WrongPassphrase
from infra.model.estate import Hidden

ADVICE = "Put the right one into .twelvefold/passphrase or PULUMI_CONFIG_PASSPHRASE"


def passphrase_of(project: Path, environ: Mapping[str, str]) -> str:
    """The passphrase as the engine finds it: from the environment, from the file named there, or from ours."""
    said = environ.get("PULUMI_CONFIG_PASSPHRASE")
    if said is not None:
        return said
    file = Path(environ.get("PULUMI_CONFIG_PASSPHRASE_FILE") or passphrase_file(project))
    try:
        return (project / file).read_text().strip()
    except OSError:
        raise WrongPassphrase("there is no passphrase", where=project.name, todo=ADVICE) from None


class Keys:
    """The keys that one passphrase makes, each made once however many ask for it at the same time."""

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase
        self._lock = Lock()
        self._made: dict[str, Future[bytes]] = {}

    def of(self, salt: str) -> bytes:
        """The key under an ``encryptionsalt``; ``WrongPassphrase`` when the passphrase is not its."""
        with self._lock:
            mine = salt not in self._made
            future = self._made.setdefault(salt, Future())
        if mine:
            try:
                key = derive_key(self._passphrase, salt)
                unseal(key, salt.split(":", 2)[2])
                future.set_result(key)
            except (WrongPassphrase, ValueError, IndexError):
                future.set_exception(WrongPassphrase("the passphrase does not open this stack's secrets", todo=ADVICE))
        return future.result()


def is_secret(value: Any) -> bool:
    """Whether a value of the state is a secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def hidden(plaintext: str) -> Hidden:
    """A secret of the state: the engine seals its JSON, and a text stands for itself."""
    return hide(json.loads(plaintext))
