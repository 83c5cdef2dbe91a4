"""The fault switchboard, met through the vendors' clients."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from infra.localcloud.faults import Fault, fault_of
from tests.localcloud.in_process import LocalCloud


async def switch_on(cloud: LocalCloud, **fault: Any) -> str:
    """Switch one fault on; its id."""
    answer = await cloud.control.post("/faults", json=fault)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_rate_limit_for_some_requests(cloud: LocalCloud) -> None:
    """As many as were asked for, in each vendor's own words."""
    await switch_on(cloud, kind="rate_limit", vendor="heroku", count=2)
    statuses = [(await cloud.heroku.get("/account")).status_code for _ in range(3)]
    assert statuses == [429, 429, 200]
    await switch_on(cloud, kind="rate_limit", vendor="github", retry_after=7)
    answer = await cloud.github.get("/user")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "rate limit" in answer.json()["message"]


async def test_a_status_for_some_paths(cloud: LocalCloud) -> None:
    """Only where method and path fit; nothing is changed."""
    await switch_on(cloud, kind="status", status=503, method="POST", path="^/apps$")
    answer = await cloud.heroku.post("/apps", json={"name": "banking"})
    assert (answer.status_code, answer.json()["id"]) == (503, "unavailable")
    assert (await cloud.heroku.get("/apps")).json() == []


@pytest.mark.parametrize(("kind", "there"), [("drop_before", 404), ("drop_after", 200)])
async def test_a_dropped_connection(cloud: LocalCloud, kind: str, there: int) -> None:
    """Before the write, nothing happened; after it, everything did, yet the client cannot know."""
    await switch_on(cloud, kind=kind, count=1)
    with pytest.raises(httpx.ReadError):
        await cloud.heroku.post("/apps", json={"name": "banking"})
    assert (await cloud.heroku.get("/apps/banking")).status_code == there


async def test_slowness(cloud: LocalCloud) -> None:
    """The answer comes late, and is right."""
    await switch_on(cloud, kind="slow", milliseconds=30)
    answer = await cloud.heroku.get("/account")
    assert answer.status_code == 200
    assert cloud.store.requests()[-1]["milliseconds"] >= 30


async def test_faults_are_listed_and_switched_off(cloud: LocalCloud) -> None:
    """One by one or all at once; each says how many it met."""
    first = await switch_on(cloud, kind="status", status=500)
    await switch_on(cloud, kind="slow", milliseconds=1)
    await cloud.heroku.get("/account")
    listing = (await cloud.control.get("/faults")).json()
    assert [(one["kind"], one["met"]) for one in listing] == [("status", 1), ("slow", 1)]
    assert (await cloud.control.delete(f"/faults/{first}")).json() == {"switched_off": 1}
    assert (await cloud.heroku.get("/account")).status_code == 200
    assert (await cloud.control.delete("/faults")).json() == {"switched_off": 1}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "status", "status": 200},
        {"kind": "slow", "path": "("},
        {"colour": 1},
        {"kind": "slow", "skip": -1},
    ],
)
def test_impossible_faults_are_refused(fault: dict[str, Any]) -> None:
    """With a reason."""
    with pytest.raises((ValueError, TypeError, __import__("re").error)):
        fault_of(fault)


def test_a_fault_names_whom_it_meets() -> None:
    """Vendor, method and path must all fit."""
    fault = Fault("status", vendor="heroku", method="GET", path=r"^/apps/[^/]+$")
    assert fault.meets("heroku", "GET", "/apps/banking")
    assert not fault.meets("github", "GET", "/apps/banking")
    assert not fault.meets("heroku", "PATCH", "/apps/banking")
    assert not fault.meets("heroku", "GET", "/apps/banking/addons")


async def test_the_nth_request_waits_for_its_release(cloud: LocalCloud) -> None:
    """Earlier ones go by; whoever waits for the pause is told what arrived, and the answer comes with the release."""
    fault = await switch_on(cloud, kind="pause_before", method="POST", path="^/apps$", skip=1)
    assert (await cloud.heroku.post("/apps", json={"name": "first"})).status_code == 201
    waiting = asyncio.create_task(cloud.control.get(f"/faults/{fault}/met"))
    paused = asyncio.create_task(cloud.heroku.post("/apps", json={"name": "second"}))
    answer = await waiting
    assert (answer.status_code, answer.json()) == (200, {"met": [{"method": "POST", "path": "/apps"}]})
    assert (await cloud.heroku.get("/apps/second")).status_code == 404
    assert (await cloud.control.post(f"/faults/{fault}/release")).json() == {"released": "go_on"}
    assert (await paused).status_code == 201
    assert (await cloud.heroku.post("/apps", json={"name": "third"})).status_code == 201


@pytest.mark.parametrize(("kind", "there"), [("pause_before", 404), ("pause_after", 200)])
async def test_a_pause_can_end_in_a_drop(cloud: LocalCloud, kind: str, there: int) -> None:
    """As when the sender was killed before sending, or before it read the answer."""
    fault = await switch_on(cloud, kind=kind, method="POST")
    paused = asyncio.create_task(cloud.heroku.post("/apps", json={"name": "banking"}))
    assert (await cloud.control.get(f"/faults/{fault}/met", params={"times": 1})).status_code == 200
    assert (await cloud.heroku.get("/apps/banking")).status_code == there
    assert (await cloud.control.post(f"/faults/{fault}/release", json={"how": "drop"})).status_code == 200
    with pytest.raises(httpx.ReadError):
        await paused
    assert (await cloud.heroku.get("/apps/banking")).status_code == there


async def test_switching_a_pause_off_releases_it(cloud: LocalCloud) -> None:
    """Nothing waits for a fault that is gone, neither requests nor control clients."""
    fault = await switch_on(cloud, kind="pause_before")
    paused = asyncio.create_task(cloud.heroku.get("/account"))
    waiting = asyncio.create_task(cloud.control.get(f"/faults/{fault}/met", params={"times": 2}))
    await cloud.control.get(f"/faults/{fault}/met")
    await cloud.control.delete("/faults")
    assert (await paused).status_code == 200
    assert (await waiting).status_code == 408
    assert (await cloud.control.get(f"/faults/{fault}/met")).status_code == 404
    assert (await cloud.control.post(f"/faults/{fault}/release")).status_code == 404


async def test_waiting_for_a_fault_ends_in_time(cloud: LocalCloud) -> None:
    """408 with what was met so far; nonsense is refused."""
    fault = await switch_on(cloud, kind="slow", milliseconds=0)
    answer = await cloud.control.get(f"/faults/{fault}/met", params={"seconds": 0.01})
    assert (answer.status_code, answer.json()) == (408, {"met": []})
    assert (await cloud.control.get(f"/faults/{fault}/met", params={"times": "x"})).status_code == 400
    assert (await cloud.control.post(f"/faults/{fault}/release", json={"how": "fly"})).status_code == 400
    assert (await cloud.control.post(f"/faults/{fault}/release", json=[])).status_code == 400
