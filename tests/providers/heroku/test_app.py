"""heroku:app/app:App against the local cloud."""

from __future__ import annotations

import pytest

from infra.errors import Conflict, Rejected
from infra.providers.kit.naming import Naming
from infra.providers.kit.values import Values
from tests.providers.heroku.deploys import set_release
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import APP

FULL: Values = {
    "name": "acme-full",
    "region": "eu",
    "stack": "heroku-24",
    "buildpacks": ["heroku/clojure", "heroku/nodejs"],
    "maintenance": True,
    "configVars": {"LOG_LEVEL": "info"},
    "sensitiveConfigVars": {"KEY": "canary"},
}


async def test_an_app_is_made_with_everything_declared(estate: Estate) -> None:
    """Stack, buildpacks, maintenance and config vars are there, and a refresh sees no change."""
    app = await estate.create(APP, FULL)
    live = await estate.by_hand("GET", f"/apps/{app.id}")
    assert live["maintenance"] is True
    assert app["webUrl"] == live["web_url"]
    assert app["herokuHostname"] in live["web_url"]
    assert app["uuid"] == app.id == live["id"]
    assert await estate.by_hand("GET", f"/apps/{app.id}/config-vars") == {"LOG_LEVEL": "info", "KEY": "canary"}
    assert await estate.drift(app) == {}
    refreshed = await estate.refresh(app)
    assert refreshed is not None
    assert refreshed.outputs == app.outputs


async def test_a_plain_app_costs_one_request(estate: Estate) -> None:
    """Nothing is read back, nothing is waited for."""
    await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    assert estate.wire.requests == [("POST", "/apps")]


async def test_everything_that_can_changes_in_place(estate: Estate) -> None:
    """Name, buildpacks, maintenance and config vars; the id stays."""
    app = await estate.create(APP, FULL)
    wanted: Values = {
        "name": "acme-renamed",
        "region": "eu",
        "buildpacks": ["heroku/clojure"],
        "configVars": {"LOG_LEVEL": "debug"},
        "sensitiveConfigVars": {"OTHER": "canary"},
    }
    assert await estate.changes(app, wanted) == {
        "name": "update",
        "buildpacks": "update",
        "maintenance": "delete",
        "configVars.LOG_LEVEL": "update",
        "sensitiveConfigVars.KEY": "delete",
        "sensitiveConfigVars.OTHER": "add",
    }
    changed = await estate.update(app, wanted)
    live = await estate.by_hand("GET", f"/apps/{app.id}")
    assert (live["name"], live["maintenance"]) == ("acme-renamed", False)
    assert await estate.by_hand("GET", f"/apps/{app.id}/config-vars") == {"LOG_LEVEL": "debug", "OTHER": "canary"}
    assert changed["gitUrl"].endswith("/acme-renamed.git")
    assert await estate.drift(changed) == {}


async def test_an_update_sends_only_what_changed(estate: Estate, app: Resource) -> None:
    """Turning maintenance on is one look and one PATCH."""
    estate.forget_requests()
    await estate.update(app, {**app.inputs, "maintenance": True})
    assert estate.wire.requests == [("GET", f"/apps/{app.id}"), ("PATCH", f"/apps/{app.id}")]


async def test_another_region_makes_a_new_app_after_the_old_one(estate: Estate, app: Resource) -> None:
    """The name is taken as long as the old one lives."""
    wanted: Values = {"name": "acme-shop", "region": "us"}
    assert await estate.changes(app, wanted) == {"region": "update!"}
    difference = await estate.plugin.diff(APP, app.id, app.inputs, app.outputs, wanted, [])
    assert difference.delete_first


async def test_what_is_not_declared_any_more_stays_or_goes(estate: Estate) -> None:
    """The stack and the name stay; buildpacks and maintenance go back to nothing."""
    app = await estate.create(APP, FULL)
    changes = await estate.changes(app, {"name": "acme-full", "region": "eu"})
    assert "stack" not in changes
    assert changes["buildpacks"] == changes["maintenance"] == "delete"


async def test_changes_by_hand_are_seen(estate: Estate) -> None:
    """Name, maintenance, a config var, buildpacks; also maintenance that was never declared."""
    app = await estate.create(APP, {key: value for key, value in FULL.items() if key != "maintenance"})
    await estate.by_hand("PATCH", f"/apps/{app.id}", {"name": "acme-other", "maintenance": True})
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"LOG_LEVEL": "warn", "KEY": None})
    await estate.by_hand("PUT", f"/apps/{app.id}/buildpack-installations", {"updates": []})
    assert await estate.drift(app) == {
        "name": "update",
        "maintenance": "delete",
        "configVars.LOG_LEVEL": "update",
        "sensitiveConfigVars.KEY": "add",
        "buildpacks": "update",
    }


async def test_an_app_deleted_by_hand_is_gone(estate: Estate, app: Resource) -> None:
    """Read says gone, delete says done."""
    await estate.by_hand("DELETE", f"/apps/{app.id}")
    assert await estate.refresh(app) is None
    await estate.delete(app)


@pytest.mark.parametrize("by", ["name", "id"])
async def test_an_import_changes_nothing(estate: Estate, by: str) -> None:
    """By name or id; the program that repeats what was found sees no change."""
    app = await estate.create(APP, {**FULL, "configVars": {}, "sensitiveConfigVars": {}})
    imported = await estate.import_(APP, app.id if by == "id" else "acme-full")
    assert imported is not None
    assert imported.id == app.id
    assert await estate.changes(imported, imported.inputs) == {}
    minimal = {"name": "acme-full", "region": "eu", "buildpacks": FULL["buildpacks"], "maintenance": True}
    assert await estate.changes(imported, minimal) == {}


async def test_importing_what_is_not_there_finds_nothing(estate: Estate) -> None:
    """None, which the engine tells."""
    assert await estate.import_(APP, "acme-nowhere") is None


async def test_a_taken_name_says_how_to_import(estate: Estate, app: Resource) -> None:
    """Ours can be imported."""
    with pytest.raises(Conflict, match="pulumi import heroku:app/app:App NAME acme-shop"):
        await estate.create(APP, {"name": "acme-shop", "region": "eu"})


async def test_a_lost_answer_is_looked_up_and_not_sent_again(estate: Estate) -> None:
    """The app that Heroku made is used, and there is no second one."""
    estate.fault("drop_after", method="POST", path="^/apps$", count=1)
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    apps = await estate.by_hand("GET", "/apps")
    assert [one["id"] for one in apps] == [app.id]
    assert "answer was lost" in estate.warnings()[0]


async def test_a_request_that_never_arrived_is_sent_again(estate: Estate) -> None:
    """Looked up, not found, made."""
    estate.fault("drop_before", method="POST", path="^/apps$", count=1)
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu"})
    assert (await estate.by_hand("GET", "/apps"))[0]["id"] == app.id


async def test_what_fails_after_the_app_exists_leaves_it_in_the_state(estate: Estate) -> None:
    """The next update goes on where the first run stopped, and makes no second app."""
    estate.fault("status", method="PUT", path="buildpack-installations", status=422)
    with pytest.raises(Rejected):
        await estate.create(APP, FULL)
    half = estate.half
    assert half is not None
    assert "buildpacks" not in half.outputs
    estate.app.state.cloud.faults.switch_off()
    whole = await estate.update(half, FULL)
    assert await estate.drift(whole) == {}
    assert len(await estate.by_hand("GET", "/apps")) == 1


async def test_team_apps_move_in_place(estate: Estate) -> None:
    """Into the team, locked, and back to the account."""
    app = await estate.create(APP, {"name": "acme-team", "region": "eu", "organization": {"name": "acme"}})
    assert app["organization"]["name"] == "acme"
    assert await estate.drift(app) == {}
    locked: Values = {**app.inputs, "organization": {"name": "acme", "locked": True}}
    assert await estate.changes(app, locked) == {"organization.locked": "add"}
    app = await estate.update(app, locked)
    assert await estate.drift(app) == {}
    personal: Values = {"name": "acme-team", "region": "eu"}
    assert await estate.changes(app, personal) == {"organization": "delete"}
    app = await estate.update(app, personal)
    assert "organization" not in app.outputs
    assert (await estate.by_hand("GET", f"/apps/{app.id}"))["team"] is None


async def test_an_app_of_the_account_that_was_given_to_a_team_comes_back(estate: Estate) -> None:
    """No team is declared: that is a statement, and one that it has shows."""
    app = await estate.create(APP, {"name": "acme-own", "region": "eu"})
    await estate.by_hand("PATCH", f"/teams/apps/{app.id}", {"owner": "acme"})
    assert await estate.drift(app) == {"organization": "delete"}
    given = await estate.refresh(app)
    assert given is not None
    await estate.update(given, app.inputs)
    assert (await estate.by_hand("GET", f"/apps/{app.id}"))["team"] is None


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"name": "Acme", "region": "eu"}, "3 to 30 lower-case letters"),
        ({"name": "acme-shop"}, "needs `region`"),
        ({"name": "acme-shop", "region": "eu", "space": "s"}, "declare `organization` too"),
        ({"name": "acme-shop", "region": "eu", "configVars": {"A B": "x"}}, "names that Heroku refuses: A B"),
        (
            {"name": "acme-shop", "region": "eu", "configVars": {"A": "x"}, "sensitiveConfigVars": {"A": "y"}},
            "also declared in `configVars`: A",
        ),
    ],
)
def test_wrong_inputs_are_told_without_asking_heroku(estate: Estate, inputs: Values, reason: str) -> None:
    """Checked at preview."""
    _, failures = estate.plugin.check(APP, inputs, {}, Naming("it", b"1234"))
    assert reason in failures[0].reason
    assert estate.wire.requests == []


async def test_acm_is_switched_in_place(estate: Estate, app: Resource) -> None:
    """On and off, and seen when somebody else does it."""
    await estate.by_hand("POST", f"/apps/{app.id}/acm")
    assert await estate.drift(app) == {}
    off = await estate.update(app, {**app.inputs, "acm": True})
    off = await estate.update(off, {**off.inputs, "acm": False})
    assert (await estate.by_hand("GET", f"/apps/{app.id}"))["acm"] is False
    assert await estate.drift(off) == {}


async def test_buildpacks_that_somebody_changed_are_not_overwritten(estate: Estate) -> None:
    """A conflict until a refresh has seen them."""
    inputs: Values = {"name": "acme-shop", "region": "eu", "buildpacks": ["heroku/ruby"]}
    app = await estate.create(APP, inputs)
    updates = {"updates": [{"buildpack": "heroku/python"}]}
    await estate.by_hand("PUT", f"/apps/{app.id}/buildpack-installations", updates)
    wanted: Values = {**inputs, "buildpacks": ["heroku/nodejs"]}
    with pytest.raises(Conflict, match="somebody changed buildpacks"):
        await estate.update(app, wanted)
    live = await estate.refresh(app)
    assert live is not None
    app = await estate.update(live, wanted)
    assert app["buildpacks"] == ["heroku/nodejs"]
    assert await estate.drift(app) == {}


async def test_an_apps_release_that_was_not_seen_to_end_is_waited_for(estate: Estate) -> None:
    """The next run goes on with it, and a refresh does not forget it."""
    app = await estate.create(APP, {"name": "acme-shop", "region": "eu", "configVars": {"A": "1"}})
    app.outputs["__release"] = set_release(estate, app.id, status="failed", current=False)
    live = await estate.refresh(app)
    assert live is not None
    assert "has not succeeded yet" in estate.plugin.unfinished(APP, live.outputs)
    with pytest.raises(Rejected, match="failed"):
        await estate.update(live, app.inputs)
    set_release(estate, app.id, status="succeeded", current=True)
    assert "__release" not in (await estate.update(live, app.inputs)).outputs
