"""Pipelines, couplings, their config vars, and the lookup of a pipeline, against the local cloud."""

from __future__ import annotations

import pytest

from infra.errors import Conflict, NotFound
from infra.providers.kit.values import Values, plain
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import APP, COUPLING, PIPELINE, PIPELINE_VARS


@pytest.fixture
async def pipeline(estate: Estate) -> Resource:
    """A pipeline."""
    return await estate.create(PIPELINE, {"name": "acme"})


async def test_a_pipeline_lives_and_is_renamed_in_place(estate: Estate, pipeline: Resource) -> None:
    """Create, refresh, rename, delete, gone."""
    assert await estate.drift(pipeline) == {}
    assert await estate.changes(pipeline, {"name": "acme-two"}) == {"name": "update"}
    renamed = await estate.update(pipeline, {"name": "acme-two"})
    assert (await estate.by_hand("GET", "/pipelines/acme-two"))["id"] == pipeline.id
    assert await estate.drift(renamed) == {}
    await estate.delete(renamed)
    assert await estate.refresh(renamed) is None
    await estate.delete(renamed)


async def test_a_pipeline_is_given_to_a_team_in_place(estate: Estate, pipeline: Resource) -> None:
    """The owner changes, the id stays."""
    team = await estate.by_hand("GET", "/teams/acme")
    wanted: Values = {"name": "acme", "owner": {"id": team["id"], "type": "team"}}
    assert set((await estate.changes(pipeline, wanted)).values()) == {"add"}
    given = await estate.update(pipeline, wanted)
    assert (await estate.by_hand("GET", "/pipelines/acme"))["owner"]["id"] == team["id"]
    assert await estate.drift(given) == {}


@pytest.mark.parametrize("by", ["name", "id"])
async def test_a_pipeline_is_imported(estate: Estate, pipeline: Resource, by: str) -> None:
    """A program that only names it sees no change."""
    imported = await estate.import_(PIPELINE, pipeline.id if by == "id" else "acme")
    assert imported is not None
    assert imported.id == pipeline.id
    assert await estate.changes(imported, {"name": "acme"}) == {}


async def test_a_taken_pipeline_says_how_to_import(estate: Estate, pipeline: Resource) -> None:
    """With the command."""
    with pytest.raises(Conflict, match="pulumi import heroku:pipeline/pipeline:Pipeline NAME acme"):
        await estate.create(PIPELINE, {"name": "acme"})


async def test_a_lost_pipeline_is_found_again(estate: Estate) -> None:
    """By its name."""
    estate.fault("drop_after", method="POST", path="^/pipelines$", count=1)
    made = await estate.create(PIPELINE, {"name": "acme"})
    assert [one["id"] for one in await estate.by_hand("GET", "/pipelines")] == [made.id]


async def test_a_pipeline_is_looked_up(estate: Estate, pipeline: Resource) -> None:
    """By name; a missing one says what to do."""
    results, _ = await estate.plugin.invoke("heroku:pipeline/getPipeline:getPipeline", {"name": "acme"})
    assert results["id"] == pipeline.id
    assert results["ownerType"] == "user"
    with pytest.raises(NotFound, match="Bring up the stack"):
        await estate.plugin.invoke("heroku:pipeline/getPipeline:getPipeline", {"name": "nowhere"})


async def test_an_app_changes_its_stage_in_place(estate: Estate, app: Resource, pipeline: Resource) -> None:
    """Coupled, promoted to another stage, seen when moved by hand, uncoupled."""
    wanted: Values = {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"}
    coupling = await estate.create(COUPLING, wanted)
    assert await estate.drift(coupling) == {}
    assert await estate.changes(coupling, {**wanted, "stage": "production"}) == {"stage": "update"}
    coupling = await estate.update(coupling, {**wanted, "stage": "production"})
    await estate.by_hand("PATCH", f"/pipeline-couplings/{coupling.id}", {"stage": "development"})
    assert await estate.drift(coupling) == {"stage": "update"}
    imported = await estate.import_(COUPLING, coupling.id)
    assert imported is not None
    assert imported.inputs == {**wanted, "stage": "development"}
    await estate.delete(coupling)
    assert await estate.refresh(coupling) is None
    await estate.delete(coupling)


async def test_couplings_of_one_pipeline_are_read_together(estate: Estate, app: Resource, pipeline: Resource) -> None:
    """Two apps, one request."""
    import asyncio

    other = await estate.create(APP, {"name": "acme-other", "region": "eu"})
    couplings = [
        await estate.create(COUPLING, {"appId": one.id, "pipeline": pipeline.id, "stage": "staging"})
        for one in (app, other)
    ]
    estate.forget_requests()
    await asyncio.gather(*(estate.refresh(coupling) for coupling in couplings))
    assert len(estate.wire.requests) == 1


async def test_an_app_that_is_coupled_already_says_how_to_import(
    estate: Estate, app: Resource, pipeline: Resource
) -> None:
    """An app is in one pipeline at most."""
    wanted: Values = {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"}
    coupling = await estate.create(COUPLING, wanted)
    with pytest.raises(Conflict, match=f"NAME {coupling.id}"):
        await estate.create(COUPLING, wanted)


async def test_a_lost_coupling_is_found_again(estate: Estate, app: Resource, pipeline: Resource) -> None:
    """By its app."""
    estate.fault("drop_after", method="POST", path="pipeline-couplings", count=1)
    coupling = await estate.create(COUPLING, {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"})
    assert (await estate.by_hand("GET", f"/apps/{app.id}/pipeline-couplings"))["id"] == coupling.id


async def test_what_is_kept_elsewhere_by_now_is_left_alone(estate: Estate, pipeline: Resource) -> None:
    """A key that leaves the program because somebody else keeps it stays as it is, also when the resource goes."""
    path = f"/pipelines/{pipeline.id}/stage/review/config-vars"
    base: Values = {"pipelineId": pipeline.id, "pipelineStage": "review"}
    vars = await estate.create(
        PIPELINE_VARS, {**base, "vars": {"A": "1", "B": "2"}, "sensitiveVars": {"KEY": "canary"}}
    )
    vars = await estate.update(vars, {**base, "vars": {"B": "2"}, "keptElsewhere": ["A", "KEY"]})
    assert await estate.drift(vars) == {}
    await estate.by_hand("PATCH", path, {"A": "theirs"})
    assert await estate.drift(vars) == {}
    vars = await estate.update(vars, {**base, "keptElsewhere": ["A", "B", "KEY"]})
    await estate.delete(vars)
    assert await estate.by_hand("GET", path) == {"A": "theirs", "B": "2", "KEY": "canary"}


async def test_config_vars_of_a_stage(estate: Estate, pipeline: Resource) -> None:
    """Own keys only: set, changed, seen, imported, removed."""
    path = f"/pipelines/{pipeline.id}/stage/review/config-vars"
    await estate.by_hand("PATCH", path, {"THEIRS": "x"})
    base: Values = {"pipelineId": pipeline.id, "pipelineStage": "review"}
    vars = await estate.create(PIPELINE_VARS, {**base, "vars": {"A": "1"}, "sensitiveVars": {"KEY": "canary"}})
    assert vars.id == f"{pipeline.id}:review"
    assert await estate.drift(vars) == {}
    vars = await estate.update(vars, {**base, "vars": {"A": "2", "B": "3"}})
    assert await estate.by_hand("GET", path) == {"THEIRS": "x", "A": "2", "B": "3"}
    await estate.by_hand("PATCH", path, {"A": "by hand"})
    assert await estate.drift(vars) == {"vars.A": "update"}
    with pytest.raises(Conflict, match="somebody changed A"):
        await estate.update(vars, {**base, "vars": {"A": "9", "B": "3"}})
    imported = await estate.import_(PIPELINE_VARS, "acme:review:B")
    assert imported is not None
    assert plain(imported.inputs) == {**base, "sensitiveVars": {"B": "3"}}
    await estate.delete(vars)
    assert await estate.by_hand("GET", path) == {"THEIRS": "x"}
    await estate.delete(pipeline)
    assert await estate.refresh(vars) is None
    await estate.delete(vars)
