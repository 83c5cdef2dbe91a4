"""Teams and their members."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_teams_and_members(heroku: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    """Admins manage members; the caller's role is told."""
    assert [(one["name"], one["role"]) for one in await done(pat.get("/teams"))] == [("practicalli-team", "member")]
    path = "/teams/practicalli-team/members"
    assert len(await done(pat.get(path))) == 2
    body = {"email": "new@example.com", "role": "member"}
    await refused(pat.put(path, json=body), 403, "forbidden")
    member = await done(heroku.put(path, json=body))
    assert (await done(heroku.patch(path, json={**body, "role": "admin"})))["role"] == "admin"
    await refused(heroku.post(path, json=body), 422, "invalid_params", "already a member")
    await refused(heroku.put(path, json={**body, "role": "king"}), 422, "invalid_params")
    await done(heroku.delete(f"{path}/{member['id']}"))
    await refused(heroku.get("/teams/none"), 404, "not_found")
    assert await done(heroku.get("/teams/practicalli-team/invitations")) == []
    await done(heroku.get("/teams/practicalli-team/available-generations"))
    feature = (await done(heroku.get("/teams/practicalli-team/features")))[0]
    assert await done(heroku.get(f"/teams/practicalli-team/features/{feature['name']}")) == feature
    await refused(heroku.get("/teams/practicalli-team/features/none"), 404, "not_found")
