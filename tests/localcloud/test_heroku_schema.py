"""The check against Heroku's hyper-schema: it must notice what is wrong, or it proves nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.contract.heroku_schema import all_links, links_for, validate_exchange
from tests.localcloud.heroku.steps import done, new_app
from tests.localcloud.in_process import LocalCloud


@pytest.fixture
async def app(cloud: LocalCloud) -> dict[str, Any]:
    """An app as the stand-in answers it."""
    body: dict[str, Any] = await new_app(cloud.heroku, "banking")
    return body


def test_the_whole_schema_is_read() -> None:
    """Every operation, with its list's sort keys."""
    assert len(all_links()) > 290
    assert links_for("GET", "/apps?x=1")[0].ranges == ("id", "name", "updated_at")
    assert [link.title for link in links_for("POST", "/apps/a/releases")] == ["Create", "Rollback"]
    assert links_for("GET", "/users/~/pipeline-couplings")[0].definition == "pipeline-coupling"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "not-a-uuid"}, "not a 'uuid'"),
        ({"created_at": "yesterday"}, "not a 'date-time'"),
        ({"name": 3}, "is not of type 'string'"),
        ({"owner": {"email": "x@example.com"}}, "'id' is a required property"),
        ({"region": None}, "is not of type 'object'"),
        ({"web_url": "ftp://x"}, "does not match"),
    ],
)
def test_wrong_answers_are_noticed(app: dict[str, Any], change: dict[str, Any], words: str) -> None:
    """Types, formats, patterns, and properties of inner objects."""
    validate_exchange("GET", "/apps/banking", None, 200, app)
    with pytest.raises(AssertionError, match=words):
        validate_exchange("GET", "/apps/banking", None, 200, {**app, **change})


def test_every_listed_property_is_demanded(app: dict[str, Any]) -> None:
    """Although Heroku's schema requires none of an app's."""
    for name in app:
        with pytest.raises(AssertionError, match="is a required property"):
            validate_exchange("GET", "/apps/banking", None, 200, {key: app[key] for key in app if key != name})


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/made/up", 200, {}),
        ("GET", "/apps/banking", 404, {"message": "no id"}),
        ("GET", "/apps/banking", 404, None),
        ("GET", "/apps/banking", 200, None),
        ("GET", "/apps", 200, {}),
        ("GET", "/apps/banking/config-vars", 200, {"A": 1}),
    ],
)
def test_wrong_exchanges_are_noticed(method: str, path: str, status: int, body: Any) -> None:
    """Unknown operations, error bodies, lists and maps."""
    with pytest.raises(AssertionError):
        validate_exchange(method, path, None, status, body)


def test_what_is_not_judged_passes() -> None:
    """Empty answers, and the stand-in's own 501."""
    validate_exchange("GET", "/apps/banking", None, 304, None)
    validate_exchange("DELETE", "/apps/banking/build-cache", None, 204, None)
    validate_exchange("GET", "/made/up", None, 501, {"id": "not_implemented"})


async def test_wrong_requests_are_noticed(cloud: LocalCloud) -> None:
    """A client that sends what Heroku's schema forbids fails its test, although the stand-in accepted it."""
    app = await new_app(cloud.heroku, "banking")
    pipeline = await done(cloud.heroku.post("/pipelines", json={"name": "banking"}))
    body = {"app": {"id": app["id"]}, "pipeline": {"id": pipeline["id"]}, "stage": "staging"}
    with pytest.raises(AssertionError, match="request"):
        await cloud.heroku.post("/pipeline-couplings", json=body)


async def test_ranges_of_lists_are_herokus(cloud: LocalCloud) -> None:
    """Where the schema names sort keys, the stand-in offers the same."""
    await new_app(cloud.heroku, "banking")
    for link in all_links():
        path = link.pattern.pattern.replace("[^/]+", "banking").replace("\\", "")
        if link.ranges and link.method == "GET" and path.count("/") <= 3:
            answer: httpx.Response = await cloud.heroku.get(path)
            if answer.status_code == 200 and link.definition != "build":
                assert answer.headers["Accept-Ranges"].split(", ") == list(link.ranges), path
