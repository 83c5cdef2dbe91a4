"""Collaborators of apps and team apps."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import LocalCloud


async def test_collaborators(heroku: httpx.AsyncClient, pat: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Known people come in, unknown ones are invited, the owner stays."""
    path = f"{app}/collaborators"
    await done(heroku.post(path, json={"user": "pat@example.com", "silent": True}))
    assert [one["name"] for one in await done(pat.get("/users/~/apps"))] == ["banking-staging"]
    invited = await done(heroku.post(path, json={"user": "new@example.com"}))
    assert (await done(heroku.get(f"{path}/new@example.com")))["id"] == invited["id"]
    await refused(heroku.post(path, json={"user": "new@example.com"}), 422, "invalid_params", "already")
    await refused(heroku.post(path, json={"user": "nobody"}), 404, "not_found", "Couldn't find that user.")
    await refused(heroku.delete(f"{path}/deployer@example.com"), 422, "invalid_params", "owner")
    await done(heroku.delete(f"{path}/pat@example.com"))
    await refused(pat.get(app), 403, "forbidden")


async def test_team_collaborators_have_permissions(heroku: httpx.AsyncClient) -> None:
    """Their own routes, with permissions that always include viewing."""
    await done(heroku.post("/teams/apps", json={"name": "team-app", "team": "practicalli-team"}))
    path = "/teams/apps/team-app/collaborators"
    body = {"user": "new@example.com", "permissions": ["deploy"]}
    added = await done(heroku.post(path, json=body))
    assert ([one["name"] for one in added["permissions"]], added["role"]) == (["view", "deploy"], "collaborator")
    after = await done(heroku.patch(f"{path}/new@example.com", json={"permissions": ["operate"]}))
    assert [one["name"] for one in after["permissions"]] == ["view", "operate"]
    await refused(heroku.patch(f"{path}/new@example.com", json={"permissions": ["fly"]}), 422, "invalid_params")
    await done(heroku.get("/teams/permissions"))
    await done(heroku.delete(f"{path}/{added['id']}"))
    await refused(heroku.get(f"{path}/new@example.com"), 404, "not_found", "Couldn't find that user.")
