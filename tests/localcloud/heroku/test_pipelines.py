"""Pipelines, couplings, promotions, latest releases, review app settings."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_names_are_unique_per_owner(heroku: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    """Another owner may use the same name; a team is an owner too."""
    first = await done(heroku.post("/pipelines", json={"name": "banking"}))
    await refused(heroku.post("/pipelines", json={"name": "banking"}), 422, "invalid_params", "already taken")
    await done(pat.post("/pipelines", json={"name": "banking"}))
    team = await done(heroku.get("/teams/practicalli-team"))
    owned = await done(heroku.post("/pipelines", json={"name": "banking", "owner": {"id": team["id"], "type": "team"}}))
    assert owned["owner"] == {"id": team["id"], "type": "team"}
    assert {one["id"] for one in await done(heroku.get("/pipelines"))} == {first["id"], owned["id"]}
    await done(heroku.post("/pipelines", json={"name": "other"}))
    assert len(await done(heroku.get("/pipelines?eq[name]=banking"))) == 2
    assert await done(heroku.get("/pipelines?eq[name]=none")) == []
    await refused(pat.get(f"/pipelines/{first['id']}"), 403, "forbidden")
    assert (await done(pat.get(f"/pipelines/{owned['id']}")))["name"] == "banking"
    await refused(heroku.post("/pipelines", json={"name": "No Good"}), 422, "invalid_params", "must start")


async def test_a_pipeline_is_renamed_transferred_and_deleted(
    heroku: httpx.AsyncClient, banking: dict[str, Any]
) -> None:
    """Couplings go with it, apps stay."""
    path = f"/pipelines/{banking['pipeline']}"
    assert (await done(heroku.patch(path, json={"name": "banking-2"})))["name"] == "banking-2"
    assert (await done(heroku.get("/pipelines/banking-2")))["id"] == banking["pipeline"]
    team = await done(heroku.get("/teams/practicalli-team"))
    body = {"pipeline": {"id": banking["pipeline"]}, "new_owner": {"id": team["id"], "type": "team"}}
    assert (await done(heroku.post("/pipeline-transfers", json=body)))["new_owner"]["id"] == team["id"]
    assert (await done(heroku.get("/apps/banking-staging")))["team"]["id"] == team["id"]
    assert (await done(heroku.get(f"{path}/pipeline-stack")))["stack"]["name"] == "heroku-24"
    await done(heroku.delete(path))
    await refused(heroku.get(path), 404, "not_found", "Couldn't find that pipeline.")
    assert await done(heroku.get("/pipeline-couplings")) == []
    assert len(await done(heroku.get("/apps"))) == 2
