"""If-Match."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done


async def test_a_lost_update_is_noticed(heroku: httpx.AsyncClient, app: str) -> None:
    """If-Match with the ETag that was read; a stale one is 412 and nothing changes."""
    path = f"{app}/config-vars"
    tag = (await heroku.get(path)).headers["ETag"]
    await done(heroku.patch(path, json={"A": "1"}, headers={"If-Match": tag}))
    answer = await heroku.patch(path, json={"A": "2"}, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert await done(heroku.get(path)) == {"A": "1"}
