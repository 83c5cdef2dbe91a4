"""The headers of every answer, and what has not changed."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done


async def test_every_answer_has_herokus_headers(heroku: httpx.AsyncClient) -> None:
    """Request ids of both sides, budget, scopes, ETag."""
    answer = await heroku.get("/account", headers={"Request-Id": "mine-1,mine-2"})
    ids = answer.headers["Request-Id"].split(",")
    assert ids[:2] == ["mine-1", "mine-2"]
    assert len(ids[2]) == 36
    assert answer.headers["OAuth-Scope"] == "global"
    assert answer.headers["RateLimit-Remaining"] == "4499"
    refusal = await heroku.get("/apps/none")
    assert refusal.headers["Request-Id"]
    assert refusal.headers["RateLimit-Remaining"] == "4498"


async def test_unchanged_is_304(heroku: httpx.AsyncClient, app: str) -> None:
    """With the ETag of the last answer, and 200 once something changed."""
    tag = (await heroku.get(app)).headers["ETag"]
    same = await heroku.get(app, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    await done(heroku.patch(app, json={"maintenance": True}))
    assert (await heroku.get(app, headers={"If-None-Match": tag})).status_code == 200
