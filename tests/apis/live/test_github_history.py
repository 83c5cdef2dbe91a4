"""Who changed something, when and how, as far as GitHub tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from infra.apis.live.github import WantedRepositories, read_github
from infra.apis.live.github_history import github_causes
from infra.model.estate import Cause, Kind, Subject
from tests.apis.live.github_estate import NAME, PATH, Estate, new_estate, ruleset, write_secret

OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG7KC0rjZ0WNdiVQZcrLIcCJvyoo0Y8GdvyBJVdCkCkx"


@pytest.fixture
async def estate() -> AsyncIterator[Estate]:
    """The repository with one of everything, an hour after it was made."""
    found = await new_estate()
    found.clock.pass_seconds(3600)
    yield found
    await found.aclose()


def subject(kind: Kind, name: str, scope: str = NAME) -> Subject:
    """A subject on GitHub."""
    return Subject("github", kind, scope, name)


async def causes(estate: Estate, *subjects: Subject, login: str = "deployer", **more: Any) -> list[Cause | None]:
    """What one who may read everything, or less, learns of things that are live or gone."""
    live = await read_github(estate.client(), WantedRepositories((NAME,)))
    found = {one: live.things.get(one) for one in subjects}
    told = await github_causes(estate.client(login), found, **more)
    return [told.get(one) for one in subjects]


async def test_the_audit_log_tells_who(estate: Estate) -> None:
    """Of secrets, variables, environments, rulesets and the repository itself."""
    client, now = estate.client("owner"), estate.clock.now
    await write_secret(client, f"{PATH}/actions/secrets", "API_KEY", "other")
    await write_secret(client, f"{PATH}/environments/production/secrets", "SESSION_KEY", "other")
    await write_secret(client, f"{PATH}/dependabot/secrets", "REGISTRY_TOKEN", "other")
    await client.patch(f"{PATH}/actions/variables/LOG_LEVEL", {"value": "debug"})
    await client.put(f"{PATH}/environments/production", {"wait_timer": 0})
    await client.patch(PATH, {"delete_branch_on_merge": False})
    await client.post(f"{PATH}/keys", {"title": "laptop", "key": OTHER_KEY})
    found = await causes(
        estate,
        subject("secret", "API_KEY"),
        subject("secret", "SESSION_KEY", f"{NAME}/production"),
        subject("variable", "LOG_LEVEL"),
        subject("environment", "production"),
        subject("repository", NAME, ""),
        subject("deploy-key", "laptop"),
        subject("dependabot-secret", "REGISTRY_TOKEN"),
    )
    assert found == [
        Cause("owner", now, "repo.update_actions_secret"),
        Cause("owner", now, "environment.update_actions_secret"),
        Cause("owner", now, "repo.update_actions_variable"),
        Cause("owner", now, "environment.update_protection_rule"),
        Cause("owner", now, "repo.change_merge_setting"),
        Cause("owner", now, "public_key.create"),
        Cause("owner", now, "repo.update_integration_secret"),
    ]


async def test_it_tells_who_took_something_away(estate: Estate) -> None:
    """What is gone is looked for in the log alone, from the last run on."""
    client, now = estate.client("owner"), estate.clock.now
    await client.delete(f"{PATH}/actions/secrets/API_KEY")
    gone = subject("secret", "API_KEY")
    assert await causes(estate, gone) == [Cause("owner", now, "repo.remove_actions_secret")]
    assert await causes(estate, gone, since=now + timedelta(minutes=5)) == [None]
    assert await causes(estate, gone, login="mel") == [None]


async def test_each_change_of_a_webhook_is_told(estate: Estate) -> None:
    """By the hook's number; the newest change counts."""
    client, now = estate.client("owner"), estate.clock.now
    [hook] = await client.get(f"{PATH}/hooks")
    await client.patch(f"{PATH}/hooks/{hook['id']}", {"active": False})
    assert await causes(estate, subject("webhook", f"hook {hook['id']}")) == [
        Cause("owner", now, "hook.active_changed")
    ]


async def test_a_repository_says_nothing_of_its_description(estate: Estate) -> None:
    """Neither does its log."""
    await estate.client("owner").patch(PATH, {"description": "Changed"})
    [cause] = await causes(estate, subject("repository", NAME, ""), since=estate.clock.now)
    assert cause is None


async def test_without_the_log_there_is_still_the_time(estate: Estate) -> None:
    """Its own time, who added a deploy key, and who deployed to an environment that nobody had made."""
    client, now = estate.client("owner"), estate.clock.now
    await write_secret(client, f"{PATH}/actions/secrets", "API_KEY", "other")
    await client.post(f"{PATH}/keys", {"title": "laptop", "key": OTHER_KEY})
    await client.post(f"{PATH}/deployments", {"ref": "main", "environment": "demo", "required_contexts": []})
    found = await causes(
        estate,
        subject("secret", "API_KEY"),
        subject("variable", "LOG_LEVEL"),
        subject("deploy-key", "laptop"),
        subject("environment", "demo"),
        login="mel",
    )
    assert found == [
        Cause("", now, "changed; GitHub does not say by whom"),
        Cause("", now - timedelta(hours=1), "made; GitHub does not say by whom"),
        Cause("owner", now, "added to the repository"),
        Cause("owner", now, "made by a deployment of main to it"),
    ]


async def test_rulesets_have_a_history_of_their_own(estate: Estate) -> None:
    """For who may edit them, without any audit log."""
    client, now = estate.client("owner"), estate.clock.now
    [short] = await client.get(f"{PATH}/rulesets")
    await client.put(f"{PATH}/rulesets/{short['id']}", ruleset(enforcement="disabled"))
    await client.post(f"{PATH}/rulesets", ruleset(name="new"))
    assert await causes(estate, subject("ruleset", "main"), subject("ruleset", "new"), login="owner") == [
        Cause("owner", now, "changed"),
        Cause("owner", now, "made"),
    ]
    assert await causes(estate, subject("ruleset", "main"), login="mel") == [
        Cause("", now, "changed; GitHub does not say by whom")
    ]


async def test_what_is_not_on_github_is_not_asked_for(estate: Estate) -> None:
    """And costs nothing."""
    estate.seen.clear()
    assert await github_causes(estate.client(), {Subject("heroku", "app", "", "shop"): None}) == {}
    assert estate.seen == []
