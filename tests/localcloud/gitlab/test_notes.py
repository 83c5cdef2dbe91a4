"""GitLab's half of the local cloud: who may say what on a merge request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from infra.localcloud import seed as seeds
from infra.localcloud.app import create_app
from infra.localcloud.store import Store
from tests.localcloud.in_process import BASE, Clock

SEED: dict[str, Any] = {
    "gitlab": {
        "users": [
            {"username": "dev", "token": "token-dev"},
            {"username": "boss", "token": "token-boss"},
            {"username": "guest", "token": "token-guest"},
            {"username": "stranger", "token": "token-stranger"},
            {"username": "reader", "token": "token-reader", "scopes": ["read_api"]},
        ],
        "projects": [
            {
                "path": "group/app",
                "members": {"dev": "developer", "boss": "maintainer", "guest": "guest", "reader": "developer"},
            },
            {"path": "group/open", "visibility": "public", "members": {"dev": "developer"}},
        ],
    }
}
REQUESTS = "/projects/group%2Fapp/merge_requests"
NOTES = f"{REQUESTS}/1/notes"
BRANCHES = {"title": "A change", "source_branch": "feature", "target_branch": "main"}


@pytest.fixture
async def lab() -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Clients by name, and one merge request in each project."""
    store = Store(None)
    seeds.seed(store, SEED, Clock()())
    transport = httpx.ASGITransport(app=create_app(store, clock=Clock()))

    def client(headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=transport, base_url=f"{BASE}/api/v4", headers=headers)

    names = [user["username"] for user in SEED["gitlab"]["users"]]
    clients = {name: client({"PRIVATE-TOKEN": f"token-{name}"}) for name in names}
    clients |= {"job": client({"JOB-TOKEN": "token-dev"}), "bearer": client({"Authorization": "Bearer token-dev"})}
    clients |= {"nobody": client({})}
    for project in ("group%2Fapp", "group%2Fopen"):
        assert (await clients["dev"].post(f"/projects/{project}/merge_requests", json=BRANCHES)).status_code == 201
    yield clients
    for one in clients.values():
        await one.aclose()


Lab = dict[str, httpx.AsyncClient]


async def test_a_note_from_beginning_to_end(lab: Lab) -> None:
    """Made, shown, changed, deleted."""
    made = await lab["dev"].post(NOTES, json={"body": "first"})
    assert (made.status_code, made.json()["author"]["username"], made.json()["system"]) == (201, "dev", False)
    address = f"{NOTES}/{made.json()['id']}"
    assert (await lab["dev"].put(address, json={"body": "second"})).json()["body"] == "second"
    assert (await lab["guest"].get(address)).json()["body"] == "second"
    assert (await lab["guest"].put(address, json={"body": "third"})).status_code == 403
    assert (await lab["boss"].delete(address)).status_code == 204
    assert (await lab["dev"].get(address)).json() == {"message": "404 Note Not Found"}


async def test_notes_are_paged_newest_first(lab: Lab) -> None:
    """Or oldest first, with the headers that lead on."""
    for number in range(5):
        await lab["dev"].post(NOTES, json={"body": str(number)})
    first = await lab["dev"].get(NOTES, params={"per_page": 2})
    assert [one["body"] for one in first.json()] == ["4", "3"]
    last = await lab["dev"].get(NOTES, params={"per_page": 2, "page": 3, "sort": "asc"})
    assert [one["body"] for one in last.json()] == ["4"]
    assert (first.headers["X-Next-Page"], last.headers["X-Next-Page"]) == ("2", "")
    assert (last.headers["X-Prev-Page"], last.headers["X-Total"], last.headers["X-Total-Pages"]) == ("2", "5", "3")
    assert 'rel="next"' in first.headers["Link"]
    again = await lab["dev"].get(NOTES, params={"per_page": 2}, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("who", "status"),
    [("dev", 201), ("guest", 201), ("bearer", 201), ("stranger", 404), ("reader", 403), ("job", 401), ("nobody", 401)],
)
async def test_who_may_write(lab: Lab, who: str, status: int) -> None:
    """Members with the scope api; a private project is not there for strangers, and a job's token opens nothing."""
    assert (await lab[who].post(NOTES, json={"body": "x"})).status_code == status


async def test_a_locked_discussion_is_for_members(lab: Lab) -> None:
    """In a public project strangers may write until then."""
    address = "/projects/group%2Fopen/merge_requests/1"
    assert (await lab["stranger"].post(f"{address}/notes", json={"body": "x"})).status_code == 201
    locked = await lab["dev"].put(address, json={"discussion_locked": True, "title": "Other", "state_event": "close"})
    assert (locked.json()["discussion_locked"], locked.json()["state"]) == (True, "closed")
    assert (await lab["stranger"].post(f"{address}/notes", json={"body": "x"})).status_code == 403
    assert (await lab["dev"].post(f"{address}/notes", json={"body": "x"})).status_code == 201
    assert (await lab["stranger"].put(address, json={"title": "x"})).status_code == 403
    assert (await lab["dev"].put(address, json={})).status_code == 400


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, {"error": "body is missing"}),
        ({"body": 1}, {"error": "body is invalid"}),
        ({"body": " "}, {"message": {"note": ["can't be blank"]}}),
        ({"body": "x" * 1_000_001}, {"message": {"note": ["is too long (maximum is 1000000 characters)"]}}),
    ],
)
async def test_what_is_no_note(lab: Lab, body: dict[str, Any], told: dict[str, Any]) -> None:
    """400, in the form that GitLab has for it."""
    refused = await lab["dev"].post(NOTES, json=body)
    assert (refused.status_code, refused.json()) == (400, told)


async def test_projects_are_found_by_path_and_number(lab: Lab) -> None:
    """Merge requests are listed by state; the rest is not served, and says so."""
    project = (await lab["dev"].get("/projects/group%2Fapp")).json()
    listed = await lab["dev"].get(f"/projects/{project['id']}/merge_requests", params={"state": "opened"})
    assert [one["title"] for one in listed.json()] == ["A change"]
    assert (await lab["dev"].get(f"{REQUESTS}/1")).json()["author"]["username"] == "dev"
    assert (await lab["dev"].get(f"{REQUESTS}/9")).status_code == 404
    assert (await lab["guest"].post(REQUESTS, json=BRANCHES)).status_code == 403
    assert (await lab["dev"].get("/projects/none")).json() == {"message": "404 Project Not Found"}
    assert (await lab["dev"].get("/user")).json()["username"] == "dev"
    unserved = await lab["dev"].get(f"{REQUESTS}/1/pipelines")
    assert (unserved.status_code, unserved.json()["message"]) == (
        501,
        "The local cloud does not serve GET /projects/group%2Fapp/merge_requests/1/pipelines",
    )


async def test_it_is_exported_reset_and_changed_by_hand(lab: Lab) -> None:
    """As the other vendors are: by natural names, back to the seed, and as a person in front of the site."""
    url = f"{BASE}/_cloud"
    call = {"vendor": "gitlab", "method": "POST", "path": NOTES, "body": {"body": "by hand"}, "as": "boss"}
    made = await lab["dev"].post(f"{url}/by-hand", json=call)
    assert (made.status_code, made.json()["author"]["username"]) == (201, "boss")
    export = (await lab["dev"].get(f"{url}/export", params={"normalized": "1"})).json()
    assert export["gitlab"]["group/app"]["!1 A change"] == {"state": "opened", "notes": ["by hand"]}
    await lab["dev"].post(f"{url}/reset")
    assert (await lab["dev"].get(REQUESTS)).json() == []


def test_the_default_seed_has_gitlab_where_there_is_a_token() -> None:
    """The repository's namesake, for the deployer and pat."""
    document = seeds.default_seed("o", "r", heroku="h", github="g", gitlab=seeds.gitlab_token())
    assert document["gitlab"]["projects"][0]["path"] == "o/r"
    assert seeds.default_seed("o", "r", heroku="h", github="g")["gitlab"] == {}
