"""What teams allow, whom they invite, and how they come and go."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import TEAM


async def test_a_team_allows_listed_services_only(heroku: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    """Once its controls are on; only admins say so."""
    team, app = f"/teams/{TEAM}", "/apps/banking"
    await done(heroku.post("/teams/apps", json={"name": "banking", "team": TEAM}))
    await refused(pat.patch(f"{team}/preferences", json={"addons-controls": True}), 403, "forbidden")
    await done(heroku.patch(f"{team}/preferences", json={"addons-controls": True}))
    await refused(heroku.post(f"{app}/addons", json={"plan": "scheduler"}), 403, "forbidden", "does not allow")
    services = f"{team}/allowed-addon-services"
    assert len(await done(heroku.post(services, json={"addon_service": "scheduler"}))) == 1
    await refused(heroku.post(services, json={"addon_service": "scheduler"}), 422, "invalid_params", "already")
    await refused(heroku.post(services, json={"addon_service": "made-up"}), 404, "not_found")
    await done(heroku.post(f"{app}/addons", json={"plan": "scheduler"}), 202)
    await done(heroku.delete(f"{services}/scheduler"))
    await refused(heroku.delete(f"{services}/scheduler"), 404, "not_found")


async def test_an_invited_person_becomes_a_member(heroku: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    """By accepting; nobody else can, and who is a member already is not invited."""
    path = f"/teams/{TEAM}/invitations"
    body = {"email": "pat@example.com", "role": "admin"}
    await refused(heroku.put(path, json=body), 422, "invalid_params", "already a member")
    await done(heroku.delete(f"/teams/{TEAM}/members/pat@example.com"))
    invitation = await done(heroku.put(path, json=body))
    assert (await done(heroku.put(path, json={**body, "role": "member"})))["id"] == invitation["id"]
    token = f"/teams/invitations/{invitation['id']}"
    await refused(heroku.post(f"{token}/accept"), 403, "forbidden", "somebody else")
    assert (await done(pat.post(f"{token}/accept")))["role"] == "member"
    await refused(pat.get(token), 404, "not_found")
    await refused(heroku.delete(f"{path}/{invitation['id']}"), 404, "not_found")


async def test_a_team_is_renamed_and_deleted(heroku: httpx.AsyncClient) -> None:
    """Its apps follow the name; it goes only when it owns nothing."""
    await done(heroku.post("/teams", json={"name": "ledger-team"}))
    await refused(heroku.post("/teams", json={"name": "ledger-team"}), 422, "invalid_params", "taken")
    await refused(heroku.post("/teams", json={"name": "-"}), 422, "invalid_params", "Name")
    await done(heroku.post("/teams/apps", json={"name": "banking", "team": "ledger-team"}))
    await done(heroku.patch("/teams/ledger-team", json={"name": "book-team"}))
    app = await done(heroku.get("/apps/banking"))
    assert (app["team"]["name"], app["owner"]["email"]) == ("book-team", "book-team@herokumanager.com")
    rights = await done(heroku.get("/teams/book-team/permissions"))
    assert [(one["name"], one["type"], len(one["users"])) for one in rights] == [("banking", "app", 1)]
    assert len(await done(heroku.get("/teams/book-team/members/deployer@example.com/apps"))) == 1
    await refused(heroku.delete("/teams/book-team"), 422, "invalid_params", "banking")
    await done(heroku.delete("/apps/banking"))
    await done(heroku.delete("/teams/book-team"))
    await refused(heroku.get("/teams/book-team"), 404, "not_found")
