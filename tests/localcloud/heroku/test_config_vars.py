"""Config vars: the flat map, releases, limits, and what belongs to add-ons."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.heroku.steps import descriptions, done, refused
from tests.localcloud.in_process import TEAM, LocalCloud


async def test_one_patch_is_one_release(heroku: httpx.AsyncClient, app: str) -> None:
    """However many vars it changes; a patch that changes nothing makes none."""
    path = f"{app}/config-vars"
    assert await done(heroku.patch(path, json={"A": "1", "B": "2"})) == {"A": "1", "B": "2"}
    assert await done(heroku.patch(path, json={"A": "1"})) == {"A": "1", "B": "2"}
    assert await done(heroku.patch(path, json={"A": None, "MISSING": None})) == {"B": "2"}
    assert await done(heroku.patch(path, json={"B": None, "C": "3"})) == {"C": "3"}
    assert (await descriptions(heroku, app))[2:] == [
        "Set A, B config vars",
        "Remove A config vars",
        "Set C config vars, remove B config vars",
    ]


async def test_a_release_remembers_the_values_of_its_time(heroku: httpx.AsyncClient, app: str) -> None:
    """Historic values stay readable."""
    await done(heroku.patch(f"{app}/config-vars", json={"A": "old"}))
    await done(heroku.patch(f"{app}/config-vars", json={"A": "new"}))
    assert await done(heroku.get(f"{app}/releases/3/config-vars")) == {"A": "old"}
    assert await done(heroku.get(f"{app}/releases/v4/config-vars")) == {"A": "new"}


@pytest.mark.parametrize(
    ("body", "id"),
    [
        ({"BAD-NAME": "x"}, "invalid_params"),
        ({"A": 1}, "invalid_params"),
        ([], "bad_request"),
        ({"A": "x" * 65_536}, "invalid_params"),
    ],
)
async def test_values_are_checked(heroku: httpx.AsyncClient, app: str, body: object, id: str) -> None:
    """Names, types and the size of the whole."""
    status = 422 if id == "invalid_params" else 400
    await refused(heroku.patch(f"{app}/config-vars", json=body), status, id)
    assert await done(heroku.get(f"{app}/config-vars")) == {}


async def test_what_an_addon_set_cannot_be_changed(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Not overwritten and not removed; sending the same value changes nothing."""
    await done(heroku.post(f"{app}/addons", json={"plan": "heroku-postgresql"}), 202)
    cloud.clock.pass_seconds(1)
    values = await done(heroku.get(f"{app}/config-vars"))
    path = f"{app}/config-vars"
    await refused(heroku.patch(path, json={"DATABASE_URL": "x"}), 422, "invalid_params", "overwrite")
    await refused(heroku.patch(path, json={"DATABASE_URL": None}), 422, "invalid_params", "destroy")
    assert await done(heroku.patch(path, json=values)) == values


async def test_whoever_may_only_view_a_team_s_app_sees_no_config_vars(cloud: LocalCloud) -> None:
    """Neither now nor as earlier releases had them; with the permission to deploy they do."""
    await done(cloud.heroku.post("/teams/apps", json={"name": "team-app", "team": TEAM}))
    people = "/teams/apps/team-app/collaborators"
    async with cloud.heroku_as(cloud.pat_token) as pat:
        for path in ("config-vars", "releases/v1/config-vars"):
            await refused(pat.get(f"/apps/team-app/{path}"), 403, "forbidden", "permission deploy")
        await done(pat.get("/apps/team-app/domains"))
        await done(cloud.heroku.post(people, json={"user": "pat@example.com", "permissions": ["deploy"]}))
        await done(pat.get("/apps/team-app/config-vars"))
