"""Deploy keys."""

from __future__ import annotations

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.localcloud.github.hub import REPO

KEYS = f"{REPO}/keys"


def ed25519() -> str:
    """A fresh public key's line."""
    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


async def test_a_key_lives_and_goes(deployer: httpx.AsyncClient) -> None:
    """Its comment is dropped, its title kept; without a title the comment serves."""
    line = ed25519()
    made = await deployer.post(KEYS, json={"title": "ci", "key": f"{line} me@laptop", "read_only": True})
    key = made.json()
    assert made.status_code == 201
    assert (key["key"], key["title"], key["read_only"], key["added_by"]) == (line, "ci", True, "deployer")
    assert (await deployer.get(f"{KEYS}/{key['id']}")).json() == key
    assert (await deployer.get(KEYS)).json() == [key]
    assert (await deployer.delete(f"{KEYS}/{key['id']}")).status_code == 204
    assert (await deployer.get(f"{KEYS}/{key['id']}")).status_code == 404
    untitled = (await deployer.post(KEYS, json={"key": f"{line} me@laptop"})).json()
    assert (untitled["title"], untitled["read_only"]) == ("me@laptop", False)


async def test_a_key_is_used_once_on_the_whole_site(deployer: httpx.AsyncClient) -> None:
    """422 in GitHub's words, in another repository too, with another comment too."""
    line = ed25519()
    await deployer.post(KEYS, json={"key": line})
    for path in (KEYS, "/repos/practicalli/website/keys"):
        doubled = await deployer.post(path, json={"title": "x", "key": f"{line} other"})
        assert doubled.status_code == 422
        assert doubled.json()["errors"][0]["message"] == "key is already in use"


@pytest.mark.parametrize("line", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "hello world", "a\nb"])
async def test_what_is_no_key_is_refused(deployer: httpx.AsyncClient, line: str) -> None:
    """422 in GitHub's words."""
    answer = await deployer.post(KEYS, json={"key": line})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"].startswith("key is invalid")


async def test_a_weak_key_is_refused(deployer: httpx.AsyncClient) -> None:
    """RSA below 2048 bits."""
    weak = generate_private_key(65537, 1024).public_key()  # noqa: S505 - weak on purpose
    line = weak.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    assert "too weak" in (await deployer.post(KEYS, json={"key": line})).text
