"""What holds for every resource, tried on each: imports, hand-made deletions, lost answers, parents that are gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.errors import NotFound
from infra.providers.heroku.package import RESOURCES
from infra.providers.kit.fields import inputs_of, wire_name
from tests.docs.lives import LIVES
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import (
    ACCOUNT_FEATURE,
    ADDON,
    ADDON_CONFIG,
    APP,
    APP_ACCESS,
    APP_CONFIG,
    ATTACHMENT,
    AUTHORIZATION,
    BUILD,
    COLLABORATOR,
    CONFIG,
    COUPLING,
    DOMAIN,
    DRAIN,
    FEATURE,
    FORMATION,
    MEMBER,
    OCI_IMAGE,
    PEERING,
    PIPELINE,
    PIPELINE_VARS,
    PROMOTION,
    RELEASE,
    REVIEW_APPS,
    RULESET,
    SLUG,
    SPACE,
    TEAM_COLLABORATOR,
    TELEMETRY_DRAIN,
    VPN,
)


def of_an_app(made: Resource) -> str:
    """The import id of most of what lives in an app."""
    return f"{made['appId']}:{made.id}"


def its_id(made: Resource) -> str:
    """The import id of what is found by its own."""
    return made.id


# The id that each is imported by, where it is not that of something in an app.
IMPORT_IDS: dict[str, Callable[[Resource], str]] = {
    **dict.fromkeys(
        (
            ACCOUNT_FEATURE, ADDON, ADDON_CONFIG, APP, ATTACHMENT, AUTHORIZATION, COUPLING, FEATURE, MEMBER, PIPELINE,
            PIPELINE_VARS, PROMOTION, SPACE, TELEMETRY_DRAIN, VPN,
        ),
        its_id,
    ),
    CONFIG: lambda made: f"{made['appId']}:{','.join([*made['vars'], *made['sensitiveVars']])}",
    FORMATION: lambda made: f"{made['appId']}:{made['type']}",
    APP_ACCESS: lambda made: f"{made['space']}:{made['email']}",
    PEERING: lambda made: f"{made['space']}:{made.id}",
    RULESET: lambda made: str(made["space"]),
    REVIEW_APPS: lambda made: f"{made['pipelineId']}:{made['orgRepo']}",
    COLLABORATOR: lambda made: f"{made['appId']}:{made['email']}",
    TEAM_COLLABORATOR: lambda made: f"{made['appId']}:{made['email']}",
}  # fmt: skip
# A person who imports it says which names are secret; Heroku does not know.
TOLD_APART = {CONFIG: {"vars", "sensitiveVars"}, PIPELINE_VARS: {"vars", "sensitiveVars"}, APP: {"configVars"}}
# A token's lifetime is not told, and a space's id is imported where the program may name it.
UNTOLD: dict[str, set[str]] = {AUTHORIZATION: {"expiresIn"}, APP_ACCESS: {"space"}}
STAYS = (
    ACCOUNT_FEATURE,
    FEATURE,
    BUILD,
    RELEASE,
    SLUG,
    OCI_IMAGE,
    PROMOTION,
    FORMATION,
    RULESET,
    APP_ACCESS,
    APP_CONFIG,
)
# Every change makes a new one, or (a domain's certificate) needs more than one resource.
REPLACED = (
    ATTACHMENT, AUTHORIZATION, BUILD, COLLABORATOR, DOMAIN, DRAIN, OCI_IMAGE, PEERING, PROMOTION, RELEASE, SLUG,
)  # fmt: skip
# What is written has no ETag of its own: the values are compared, which has tests elsewhere.
COMPARED = (FORMATION, MEMBER)
COUNTED = (ADDON, APP, COUPLING, PIPELINE, SPACE, VPN, TELEMETRY_DRAIN, CONFIG)
FIELDS = {resource.token: resource.fields for resource in RESOURCES}
TOKENS = [token for token in LIVES if token != APP_CONFIG]


async def made_of(estate: Estate, token: str) -> Resource:
    """One of that type, with whatever it needs."""
    return await estate.create(token, (await LIVES[token](estate)).inputs)


def lose_an_answer_of_each(estate: Estate) -> None:
    """The next POST, PUT and PATCH each take effect, and their answers never come."""
    for method in ("POST", "PUT", "PATCH"):
        estate.fault("drop_after", method=method, count=1)


@pytest.mark.parametrize("token", TOKENS)
async def test_after_an_import_nothing_is_left_to_do(estate: Estate, token: str) -> None:
    """A preview of the program that made it shows no change but of what Heroku cannot tell."""
    made = await made_of(estate, token)
    imported = await estate.import_(token, IMPORT_IDS.get(token, of_an_app)(made))
    assert imported is not None
    untold = {wire_name(name, one) for name, one in inputs_of(FIELDS[token]).items() if one.write_only}
    untold |= TOLD_APART.get(token, set()) | UNTOLD.get(token, set())
    changes = await estate.changes(imported, made.inputs)
    assert {path.split(".")[0].split("[")[0] for path in changes} <= untold
    assert not any("!" in kind for path, kind in changes.items() if path.split(".")[0] not in untold)


# A request for a peering is made at AWS: another one is needed there first.
@pytest.mark.parametrize("token", [token for token in TOKENS if token not in (*STAYS, PEERING)])
async def test_what_is_deleted_by_hand_is_gone_and_made_again(estate: Estate, token: str) -> None:
    """A refresh says so; deleting it once more is fine, and it can be made anew."""
    made = await made_of(estate, token)
    await estate.delete(made)
    estate.heroku.snapshot.written("/")
    assert await estate.refresh(made) is None or token in (CONFIG, PIPELINE_VARS, ADDON_CONFIG)
    await estate.delete(made)
    again = await estate.create(token, made.inputs)
    assert await estate.drift(again) == {}


@pytest.mark.parametrize("token", [token for token in TOKENS if "app_id" in FIELDS[token]])
async def test_with_its_app_it_is_gone(estate: Estate, token: str) -> None:
    """A change of it says what to do; refreshed and deleted, it is simply gone."""
    life = await LIVES[token](estate)
    made = await estate.create(token, life.inputs)
    await estate.by_hand("DELETE", f"/apps/{made['appId']}")
    estate.heroku.snapshot.written("/")
    if life.changes:
        with pytest.raises(NotFound, match="`pulumi refresh` notices, and the next `pulumi up` makes it again"):
            await estate.update(made, {**life.inputs, **life.changes})
    assert await estate.refresh(made) is None
    await estate.delete(made)


@pytest.mark.parametrize("token", TOKENS)
async def test_a_lost_answer_makes_no_second_one(estate: Estate, token: str) -> None:
    """The first write of a create takes effect, and its answer never comes."""
    life = await LIVES[token](estate)
    estate.forget_requests()
    lose_an_answer_of_each(estate)
    made = await estate.create(token, life.inputs)
    lister = estate.plugin.resource(token).list
    rows = await estate.plugin.listing(token, {}) if lister is not None else None
    estate.heroku.snapshot.written("/")
    assert await estate.drift(made) == {}
    if rows is not None and token in COUNTED:
        assert len(rows) == 1, rows


@pytest.mark.parametrize("token", [token for token in TOKENS if token not in REPLACED])
async def test_a_lost_answer_to_a_change_is_no_conflict(estate: Estate, token: str) -> None:
    """The change took effect: it is not taken for somebody else's."""
    life = await LIVES[token](estate)
    made = await estate.create(token, life.inputs)
    lose_an_answer_of_each(estate)
    changed = await estate.update(made, {**life.inputs, **life.changes})
    estate.heroku.snapshot.written("/")
    assert await estate.drift(changed) == {}


@pytest.mark.parametrize("token", [token for token in TOKENS if token not in (*REPLACED, *COMPARED)])
async def test_a_change_is_sent_on_the_condition_that_nobody_changed_it(estate: Estate, token: str) -> None:
    """Every write of an update carries the ETag of what was read right before."""
    life = await LIVES[token](estate)
    made = await estate.create(token, life.inputs)
    estate.forget_requests()
    await estate.update(made, {**life.inputs, **life.changes})
    assert estate.writes()
    assert set(estate.writes()) <= estate.wire.conditional
