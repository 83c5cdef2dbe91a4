"""Limits that can be switched, and lists of thousands."""

from __future__ import annotations

from typing import Any

import httpx

from infra.localcloud.store import Store
from tests.localcloud.heroku.steps import POSTGRES, done, new_app, refused
from tests.localcloud.in_process import BASE, TEAM, LocalCloud


async def test_the_number_of_apps_can_be_limited(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Per account and team; settings are changed while it runs, and nonsense is refused."""
    answer = await cloud.control.patch("/settings", json={"heroku_app_limit": 1})
    assert answer.json()["heroku_app_limit"] == 1
    await new_app(heroku, "first")
    await refused(heroku.post("/apps", json={"name": "second"}), 422, "invalid_params", "limit of 1 apps")
    await done(heroku.post("/teams/apps", json={"name": "of-the-team", "team": TEAM}))
    await refused(heroku.post("/teams/apps", json={"team": TEAM}), 422, "invalid_params", "limit of 1 apps")
    await cloud.control.patch("/settings", json={"heroku_app_limit": None})
    await new_app(heroku, "second")
    wrong: list[dict[str, Any]] = [{"colour": 1}, {"heroku_app_limit": "x"}, {"provisioning_seconds": None}]
    for changes in [*wrong, {"provisioning_seconds": True}, {"provisioning_seconds": -1}]:
        assert (await cloud.control.patch("/settings", json=changes)).status_code == 400
    assert (await cloud.control.get("/settings")).json()["provisioning_seconds"] == 0.2


def multiply(store: Store, kind: str, count: int, **names: str) -> list[str]:
    """Copies of a kind's only document, each under an id (and names) of its own; all ids."""
    body = store.find(kind)[0]
    ids = [body["id"]]
    for number in range(1, count):
        id = f"00000000-0000-4000-8000-{number:012d}"
        fresh = {name: text.format(number=number) for name, text in names.items()}
        parent = body["app"]["id"] if "app" in body else ""
        store.put(kind, id, {**body, "id": id, **fresh}, parent=parent)
        ids.append(id)
    return ids


async def whole(cloud: LocalCloud, path: str) -> list[str]:
    """The ids of a list, page by page, in order; checking thousands against the schema would take too long."""
    ids: list[str] = []
    following = "id ..; max=1000;"
    async with httpx.AsyncClient(base_url=BASE, transport=cloud.transport, headers=cloud.heroku.headers) as client:
        while following:
            answer = await client.get(path, headers={"Range": following})
            assert answer.status_code in (200, 206)
            ids += [one["id"] for one in answer.json()]
            following = answer.headers.get("Next-Range", "")
    return ids


async def test_lists_of_two_thousand_are_whole(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """Apps, add-ons, attachments and couplings, read in bulk."""
    app = await done(heroku.post("/teams/apps", json={"name": "banking", "team": TEAM}))
    await done(heroku.post("/apps/banking/addons", json=POSTGRES), 202)
    pipeline = await done(heroku.post("/pipelines", json={"name": "banking"}))
    coupling = {"app": app["id"], "pipeline": pipeline["id"], "stage": "staging"}
    await done(heroku.post("/pipeline-couplings", json=coupling))
    count = 2000
    addons = multiply(cloud.store, "heroku.addon", count, name="postgresql-{number}")
    attachments = multiply(cloud.store, "heroku.attachment", count, name="DATABASE_{number}")
    couplings = multiply(cloud.store, "heroku.coupling", count)
    assert sorted(await whole(cloud, "/addons")) == sorted(addons)
    assert sorted(await whole(cloud, f"/teams/{TEAM}/addons")) == sorted(addons)
    assert sorted(await whole(cloud, "/addon-attachments")) == sorted(attachments)
    assert sorted(await whole(cloud, "/users/~/pipeline-couplings")) == sorted(couplings)


async def test_two_thousand_apps_are_read_in_bulk(cloud: LocalCloud, heroku: httpx.AsyncClient) -> None:
    """By list and by filter."""
    await done(heroku.post("/teams/apps", json={"name": "banking", "team": TEAM}))
    apps = multiply(cloud.store, "heroku.app", 2000, name="banking-{number}")
    assert (await whole(cloud, "/apps")) == sorted(apps)
    wanted = apps[500:600]
    answer = await heroku.post("/filters/apps", json={"in": {"id": wanted}}, headers={"Range": "id ..; max=1000;"})
    assert [one["id"] for one in answer.json()] == wanted
