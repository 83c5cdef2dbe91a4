"""A real client: githubkit, which parses every answer into its own models."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from githubkit import GitHub
from githubkit.exception import RequestFailed
from nacl.public import PublicKey, SealedBox

from tests.localcloud.github.hub import BASE_URL, Hub

OWNER, NAME = "practicalli", "banking"


@pytest.fixture
async def kit(hub: Hub) -> AsyncIterator[GitHub[Any]]:
    """The client over the app, without sockets and without retries."""
    transport = httpx.ASGITransport(app=hub.app)
    client = GitHub("token-deployer", base_url=f"{BASE_URL}/api/v3/", async_transport=transport, auto_retry=False)
    async with client:
        yield client


async def test_a_secret_is_sealed_and_read(kit: GitHub[Any]) -> None:
    """With the client's own models for key and secret."""
    actions = kit.rest.actions
    key = (await actions.async_get_repo_public_key(OWNER, NAME)).parsed_data
    box = SealedBox(PublicKey(base64.b64decode(key.key)))
    sealed = base64.b64encode(box.encrypt(b"value")).decode()
    made = await actions.async_create_or_update_repo_secret(
        OWNER, NAME, "KEY", encrypted_value=sealed, key_id=key.key_id
    )
    assert made.status_code == 201
    assert (await actions.async_get_repo_secret(OWNER, NAME, "KEY")).parsed_data.name == "KEY"


async def test_whole_shapes_are_parsed(kit: GitHub[Any]) -> None:
    """Repository, environment, webhook, ruleset, branch, user, organization."""
    repos = kit.rest.repos
    assert (await repos.async_get(OWNER, NAME)).parsed_data.full_name == f"{OWNER}/{NAME}"
    # The client puts names into the path as they are: escaping them is its caller's part.
    environment = (await repos.async_create_or_update_environment(OWNER, NAME, "prod%2Feu", wait_timer=5)).parsed_data
    assert environment.name == "prod/eu"
    hook = (
        await repos.async_create_webhook(OWNER, NAME, config={"url": "https://example.com", "secret": "x"})
    ).parsed_data
    assert hook.config.secret == "********"
    ruleset = await repos.async_create_repo_ruleset(
        OWNER, NAME, name="main", enforcement="active", rules=[{"type": "deletion"}]
    )
    assert ruleset.parsed_data.name == "main"
    assert (await repos.async_get_branch(OWNER, NAME, "main")).parsed_data.protected is False
    assert (await kit.rest.users.async_get_authenticated()).parsed_data.login == "deployer"
    assert (await kit.rest.orgs.async_get(OWNER)).parsed_data.login == OWNER


async def test_paging_by_the_client(kit: GitHub[Any]) -> None:
    """Its paginator walks the pages."""
    for number in range(12):
        await kit.rest.actions.async_create_repo_variable(OWNER, NAME, name=f"V{number:02}", value="x")
    pages = kit.rest.paginate(
        kit.rest.actions.async_list_repo_variables,
        map_func=lambda answer: answer.parsed_data.variables,
        owner=OWNER,
        repo=NAME,
        per_page=5,
    )
    assert [variable.name async for variable in pages] == [f"V{number:02}" for number in range(12)]


async def test_refusals_reach_the_client(kit: GitHub[Any]) -> None:
    """As its own exception, with the answer."""
    with pytest.raises(RequestFailed) as caught:
        await kit.rest.repos.async_get(OWNER, "nothing")
    assert caught.value.response.status_code == 404
