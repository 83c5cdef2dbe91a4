"""Heroku's client: paging, conditional writes, errors with advice, and what it never repeats."""

from __future__ import annotations

import pytest

from infra.apis.heroku import Heroku, at, masked
from infra.apis.rest import Request
from infra.errors import ApiError, ConfirmationNeeded, Conflict, Rejected
from tests.apis.vendor import Vendor, reply


def test_paths_are_quoted() -> None:
    """What a user typed cannot leave its place in the path."""
    assert at("apps", "a/../b c", "addons") == "/apps/a%2F..%2Fb%20c/addons"


async def test_lists_are_followed_to_their_last_page() -> None:
    """2,000 elements on three pages come whole, and each page is asked for as Heroku says."""
    pages = [list(range(1000)), list(range(1000, 1999)), [1999]]
    vendor = Vendor(
        [
            reply(206, pages[0], Next_Range="id ]a..; max=1000"),
            reply(206, pages[1], Next_Range="id ]b..; max=1000"),
            reply(200, pages[2]),
        ]
    )
    assert await Heroku(vendor.rest()).list("/apps") == list(range(2000))
    assert [request.headers["range"] for request in vendor.seen] == [
        "id ..; max=1000",
        "id ]a..; max=1000",
        "id ]b..; max=1000",
    ]


async def test_requests_say_who_and_which_version() -> None:
    """Version 3, with a bearer token."""
    vendor = Vendor([reply(200, {})])
    await Heroku(vendor.rest()).get("/account")
    assert vendor.seen[0].headers["accept"] == "application/vnd.heroku+json; version=3"
    assert vendor.seen[0].headers["authorization"] == "Bearer HRKU-canary"


async def test_a_conditional_write_that_lost_is_a_conflict() -> None:
    """412 is told as such."""
    vendor = Vendor([reply(412, {"id": "precondition_failed", "message": "no"})])
    with pytest.raises(Conflict) as caught:
        await Heroku(vendor.rest()).patch("/apps/x/config-vars", {}, if_match='"a"')
    assert caught.value.status == 412
    assert vendor.seen[0].headers["if-match"] == '"a"'


async def test_deleting_what_is_gone_is_done() -> None:
    """404 of a delete is no error."""
    vendor = Vendor([reply(404, {"id": "not_found", "message": "gone"})])
    assert await Heroku(vendor.rest()).delete("/apps/x") is False


@pytest.mark.parametrize(
    ("status", "id", "message", "kind"),
    [
        (422, "invalid_params", "Name acme is already taken", Conflict),
        (422, "invalid_params", "Name is too short", Rejected),
        (423, "confirmation_required", "confirm", ConfirmationNeeded),
        (402, "delinquent", "pay", Rejected),
        (500, "internal", "oops", ApiError),
    ],
)
async def test_refusals_become_the_right_errors(status: int, id: str, message: str, kind: type[ApiError]) -> None:
    """The kind of an error follows status and message."""
    vendor = Vendor([reply(status, {"id": id, "message": message})])
    with pytest.raises(kind, match=message) as caught:
        await Heroku(vendor.rest()).post("/apps", {})
    assert type(caught.value) is kind


async def test_an_answer_that_is_not_json_is_still_an_error_with_its_status() -> None:
    """A proxy's page does not break the client."""
    vendor = Vendor([reply(403)])
    with pytest.raises(ApiError, match="HTTP 403"):
        await Heroku(vendor.rest()).get("/apps")


def test_messages_never_repeat_secrets_of_the_request() -> None:
    """A vendor that echoes a config var or a drain's address is not believed to know better."""
    config = Request("PATCH", "/apps/x/config-vars", {"KEY": "canary-value", "GONE": None})
    assert masked("KEY has invalid value canary-value", config) == "KEY has invalid value ***"
    drain = Request("POST", "/apps/x/log-drains", {"url": "https://u:p@logs.test"})
    assert masked("https://u:p@logs.test is taken", drain) == "*** is taken"
    addon = Request("POST", "/apps/x/addons", {"plan": "a:b", "config": {"pw": "canary"}})
    assert masked("a:b: canary", addon) == "a:b: ***"


async def test_scaling_skips_types_that_do_not_exist_yet() -> None:
    """Before a deploy a type is not there; the others are scaled all the same."""
    web = {"type": "web", "quantity": 1}
    vendor = Vendor(
        [
            reply(404, {"id": "not_found", "message": "Couldn't find that process type (worker)."}),
            reply(200, [web]),
            reply(200, [web]),
        ]
    )
    heroku = Heroku(vendor.rest())
    import asyncio

    scaled = await asyncio.gather(
        heroku.scale("x", {"type": "web", "quantity": 1}), heroku.scale("x", {"type": "worker", "quantity": 1})
    )
    assert list(scaled) == [web, None]
    assert [request.method for request in vendor.seen] == ["PATCH", "GET", "PATCH"]
