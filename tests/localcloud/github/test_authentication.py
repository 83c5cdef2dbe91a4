"""Tokens: Bearer, token, Basic, none and wrong ones."""

from __future__ import annotations

import base64

import pytest

from tests.localcloud.github.hub import Hub


def basic(user: str, password: str) -> str:
    """A Basic authorization header's value."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer token-deployer",
        "bearer token-deployer",
        "token token-deployer",
        basic("anybody", "token-deployer"),
        basic("token-deployer", "x-oauth-basic"),
        basic("token-deployer", ""),
    ],
)
async def test_every_form_of_a_token_is_taken(hub: Hub, authorization: str) -> None:
    """Clients, git and curl write the token in different places."""
    async with hub.client("deployer", Authorization=authorization) as client:
        answer = await client.get("/user")
    assert answer.status_code == 200
    assert answer.json()["login"] == "deployer"


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Basic !!!", "Basic /w==", "Digest token-deployer"])
async def test_a_wrong_token_is_refused(hub: Hub, authorization: str) -> None:
    """401 in GitHub's words, with the status in the body."""
    async with hub.client("deployer", Authorization=authorization) as client:
        answer = await client.get("/user")
    assert answer.status_code == 401
    assert answer.json()["message"] == "Bad credentials"
    assert answer.json()["status"] == "401"


async def test_no_token_is_told_apart_from_a_wrong_one(hub: Hub) -> None:
    """401 "Requires authentication", with the small budget of the nameless."""
    async with hub.client("deployer") as client:
        del client.headers["Authorization"]
        answer = await client.get("/user")
    assert (answer.status_code, answer.json()["message"]) == (401, "Requires authentication")
    assert answer.headers["X-RateLimit-Limit"] == "60"


async def test_tokens_are_stored_as_hashes_only(hub: Hub) -> None:
    """Nothing in the store holds a token that could be used."""
    stored = [body for kind in hub.store.kinds() for body in hub.store.find(kind)]
    assert "token-deployer" not in repr(stored)
