"""Config vars of pipelines."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import LocalCloud


async def test_pipelines_have_config_vars_for_review_and_test(heroku: httpx.AsyncClient) -> None:
    """And for no other stage."""
    pipeline = await done(heroku.post("/pipelines", json={"name": "banking"}))
    path = f"/pipelines/{pipeline['id']}/stage/review/config-vars"
    assert await done(heroku.patch(path, json={"A": "1", "B": "2"})) == {"A": "1", "B": "2"}
    assert await done(heroku.patch(path, json={"A": None})) == {"B": "2"}
    assert await done(heroku.get(path)) == {"B": "2"}
    assert await done(heroku.get(path.replace("review", "test"))) == {}
    await refused(heroku.get(path.replace("review", "staging")), 422, "invalid_params", "review and test")


async def test_a_stage_that_was_emptied_is_exported_as_an_untouched_one(cloud: LocalCloud) -> None:
    """Nothing is left of it."""
    pipeline = await done(cloud.heroku.post("/pipelines", json={"name": "banking"}))
    before = (await cloud.control.get("/export?normalized=1")).text
    path = f"/pipelines/{pipeline['id']}/stage/test/config-vars"
    await done(cloud.heroku.patch(path, json={"A": "1"}))
    assert (await cloud.control.get("/export?normalized=1")).text != before
    await done(cloud.heroku.patch(path, json={"A": None}))
    assert (await cloud.control.get("/export?normalized=1")).text == before
