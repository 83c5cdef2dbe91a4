"""Config vars of pipelines."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_pipelines_have_config_vars_for_review_and_test(heroku: httpx.AsyncClient) -> None:
    """And for no other stage."""
    pipeline = await done(heroku.post("/pipelines", json={"name": "banking"}))
    path = f"/pipelines/{pipeline['id']}/stage/review/config-vars"
    assert await done(heroku.patch(path, json={"A": "1", "B": "2"})) == {"A": "1", "B": "2"}
    assert await done(heroku.patch(path, json={"A": None})) == {"B": "2"}
    assert await done(heroku.get(path)) == {"B": "2"}
    assert await done(heroku.get(path.replace("review", "test"))) == {}
    await refused(heroku.get(path.replace("review", "staging")), 422, "invalid_params", "review and test")
