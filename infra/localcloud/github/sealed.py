"""The key pairs that secrets are sealed for, and the opening that proves a secret was sealed right."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from infra.localcloud.exchange import Refusal
from infra.localcloud.github.refusals import invalid
from infra.localcloud.store import Store

KEY_PAIR = "github.key_pair"


def public_key(store: Store, place: str) -> dict[str, Any]:
    """The public key of one store of secrets (``key_id`` and ``key`` in base64); made when first asked for."""
    pair = _pair(store, place)
    return {"key_id": pair["key_id"], "key": pair["key"]}


def open_sealed(store: Store, place: str, key_id: str, sealed: str) -> str:
    """The text inside a sealed box; 422 when it was sealed for another key or is not a sealed box at all."""
    pair = _pair(store, place)
    if key_id != pair["key_id"]:
        raise _improper()
    box = SealedBox(PrivateKey(base64.b64decode(pair["_private"])))
    try:
        return box.decrypt(base64.b64decode(sealed, validate=True)).decode()
    except UnicodeDecodeError:
        raise invalid("Secret value is not valid UTF-8") from None
    except (CryptoError, binascii.Error, ValueError):
        raise _improper() from None


def _improper() -> Refusal:
    return invalid("Bad request - validation failed due to an improperly encrypted secret")


def _pair(store: Store, place: str) -> dict[str, Any]:
    pair = store.get(KEY_PAIR, place)
    if pair is None:
        private = PrivateKey.generate()
        pair = {
            "key_id": str(secrets.randbelow(9 * 10**17) + 10**17),
            "key": base64.b64encode(bytes(private.public_key)).decode(),
            "_private": base64.b64encode(bytes(private)).decode(),
        }
        store.put(KEY_PAIR, place, pair)
    return pair
