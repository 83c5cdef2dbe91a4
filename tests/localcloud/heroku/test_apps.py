"""Apps: creation, names, changes, access, deletion, teams."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.heroku.steps import descriptions, done, new_app, refused
from tests.localcloud.in_process import LocalCloud


async def test_a_new_app_has_its_first_releases_domain_and_owner(heroku: httpx.AsyncClient) -> None:
    """What exists from an app's first moment."""
    app = await new_app(heroku, "banking-staging", region="eu", stack="heroku-22")
    assert app["region"]["name"] == "eu"
    assert app["build_stack"]["name"] == "heroku-22"
    assert app["web_url"].startswith("https://banking-staging-")
    assert await descriptions(heroku, "/apps/banking-staging") == ["Initial release", "Enable Logplex"]
    assert [one["role"] for one in await done(heroku.get(f"/apps/{app['id']}/collaborators"))] == ["owner"]
    domains = await done(heroku.get(f"/apps/{app['id']}/domains"))
    assert [f"https://{one['hostname']}/" for one in domains] == [app["web_url"]]
    assert await done(heroku.get(f"/apps/{app['id']}/config-vars")) == {}


async def test_an_app_without_a_name_gets_one(heroku: httpx.AsyncClient) -> None:
    """Heroku makes names up."""
    app = await done(heroku.post("/apps", json={}))
    assert len(app["name"].split("-")) == 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ab", "too short"),
        ("a" * 31, "too long"),
        ("Banking", "must start with a letter"),
        ("1banking", "must start with a letter"),
        ("banking-", "must start with a letter"),
        ("bank_ing", "must start with a letter"),
    ],
)
async def test_a_name_must_have_the_right_form(heroku: httpx.AsyncClient, name: str, words: str) -> None:
    """Bad names are refused in Heroku's words."""
    await refused(heroku.post("/apps", json={"name": name}), 422, "invalid_params", words)


async def test_names_are_taken_for_everybody(heroku: httpx.AsyncClient, pat: httpx.AsyncClient, app: str) -> None:
    """The namespace is global, whoever owns the app."""
    await refused(pat.post("/apps", json={"name": "banking-staging"}), 422, "invalid_params", "is already taken")
    await refused(heroku.post("/apps", json={"name": "banking-staging"}), 422, "invalid_params", "is already taken")


async def test_the_apps_of_others_are_closed(pat: httpx.AsyncClient, app: str) -> None:
    """Another's app answers 403, one that is not there 404, and lists leave it out."""
    await refused(pat.get(app), 403, "forbidden", "You do not have access to the app banking-staging")
    await refused(pat.get(f"{app}/config-vars"), 403, "forbidden")
    body = await refused(pat.get("/apps/no-such-app"), 404, "not_found", "Couldn't find that app.")
    assert body["resource"] == "app"
    assert await done(pat.get("/apps")) == []


async def test_maintenance_and_stack_change_in_place(heroku: httpx.AsyncClient, app: str) -> None:
    """The stack itself follows only with the next build."""
    after = await done(heroku.patch(app, json={"maintenance": True, "build_stack": "heroku-22"}))
    assert after["maintenance"] is True
    assert (after["build_stack"]["name"], after["stack"]["name"]) == ("heroku-22", "heroku-24")
    await refused(heroku.patch(app, json={"build_stack": "cedar-14"}), 422, "invalid_params", "not available")


async def test_a_renamed_app_is_renamed_everywhere(heroku: httpx.AsyncClient, app: str) -> None:
    """Its addresses and every mention of it follow; the old name is free again."""
    before = await done(heroku.get(app))
    await done(heroku.post(f"{app}/addons", json={"plan": "heroku-redis:mini"}), 202)
    after = await done(heroku.patch(app, json={"name": "banking-next"}))
    assert after["web_url"] == before["web_url"].replace("banking-staging", "banking-next")
    assert after["git_url"] == "https://git.heroku.com/banking-next.git"
    for path in ("addons", "addon-attachments", "releases", "domains", "collaborators"):
        for one in await done(heroku.get(f"/apps/banking-next/{path}")):
            assert one["app"] == {"id": before["id"], "name": "banking-next"}
    domains = await done(heroku.get("/apps/banking-next/domains"))
    assert f"https://{domains[0]['hostname']}/" == after["web_url"]
    await refused(heroku.get(app), 404, "not_found")
    await new_app(heroku, "banking-staging")


async def test_a_deleted_app_takes_everything_with_it(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Nothing that belonged to it is left in the store."""
    id = (await done(heroku.get(app)))["id"]
    await done(heroku.post(f"{app}/addons", json={"plan": "heroku-postgresql:essential-0"}), 202)
    cloud.clock.pass_seconds(1)
    await done(heroku.post(f"{app}/domains", json={"hostname": "www.example.com", "sni_endpoint": None}))
    pipeline = await done(heroku.post("/pipelines", json={"name": "banking"}))
    coupling = {"app": id, "pipeline": pipeline["id"], "stage": "staging"}
    await done(heroku.post("/pipeline-couplings", json=coupling))
    await done(heroku.delete(app))
    await refused(heroku.get(f"/apps/{id}"), 404, "not_found")
    assert await done(heroku.get("/addons")) == []
    assert await done(heroku.get("/addon-attachments")) == []
    assert await done(heroku.get("/pipeline-couplings")) == []
    assert all(cloud.store.find(kind, parent=id) == [] for kind in cloud.store.kinds())
    await new_app(heroku, "banking-staging")


async def test_a_collaborator_may_not_delete(heroku: httpx.AsyncClient, pat: httpx.AsyncClient, app: str) -> None:
    """Only the owner deletes or renames an app."""
    await done(heroku.post(f"{app}/collaborators", json={"user": "pat@example.com"}))
    await done(pat.patch(f"{app}/config-vars", json={"BY": "pat"}))
    await refused(pat.delete(app), 403, "forbidden")
    await refused(pat.patch(app, json={"name": "pats-own"}), 403, "forbidden")


async def test_a_team_app_is_seen_by_the_team(heroku: httpx.AsyncClient, pat: httpx.AsyncClient) -> None:
    """Members see it; it is billed to and owned by the team."""
    body = {"name": "team-app", "team": "practicalli-team", "region": "eu"}
    app = await done(heroku.post("/teams/apps", json=body))
    assert app["owner"]["email"] == "practicalli-team@herokumanager.com"
    assert (app["joined"], app["locked"]) == (True, False)
    seen = await done(pat.get("/teams/apps/team-app"))
    assert (seen["id"], seen["joined"]) == (app["id"], False)
    assert (await done(pat.get("/apps/team-app")))["team"]["name"] == "practicalli-team"
    assert [one["name"] for one in await done(pat.get("/teams/practicalli-team/apps"))] == ["team-app"]
    assert (await done(heroku.patch("/teams/apps/team-app", json={"locked": True})))["locked"] is True
    addon = await done(heroku.post("/apps/team-app/addons", json={"plan": "heroku-redis:mini"}), 202)
    assert addon["billing_entity"]["type"] == "team"
    assert len(await done(pat.get("/teams/practicalli-team/addons"))) == 1
    await refused(pat.delete("/apps/team-app"), 403, "forbidden")


async def test_an_app_can_move_to_a_team_and_back(heroku: httpx.AsyncClient, app: str) -> None:
    """The owner changes in place; nothing is re-created."""
    moved = await done(heroku.patch("/teams/apps/banking-staging", json={"owner": "practicalli-team"}))
    assert moved["team"]["name"] == "practicalli-team"
    back = await done(heroku.patch("/teams/apps/banking-staging", json={"owner": "deployer@example.com"}))
    assert (back["team"], back["owner"]["email"]) == (None, "deployer@example.com")


async def test_unknown_and_wrong_parameters_are_refused(heroku: httpx.AsyncClient) -> None:
    """The message names the parameter."""
    await refused(heroku.post("/apps", json={"nmae": "x"}), 400, "bad_request", "#/nmae")
    await refused(heroku.post("/apps", json={"name": 3}), 400, "bad_request", "#/name: is not of the type string")
    await refused(heroku.post("/apps", json=[1]), 400, "bad_request", "is not an object")
    await refused(heroku.post("/apps", content=b"{"), 400, "bad_request", "not JSON")
    await refused(heroku.post("/apps", json={"region": "mars"}), 422, "invalid_params", "mars")


async def test_apps_can_be_filtered_by_id(heroku: httpx.AsyncClient, app: str) -> None:
    """One request for many apps; unknown ids are left out."""
    id = (await done(heroku.get(app)))["id"]
    wanted = {"in": {"id": [id, "01234567-89ab-cdef-0123-456789abcdef"]}}
    assert [one["id"] for one in await done(heroku.post("/filters/apps", json=wanted))] == [id]
