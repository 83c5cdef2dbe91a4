"""Deploy keys: SSH public keys that open one repository."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.fields import body_of, flag, optional_text, text
from infra.localcloud.github.links import api_url, new_id, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import not_found, rejected

PAGE = "deploy-keys/deploy-keys"
DEPLOY_KEY = "github.deploy_key"
_INVALID = "key is invalid. You must supply a key in OpenSSH public key format"
_LEAST_RSA_BITS = 2048

Document = dict[str, Any]


def list_keys(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/keys."""
    repository = repository_for(call, "admin", hide=True)
    found = call.store.find(DEPLOY_KEY, parent=str(repository["id"]))
    return page_of(call, found, lambda key: _shape(call, repository, key))


def create_key(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/keys: 422 for what is not an SSH public key, or one in use anywhere on the site."""
    repository, body = repository_for(call, "admin", hide=True), body_of(call)
    key, comment = _checked(text(body, "key"))
    if call.store.find(DEPLOY_KEY, key=key):
        raise rejected("PublicKey", "key is already in use", field="key")
    stored = {
        "id": new_id(call.store),
        "key": key,
        "title": optional_text(body, "title", "") or comment or "Deploy key",
        "read_only": flag(body, "read_only", False),
        "created_at": stamp(call.now),
        "added_by": call.account["login"],
    }
    keep(call.store, DEPLOY_KEY, f"{repository['id']}/{stored['id']}", stored, str(repository["id"]))
    shape = _shape(call, repository, stored)
    return Answer(201, shape, {"Location": shape["url"]})


def show_key(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/keys/{key_id}."""
    repository, key = _key_for(call)
    return Answer(200, _shape(call, repository, key))


def delete_key(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/keys/{key_id}."""
    _, key = _key_for(call)
    call.store.delete(DEPLOY_KEY, key["_key"])
    return Answer(204)


def _key_for(call: Call) -> tuple[Document, Document]:
    repository = repository_for(call, "admin", hide=True)
    key = call.store.get(DEPLOY_KEY, f"{repository['id']}/{call.params['key_id']}")
    if key is None:
        raise not_found()
    return repository, key


def _checked(line: str) -> tuple[str, str]:
    """Kind and key as GitHub stores them, and the comment, which it drops."""
    parts = line.strip().split(None, 2)
    if len(parts) < 2 or "\n" in line.strip():
        raise rejected("PublicKey", _INVALID, field="key")
    try:
        key = load_ssh_public_key(" ".join(parts[:2]).encode())
    except (ValueError, UnsupportedAlgorithm):
        raise rejected("PublicKey", _INVALID, field="key") from None
    if isinstance(key, DSAPublicKey) or (isinstance(key, RSAPublicKey) and key.key_size < _LEAST_RSA_BITS):
        raise rejected("PublicKey", "key is too weak. GitHub recommends using ed25519 keys", field="key")
    return " ".join(parts[:2]), parts[2] if len(parts) > 2 else ""


def _shape(call: Call, repository: Document, key: Document) -> Document:
    parts = ("repos", repository["owner"], repository["name"], "keys", str(key["id"]))
    return {
        "id": key["id"],
        "key": key["key"],
        "url": api_url(call.base_url, *parts),
        "title": key["title"],
        "verified": True,
        "created_at": key["created_at"],
        "read_only": key["read_only"],
        "added_by": key["added_by"],
        "last_used": None,
        "enabled": True,
    }


_KEYS = "/repos/{owner}/{repo}/keys"

ROUTES: list[Route] = [
    ("GET", _KEYS, list_keys, "repo"),
    ("POST", _KEYS, create_key, "repo"),
    ("GET", f"{_KEYS}/{{key_id}}", show_key, "repo"),
    ("DELETE", f"{_KEYS}/{{key_id}}", delete_key, "repo"),
]
