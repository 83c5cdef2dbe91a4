"""heroku:app/configAssociation:ConfigAssociation against the local cloud."""

from __future__ import annotations

import asyncio

import pytest

from infra.errors import Conflict, Interrupted, Rejected
from infra.providers.heroku.config_vars import owners
from infra.providers.kit.values import Values, has_secret, plain
from tests.providers.heroku.deploys import deploy, set_release
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import ADDON, APP, ATTACHMENT, CONFIG


def declared(app: Resource, **vars: str) -> Values:
    """Plain vars, and one secret."""
    return {"appId": app.id, "vars": vars, "sensitiveVars": {"KEY": "canary"}}


async def releases(estate: Estate, app: Resource) -> int:
    """How many releases the app has."""
    return len(await estate.by_hand("GET", f"/apps/{app.id}/releases"))


async def test_all_changes_are_one_release(estate: Estate, app: Resource) -> None:
    """Three vars to begin with, then one changed, one added, one removed: two releases in all."""
    before = await releases(estate, app)
    vars = await estate.create(CONFIG, declared(app, A="1", B="2"))
    assert vars.id == f"config:{app.id}"
    assert await releases(estate, app) == before + 1
    vars = await estate.update(
        vars, {"appId": app.id, "vars": {"A": "9", "C": "3"}, "sensitiveVars": {"KEY": "canary"}}
    )
    assert await releases(estate, app) == before + 2
    assert await estate.by_hand("GET", f"/apps/{app.id}/config-vars") == {"A": "9", "C": "3", "KEY": "canary"}
    assert await estate.drift(vars) == {}


async def test_nothing_is_sent_when_nothing_changed(estate: Estate, app: Resource) -> None:
    """An update to what is there already writes nothing."""
    vars = await estate.create(CONFIG, declared(app, A="1"))
    estate.forget_requests()
    await estate.update(vars, declared(app, A="1"))
    assert estate.writes() == []


async def test_the_first_set_costs_three_requests(estate: Estate, app: Resource) -> None:
    """Read, write if unchanged, look at the release."""
    estate.forget_requests()
    await estate.create(CONFIG, declared(app, A="1"))
    assert [method for method, _ in estate.wire.requests] == ["GET", "PATCH", "GET"]


async def test_other_keys_are_left_alone(estate: Estate, app: Resource) -> None:
    """What others set stays, before, during and after."""
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"THEIRS": "x"})
    vars = await estate.create(CONFIG, declared(app, A="1"))
    assert await estate.drift(vars) == {}
    await estate.delete(vars)
    assert await estate.by_hand("GET", f"/apps/{app.id}/config-vars") == {"THEIRS": "x"}


async def test_drift_is_shown_by_key_and_secrets_stay_secret(estate: Estate, app: Resource) -> None:
    """Changed, removed, and the secret one too."""
    vars = await estate.create(CONFIG, declared(app, A="1", B="2"))
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "by hand", "B": None, "KEY": "canary2"})
    assert await estate.drift(vars) == {"vars.A": "update", "vars.B": "add", "sensitiveVars.KEY": "update"}
    live = await estate.refresh(vars)
    assert live is not None
    assert has_secret(live.inputs["sensitiveVars"]["KEY"])
    assert "canary" not in repr(live)


async def test_a_refreshed_change_is_put_right(estate: Estate, app: Resource) -> None:
    """Refresh, then up: as declared again."""
    vars = await estate.create(CONFIG, declared(app, A="1"))
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "by hand"})
    live = await estate.refresh(vars)
    assert live is not None
    await estate.update(live, declared(app, A="1"))
    assert (await estate.by_hand("GET", f"/apps/{app.id}/config-vars"))["A"] == "1"


async def test_a_change_that_would_undo_somebody_elses_is_a_conflict(estate: Estate, app: Resource) -> None:
    """The program changes what somebody changed since it was last read."""
    vars = await estate.create(CONFIG, declared(app, A="1", B="2"))
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "by hand"})
    with pytest.raises(Conflict, match="somebody changed A"):
        await estate.update(vars, declared(app, A="9", B="2"))
    await estate.update(vars, declared(app, A="1", B="9"))
    assert (await estate.by_hand("GET", f"/apps/{app.id}/config-vars"))["A"] == "by hand"


async def test_a_change_between_reading_and_writing_is_noticed(estate: Estate, app: Resource) -> None:
    """412: read again; another key may change, ours may not."""
    vars = await estate.create(CONFIG, declared(app, A="1"))
    heroku = estate.heroku
    original = heroku.get_with_etag

    async def read_then_interfere(path: str) -> tuple[object, str]:
        answer = await original(path)
        heroku.get_with_etag = original  # type: ignore[method-assign]
        await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"THEIRS": "x"})
        return answer

    heroku.get_with_etag = read_then_interfere  # type: ignore[method-assign]
    await estate.update(vars, declared(app, A="2"))
    assert await estate.by_hand("GET", f"/apps/{app.id}/config-vars") == {"A": "2", "KEY": "canary", "THEIRS": "x"}


async def test_a_lost_answer_is_no_conflict_with_ourselves(estate: Estate, app: Resource) -> None:
    """The write took effect although its answer broke off: done, with one release."""
    before = await releases(estate, app)
    estate.fault("drop_after", method="PATCH", path="config-vars", count=1)
    await estate.create(CONFIG, declared(app, A="1"))
    assert await releases(estate, app) == before + 1


async def test_what_an_addon_owns_cannot_be_taken(estate: Estate, app: Resource) -> None:
    """The error names the add-on."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0"})
    with pytest.raises(Conflict, match=f"DATABASE_URL \\(of {addon['name']}\\)"):
        await estate.create(CONFIG, {"appId": app.id, "vars": {"DATABASE_URL": "x"}})


async def test_a_key_that_only_looks_like_an_addons_is_ours(estate: Estate, app: Resource) -> None:
    """DATABASE_POOL_SIZE belongs to nobody but us, also when it is there already."""
    await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0"})
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"DATABASE_POOL_SIZE": "5"})
    await estate.create(CONFIG, {"appId": app.id, "vars": {"DATABASE_POOL_SIZE": "9"}})
    assert "DATABASE_POOL_SIZE had another value" in estate.warnings()[0]


async def test_shared_addons_own_their_keys_on_the_other_app_too(estate: Estate, app: Resource) -> None:
    """An attachment's name replaces the add-on's own."""
    other = await estate.create(APP, {"name": "acme-other", "region": "eu"})
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0"})
    await estate.create(ATTACHMENT, {"appId": other.id, "addonId": addon.id, "name": "SHARED"})
    assert await owners(estate.heroku, other.id) == {"SHARED_URL": addon["name"]}


async def test_a_config_can_be_imported_without_what_addons_own(estate: Estate, app: Resource) -> None:
    """All of it, by the app's name; a program that repeats it sees no change."""
    await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0"})
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "1", "B": "2"})
    imported = await estate.import_(CONFIG, "acme-shop")
    assert imported is not None
    assert imported.id == f"config:{app.id}"
    assert plain(imported.inputs) == {"appId": app.id, "sensitiveVars": {"A": "1", "B": "2"}}
    assert await estate.changes(imported, imported.inputs) == {}


async def test_single_keys_can_be_imported(estate: Estate, app: Resource) -> None:
    """Only what was asked for; and nothing when it is not there."""
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "1", "B": "2", "C": "3"})
    imported = await estate.import_(CONFIG, "acme-shop:A,C")
    assert imported is not None
    assert plain(imported.inputs["sensitiveVars"]) == {"A": "1", "C": "3"}
    assert await estate.import_(CONFIG, "acme-shop:NOWHERE") is None


async def test_a_gone_app_takes_its_config_along(estate: Estate, app: Resource) -> None:
    """Read says gone, delete says done."""
    vars = await estate.create(CONFIG, declared(app, A="1"))
    await estate.by_hand("DELETE", f"/apps/{app.id}")
    assert await estate.refresh(vars) is None
    await estate.delete(vars)


async def test_a_rate_limited_write_waits_and_succeeds(estate: Estate, app: Resource) -> None:
    """The whole body is sent again."""
    estate.fault("rate_limit", method="PATCH", path="config-vars", count=1, retry_after=0)
    await estate.create(CONFIG, declared(app, A="1"))
    assert (await estate.by_hand("GET", f"/apps/{app.id}/config-vars"))["A"] == "1"
    assert "rate limit" in estate.warnings()[0]


def test_a_key_is_declared_once(estate: Estate, app: Resource) -> None:
    """Not both in the open and as a secret."""
    from infra.providers.kit.naming import Naming

    inputs = {"appId": app.id, "vars": {"A": "1"}, "sensitiveVars": {"A": "2"}}
    _, failures = estate.plugin.check(CONFIG, inputs, {}, Naming("it", b"1234"))
    assert "declare each key once" in failures[0].reason


async def test_a_failed_release_phase_is_told_and_the_vars_are_in_the_state(estate: Estate, app: Resource) -> None:
    """Heroku keeps the values although their release failed; the error names it, the state knows them."""
    await deploy(estate, app, "web: run\nrelease: migrate\n")
    store = estate.app.state.cloud.store
    for slug in store.find("heroku.slug"):
        # The release phase succeeded at the deploy, and fails from now on.
        store.put(
            "heroku.slug", slug["id"], {**slug, "process_types": {"web": "run", "release": "false"}}, parent=app.id
        )
    with pytest.raises(Rejected, match=r"release v\d+ of .* failed") as caught:
        await estate.create(CONFIG, declared(app, A="1"))
    assert "canary" not in str(caught.value)
    half = estate.half
    assert half is not None
    assert await estate.drift(half) == {}
    # Nothing has changed: the app still runs without the values, and the next run says so again.
    with pytest.raises(Rejected, match=r"release v\d+ of .* failed"):
        await estate.update(half, half.inputs)
    await deploy(estate, app, "web: run\nrelease: migrate\n")
    settled = await estate.update(half, half.inputs)
    assert "__release" not in settled.outputs


async def test_a_run_that_was_stopped_goes_on_waiting(estate: Estate, app: Resource) -> None:
    """The release is in the state, through refreshes too, until it or a newer one has succeeded."""
    vars = await estate.create(CONFIG, declared(app, A="1"))
    release = set_release(estate, app.id, status="pending", current=False)
    vars.outputs["__release"] = release
    waiting = asyncio.create_task(estate.update(vars, vars.inputs))
    await asyncio.sleep(0.05)
    estate.plugin.stop()
    with pytest.raises(Interrupted):
        await waiting
    estate.plugin._stopped.clear()
    live = await estate.refresh(vars)
    assert live is not None
    assert live["__release"] == release
    assert "has not succeeded yet" in estate.plugin.unfinished(CONFIG, live.outputs)
    set_release(estate, app.id, status="succeeded", current=True)
    settled = await estate.update(live, vars.inputs)
    assert "__release" not in settled.outputs
    live = await estate.refresh(vars)
    assert live is not None
    assert "__release" not in live.outputs
    assert estate.plugin.unfinished(CONFIG, live.outputs) == ""


async def test_a_run_that_was_killed_after_its_write_is_waited_for(estate: Estate, app: Resource) -> None:
    """The values are there though the state knows nothing of them: their release may still be under way."""
    await estate.create(CONFIG, declared(app, A="1"))
    set_release(estate, app.id, status="failed", current=False)
    with pytest.raises(Rejected, match="failed"):
        await estate.create(CONFIG, declared(app, A="1"))


async def test_a_rate_limit_without_a_hint_is_waited_out(estate: Estate, app: Resource) -> None:
    """Heroku says only that it is too much; reads and writes come through in the end."""
    estate.fault("rate_limit", path="config-vars", count=2)
    await estate.create(CONFIG, declared(app, A="1"))
    assert (await estate.by_hand("GET", f"/apps/{app.id}/config-vars"))["A"] == "1"


async def test_keys_that_an_addon_took_over_survive_the_deletion(estate: Estate, app: Resource) -> None:
    """What Heroku refuses to unset is the add-on's by now."""
    vars = await estate.create(CONFIG, declared(app, A="1", DATABASE_URL="mine"))
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"DATABASE_URL": None})
    await estate.create(ADDON, {"appId": app.id, "plan": "heroku-postgresql:essential-0", "attachmentName": "DATABASE"})
    await estate.delete(vars)
    assert list(await estate.by_hand("GET", f"/apps/{app.id}/config-vars")) == ["DATABASE_URL"]


async def test_what_is_kept_elsewhere_by_now_is_left_alone(estate: Estate, app: Resource) -> None:
    """A key that leaves the program because somebody else keeps it stays as it is, also when nothing else is left."""
    vars = await estate.create(CONFIG, declared(app, A="1", B="2"))
    kept: Values = {"appId": app.id, "vars": {"B": "2"}, "keptElsewhere": ["A", "KEY"]}
    vars = await estate.update(vars, kept)
    assert await estate.drift(vars) == {}
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "theirs"})
    assert await estate.drift(vars) == {}
    vars = await estate.update(vars, {"appId": app.id, "keptElsewhere": ["A", "B", "KEY"]})
    await estate.delete(vars)
    assert await estate.by_hand("GET", f"/apps/{app.id}/config-vars") == {"A": "theirs", "B": "2", "KEY": "canary"}
