"""What is live in a repository: everything, also what nobody declared; and what may not be seen is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from infra.apis.live.cache import Cache
from infra.apis.live.github import WantedRepositories, read_github
from infra.apis.live.github_belongings import WRITE_ONLY
from infra.apis.live.github_rulesets import NOT_SHOWN, ruleset_fields
from infra.model.estate import Estate as Live
from infra.model.estate import Hidden, Kind, Subject, Thing
from tests.apis.live.github_estate import KEY, NAME, PATH, Estate, new_estate, ruleset, write_secret

PRODUCTION = f"{NAME}/production"


@pytest.fixture
async def estate() -> AsyncIterator[Estate]:
    """The repository with one of everything."""
    found = await new_estate()
    yield found
    await found.aclose()


async def read(estate: Estate, login: str = "deployer", **more: Any) -> Live:
    """What somebody sees."""
    return await read_github(estate.client(login), WantedRepositories((NAME,), **more))


def thing(live: Live, kind: Kind, scope: str, name: str) -> Thing:
    """One thing of it."""
    return live.things[Subject("github", kind, scope, name)]


async def test_everything_is_read(estate: Estate) -> None:
    """Each kind in its place, nothing twice, nothing unreadable."""
    live = await read(estate)
    assert live.unreadable == ()
    hook = next(one.name for one in live.things if one.kind == "webhook")
    assert sorted(str(one).removeprefix("github/") for one in live.things) == sorted(
        [
            f"repository/{NAME}",
            f"secret/{NAME}/API_KEY",
            f"dependabot-secret/{NAME}/REGISTRY_TOKEN",
            f"variable/{NAME}/LOG_LEVEL",
            f"environment/{NAME}/production",
            f"secret/{PRODUCTION}/SESSION_KEY",
            f"variable/{PRODUCTION}/STAGE",
            f"webhook/{NAME}/{hook}",
            f"ruleset/{NAME}/main",
            f"deploy-key/{NAME}/server",
        ]
    )


async def test_fields_are_those_that_are_declared(estate: Estate) -> None:
    """The same names and the same forms, so that they can be laid over each other."""
    live = await read(estate)
    repository = dict(thing(live, "repository", "", NAME).fields)
    assert repository == {
        "description": "Accounts",
        "visibility": "private",
        "has_issues": True,
        "delete_branch_on_merge": True,
        "topics": ["banking", "ledger"],
        "archived": False,
        "full_name": NAME,
    }
    assert thing(live, "environment", NAME, "production").fields == {
        "wait_timer": 5,
        "reviewers_users": ["owner"],
        "reviewers_teams": [],
        "prevent_self_review": True,
        "can_admins_bypass": True,
        "protected_branches": False,
        "branches": ["main"],
        "tags": ["v*"],
    }
    assert thing(live, "deploy-key", NAME, "server").fields == {"key": KEY, "read_only": True}
    assert thing(live, "variable", PRODUCTION, "STAGE").fields == {"value": "production"}


async def test_secrets_have_times_and_no_values(estate: Estate) -> None:
    """All that GitHub tells."""
    found = thing(await read(estate), "secret", NAME, "API_KEY")
    assert found.fields == {"value": WRITE_ONLY}
    assert found.updated_at == estate.clock.now
    assert found.created_at == estate.clock.now


async def test_a_webhook_bears_the_name_it_was_recorded_by(estate: Estate) -> None:
    """An address may carry a token, so it is hidden; an unknown hook is named by its number."""
    [hook] = await estate.client().get(f"{PATH}/hooks")
    subject = Subject("github", "webhook", NAME, "chat")
    live = await read(estate, ids={str(hook["id"]): subject})
    assert live.things[subject].fields == {
        "url": Hidden("https://hooks.example.com/T0/s3cret"),
        "events": ["push", "release"],
        "content_type": "json",
        "insecure_ssl": False,
        "active": True,
        "secret": WRITE_ONLY,
    }
    assert "s3cret" not in repr(live)
    unknown = await read(estate, ids={str(hook["id"]): Subject("github", "webhook", "another/one", "chat")})
    assert Subject("github", "webhook", NAME, f"hook {hook['id']}") in unknown.things


async def test_rules_are_told_without_githubs_own_defaults(estate: Estate) -> None:
    """So that a ruleset that nobody touched is what was declared."""
    fields = thing(await read(estate), "ruleset", NAME, "main").fields
    assert fields["include"] == ["~DEFAULT_BRANCH"]
    assert fields["rules"]["deletion"] == {}
    assert set(fields["rules"]["pull_request"]) == set(ruleset()["rules"][1]["parameters"])
    checks = fields["rules"]["required_status_checks"]
    assert checks["required_status_checks"] == [{"context": "lint"}, {"context": "test"}]
    assert fields["bypass"] == [{"actor_type": "OrganizationAdmin", "actor_id": 0, "bypass_mode": "always"}]


async def test_what_nobody_declared_is_seen(estate: Estate) -> None:
    """A whole environment made by hand, with what it holds, more hooks, keys, rulesets and secrets."""
    client = estate.client("owner")
    await client.put(f"{PATH}/environments/shadow%2Fone")
    await write_secret(client, f"{PATH}/environments/shadow%2Fone/secrets", "HIDDEN")
    await client.post(f"{PATH}/rulesets", ruleset(name="another", rules=[]))
    await client.post(f"{PATH}/hooks", {"config": {"url": "https://other.example.com"}, "events": ["*"]})
    names = {(one.kind, one.scope, one.name) for one in (await read(estate)).things}
    assert ("environment", NAME, "shadow/one") in names
    assert ("secret", f"{NAME}/shadow/one", "HIDDEN") in names
    assert ("ruleset", NAME, "another") in names
    assert sum(kind == "webhook" for kind, _, _ in names) == 2


async def test_many_of_a_kind_are_all_read(estate: Estate) -> None:
    """Variables come 30 at a time."""
    client = estate.client()
    for number in range(65):
        await client.post(f"{PATH}/actions/variables", {"name": f"V{number}", "value": str(number)})
    live = await read(estate)
    assert sum(one.kind == "variable" and one.scope == NAME for one in live.things) == 66


# ---------------------------------------------------------------------------------------------- what may not be seen


async def test_a_member_who_may_only_read_gets_the_rest_unverifiable(estate: Estate) -> None:
    """Who may read sees settings, environments and rulesets; the rest names the permission that is lacking."""
    live = await read(estate, "mel", environments={NAME: ("production",)})
    seen = {one.kind for one in live.things}
    assert seen == {"repository", "environment", "ruleset"}
    missing = {(one.kind, one.scope): one.needs for one in live.unreadable}
    assert {kind for kind, _ in missing} == {"secret", "dependabot-secret", "variable", "webhook", "deploy-key"}
    assert ("secret", PRODUCTION) in missing
    assert all(missing.values())
    assert "delete_branch_on_merge" not in thing(live, "repository", "", NAME).fields


async def test_an_apps_token_says_what_it_may_not_read(estate: Estate) -> None:
    """As a workflow's own token, which has no person behind it."""
    live = await read(estate, "app")
    assert Subject("github", "repository", "", NAME) in live.things
    assert {one.kind for one in live.unreadable} >= {"secret", "webhook", "deploy-key"}
    assert all("not accessible by integration" in one.why for one in live.unreadable)


async def test_used_up_requests_are_told(estate: Estate) -> None:
    """What could not be asked any more is unverifiable, and says why."""
    await estate.control("POST", "/faults", {"kind": "rate_limit", "path": f"{PATH}/keys", "retry_after": 7200})
    live = await read(estate)
    [missing] = live.unreadable
    assert (missing.kind, missing.needs) == ("deploy-key", "requests left in the rate limit")


async def test_bypass_actors_that_are_not_shown_are_unknown(estate: Estate) -> None:
    """Absent is not empty: nobody may conclude that the list was emptied."""
    live = await read(estate, "mel")
    assert thing(live, "ruleset", NAME, "main").fields["bypass"] == NOT_SHOWN
    assert ruleset_fields({**ruleset(), "bypass_actors": []})["bypass"] == []


@pytest.mark.parametrize("login", ["narrow", "stranger"])
async def test_a_repository_that_may_not_be_seen_is_not_missing(estate: Estate, login: str) -> None:
    """GitHub's 404 is no proof; every kind is unverifiable, in its environments too."""
    live = await read(estate, login, environments={NAME: ("production",)})
    assert live.things == {}
    kinds = {(one.kind, one.scope) for one in live.unreadable}
    assert ("repository", NAME) in kinds
    assert ("secret", PRODUCTION) in kinds
    assert {one.needs for one in live.unreadable} == {"Metadata: read (scope repo), and access to the repository"}


@pytest.mark.parametrize("owner", ["practicalli", "deployer"])
async def test_a_repository_is_missing_for_who_would_see_it(estate: Estate, owner: str) -> None:
    """An owner's token with the scope repo sees every repository: a 404 then means what it says."""
    live = await read_github(estate.client(), WantedRepositories((f"{owner}/gone",)))
    assert (live.things, live.unreadable) == ({}, ())


async def test_a_renamed_repository_is_followed(estate: Estate) -> None:
    """Under the name that was declared, with the new one in its fields."""
    await estate.client("owner").patch(PATH, {"name": "renamed"})
    live = await read(estate)
    assert thing(live, "repository", "", NAME).fields["full_name"] == "practicalli/renamed"
    assert Subject("github", "secret", NAME, "API_KEY") in live.things
    assert live.unreadable == ()


async def test_faults_on_one_part_leave_the_others(estate: Estate) -> None:
    """A server error is told as such, and is never "missing"."""
    await estate.control("POST", "/faults", {"kind": "status", "status": 500, "path": f"{PATH}/hooks"})
    live = await read(estate)
    [missing] = live.unreadable
    assert (missing.kind, missing.scope, missing.needs) == ("webhook", NAME, "")
    assert "500" in missing.why
    assert Subject("github", "deploy-key", NAME, "server") in live.things


# ---------------------------------------------------------------------------------------------- cheap


async def test_a_second_run_reads_nothing_anew(estate: Estate) -> None:
    """Everything is conditional: 304 costs neither budget nor bytes, and gives the same estate."""
    cache = Cache()
    wanted = WantedRepositories((NAME,))
    first = await read_github(estate.client(cache=cache), wanted)
    estate.seen.clear()
    second = await read_github(estate.client(cache=cache), wanted)
    assert second == first
    assert {status for _, status in estate.seen} == {304}
    assert len(estate.seen) <= 13
    await estate.client().patch(f"{PATH}/actions/variables/LOG_LEVEL", {"value": "debug"})
    third = await read_github(estate.client(cache=cache), wanted)
    assert thing(third, "variable", NAME, "LOG_LEVEL").fields == {"value": "debug"}
