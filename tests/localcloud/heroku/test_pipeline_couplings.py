"""Which app stands in which stage."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_an_app_is_in_one_pipeline(heroku: httpx.AsyncClient, banking: dict[str, Any]) -> None:
    """A second coupling is refused; the stage changes in place."""
    body = {"app": banking["staging"], "pipeline": banking["pipeline"], "stage": "production"}
    await refused(heroku.post("/pipeline-couplings", json=body), 422, "invalid_params", "already coupled")
    path = f"/pipeline-couplings/{banking['staging coupling']}"
    assert (await done(heroku.patch(path, json={"stage": "development"})))["stage"] == "development"
    await refused(heroku.patch(path, json={"stage": "moon"}), 422, "invalid_params", "development, staging")
    assert (await done(heroku.get(path)))["stage"] == "development"
    assert (await done(heroku.get("/apps/banking-staging/pipeline-couplings")))["id"] == banking["staging coupling"]
    for listing in (f"/pipelines/{banking['pipeline']}", "/users/~", ""):
        assert len(await done(heroku.get(f"{listing}/pipeline-couplings"))) == 2
    assert await done(heroku.get("/teams/practicalli-team/pipeline-couplings")) == []
    await done(heroku.delete(path))
    await refused(heroku.get("/apps/banking-staging/pipeline-couplings"), 404, "not_found")
