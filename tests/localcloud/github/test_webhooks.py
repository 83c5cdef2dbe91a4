"""Webhooks: whole shapes, masked secrets, duplicates, configuration."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.github.hub import REPO, Hub

HOOKS = f"{REPO}/hooks"
CONFIG = {"url": "https://example.com/hook", "content_type": "json", "secret": "hunter2-is-not-here"}


async def test_a_webhook_lives_and_goes(hub: Hub, deployer: httpx.AsyncClient) -> None:
    """The secret is eight asterisks from the first answer on and nowhere in the store."""
    made = await deployer.post(HOOKS, json={"name": "web", "events": ["push", "deployment"], "config": CONFIG})
    hook = made.json()
    assert made.status_code == 201
    assert made.headers["Location"] == hook["url"]
    assert hook["events"] == ["deployment", "push"]
    assert hook["config"] == {**CONFIG, "insecure_ssl": "0", "secret": "********"}
    path = f"{HOOKS}/{hook['id']}"
    assert (await deployer.get(path)).json() == hook
    assert (await deployer.get(HOOKS)).json() == [hook]
    stored = [body for kind in hub.store.kinds() for body in hub.store.find(kind)]
    assert "hunter2-is-not-here" not in repr(stored)
    changed = (await deployer.patch(path, json={"active": False, "add_events": ["star"]})).json()
    assert (changed["active"], changed["events"]) == (False, ["deployment", "push", "star"])
    assert changed["config"]["secret"] == "********"
    assert (await deployer.delete(path)).status_code == 204
    assert (await deployer.get(path)).status_code == 404
    assert (await deployer.delete(path)).status_code == 404


async def test_a_new_configuration_without_a_secret_removes_it(deployer: httpx.AsyncClient) -> None:
    """As GitHub warns; the configuration's own route leaves alone what is not named."""
    path = f"{HOOKS}/{(await deployer.post(HOOKS, json={'config': CONFIG})).json()['id']}"
    kept = (await deployer.patch(f"{path}/config", json={"content_type": "form"})).json()
    assert kept == {**CONFIG, "content_type": "form", "insecure_ssl": "0", "secret": "********"}
    assert (await deployer.get(f"{path}/config")).json() == kept
    removed = (await deployer.patch(path, json={"config": {"url": CONFIG["url"]}})).json()
    assert removed["config"] == {"url": CONFIG["url"], "content_type": "form", "insecure_ssl": "0"}


async def test_the_same_webhook_twice_is_refused(deployer: httpx.AsyncClient) -> None:
    """422 in GitHub's words when an event is shared; other events or another address are fine."""
    await deployer.post(HOOKS, json={"events": ["push"], "config": CONFIG})
    doubled = await deployer.post(HOOKS, json={"events": ["push", "star"], "config": CONFIG})
    assert doubled.status_code == 422
    assert doubled.json()["message"] == "Validation Failed"
    assert doubled.json()["errors"][0]["message"] == "Hook already exists on this repository"
    assert (await deployer.post(HOOKS, json={"events": ["star"], "config": CONFIG})).status_code == 201
    elsewhere = {**CONFIG, "url": "https://example.org/hook"}
    made = await deployer.post(HOOKS, json={"events": ["push"], "config": elsewhere})
    assert made.status_code == 201
    moved = await deployer.patch(f"{HOOKS}/{made.json()['id']}/config", json={"url": CONFIG["url"]})
    assert moved.status_code == 422
    assert (await deployer.get(f"{HOOKS}/{made.json()['id']}")).json()["config"]["url"] == elsewhere["url"]


async def test_an_event_has_at_most_twenty_webhooks(deployer: httpx.AsyncClient) -> None:
    """422 in GitHub's words."""
    for number in range(20):
        wish = {"config": {"url": f"https://example.com/{number}"}}
        assert (await deployer.post(HOOKS, json=wish)).status_code == 201
    refused = await deployer.post(HOOKS, json={"config": {"url": "https://example.com/20"}})
    assert refused.json()["errors"][0]["message"] == 'The "push" event cannot have more than 20 hooks'
    assert (await deployer.post(HOOKS, json={"events": ["star"], "config": CONFIG})).status_code == 201


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"config": {}},
        {"config": {"url": "ftp://example.com"}},
        {"config": {"url": "http://localhost:3000/hook"}},
        {"config": {"url": "https://example.com", "content_type": "xml"}},
        {"config": {"url": "https://example.com", "insecure_ssl": "2"}},
        {"config": {"url": "https://example.com"}, "events": ["lunch"]},
        {"config": {"url": "https://example.com"}, "events": []},
        {"config": {"url": "https://example.com"}, "name": "email"},
    ],
)
async def test_wrong_webhooks_are_refused(deployer: httpx.AsyncClient, wish: dict[str, Any]) -> None:
    """422, and none is made."""
    assert (await deployer.post(HOOKS, json=wish)).status_code == 422
    assert (await deployer.get(HOOKS)).json() == []


async def test_every_event_at_once(deployer: httpx.AsyncClient) -> None:
    """A star swallows the rest, and overlaps with everything."""
    made = (await deployer.post(HOOKS, json={"events": ["push", "*"], "config": CONFIG})).json()
    assert made["events"] == ["*"]
    assert (await deployer.post(HOOKS, json={"events": ["star"], "config": CONFIG})).status_code == 422
