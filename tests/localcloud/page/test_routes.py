"""The page over HTTP: headers, what changes when, and who may look."""

from __future__ import annotations

import httpx
import pytest

from infra.localcloud.faults import Fault
from tests.localcloud.heroku.steps import done
from tests.localcloud.page.estate import CANARY, Builder

FRAGMENT = "/_cloud/page/fragment"


async def test_the_page_allows_nothing_from_elsewhere(reader: httpx.AsyncClient) -> None:
    """The policy, no caching, no guessing of types."""
    answer = await reader.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "type"), [("page.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml")]
)
async def test_the_page_is_made_of_three_files(reader: httpx.AsyncClient, name: str, type: str) -> None:
    """Each with its type."""
    answer = await reader.get(f"/_cloud/page/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == type
    assert answer.content


@pytest.mark.parametrize("name", ["page.py", "routes.py", "..%2Froutes.py", "templates", ""])
async def test_no_other_file_is_served(reader: httpx.AsyncClient, name: str) -> None:
    """Least of all one of the program."""
    assert (await reader.get(f"/_cloud/page/{name}")).status_code in (401, 404)


@pytest.mark.parametrize("path", ["/", FRAGMENT, "/_cloud/page/page.css"])
async def test_another_host_is_refused(reader: httpx.AsyncClient, path: str) -> None:
    """A name that someone made resolve to this machine gets nothing to read."""
    answer = await reader.get(path, headers={"Host": "rebound.example.com"})
    assert answer.status_code == 403
    assert "<main" not in answer.text


async def test_the_fragment_comes_only_when_something_changed(builder: Builder, reader: httpx.AsyncClient) -> None:
    """304 until then."""
    first = await reader.get(FRAGMENT)
    assert first.text.startswith("<main")
    again = {"If-None-Match": first.headers["etag"]}
    assert (await reader.get(FRAGMENT, headers=again)).status_code == 304
    assert (await reader.get("/")).status_code == 200
    assert (await reader.get(FRAGMENT, headers=again)).status_code == 304
    await done(builder.heroku.post("/apps", json={"name": "banking-staging"}))
    changed = await reader.get(FRAGMENT, headers=again)
    assert changed.status_code == 200
    assert "banking-staging" in changed.text
    assert changed.headers["etag"] != first.headers["etag"]


async def test_the_page_and_its_fragment_have_one_version(builder: Builder, reader: httpx.AsyncClient) -> None:
    """What a fresh page names must not be sent again."""
    await done(builder.heroku.post("/apps", json={"name": "banking-staging"}))
    tag = (await reader.get(FRAGMENT)).headers["etag"]
    assert f"data-version={tag}" in (await reader.get("/")).text


async def test_a_fault_is_a_change_too(builder: Builder, reader: httpx.AsyncClient) -> None:
    """Switched on, met, and switched off."""
    board = builder.cloud.transport.app.state.cloud.faults  # type: ignore[attr-defined]
    tags = [(await reader.get(FRAGMENT)).headers["etag"]]
    board.switch_on(Fault("status", status=502))
    tags.append((await reader.get(FRAGMENT)).headers["etag"])
    board.meet("heroku", "GET", "/apps")
    tags.append((await reader.get(FRAGMENT)).headers["etag"])
    board.switch_off()
    tags.append((await reader.get(FRAGMENT)).headers["etag"])
    assert len(set(tags)) == 3
    assert tags[0] == tags[3]


async def test_what_is_due_is_done_before_it_is_shown(builder: Builder, reader: httpx.AsyncClient) -> None:
    """An add-on is provisioned in time though no client asks for anything."""
    await done(builder.heroku.post("/apps", json={"name": "banking-staging"}))
    await done(builder.heroku.post("/apps/banking-staging/addons", json={"plan": "heroku-redis:mini"}), 202)
    before = await reader.get(FRAGMENT)
    assert '<span class="state badge warn">provisioning</span>' in before.text
    builder.cloud.clock.pass_seconds(1)
    after = await reader.get(FRAGMENT, headers={"If-None-Match": before.headers["etag"]})
    assert '<span class="state">provisioned</span>' in after.text


async def test_looking_is_not_a_request_of_a_client(builder: Builder, reader: httpx.AsyncClient) -> None:
    """The page does not show itself."""
    for path in ("/", FRAGMENT, "/_cloud/page/page.css"):
        await reader.get(path)
    assert builder.cloud.store.requests() == []


async def test_holding_still(reader: httpx.AsyncClient) -> None:
    """The address that a browser without scripts finds in the page."""
    assert "http-equiv" in (await reader.get("/")).text
    assert "http-equiv" not in (await reader.get("/?still")).text


async def test_the_whole_estate_shows_no_secret(estate: Builder, reader: httpx.AsyncClient) -> None:
    """As it comes over the wire."""
    for path in ("/", FRAGMENT):
        answer = await reader.get(path)
        assert "banking-production" in answer.text
        assert CANARY not in answer.text
