"""The REST client: what is repeated, what is waited for, what is shared, and what is never told."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from infra.apis.budget import Limits
from infra.apis.rest import AnswerLost, Rest
from infra.errors import ApiError, NotFound, RateLimited, Unauthorized, Unreachable
from tests.apis.vendor import Vendor, reply

BROKEN = httpx.ReadError("broken")
REFUSED = httpx.ConnectError("refused")


async def test_reads_are_repeated_after_server_errors() -> None:
    """A read survives two server errors."""
    vendor = Vendor([reply(502), reply(500), reply(200, {"ok": 1})])
    assert (await vendor.rest().get("/x")).body == {"ok": 1}
    assert len(vendor.slept) == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_repeatable_writes_survive_a_broken_connection(method: str) -> None:
    """What can be done twice is sent twice."""
    vendor = Vendor([BROKEN, reply(200, {})])
    await vendor.rest().write(method, "/x", {"a": 1})
    assert len(vendor.seen) == 2


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_write_whose_answer_is_lost_is_not_sent_again(method: str) -> None:
    """The caller hears that nobody knows what happened."""
    vendor = Vendor([BROKEN, reply(200, {})])
    with pytest.raises(AnswerLost, match=r"vendor\.test"):
        await vendor.rest().write(method, "/x", {"a": 1})
    assert len(vendor.seen) == 1


async def test_a_gateway_error_of_a_post_counts_as_a_lost_answer() -> None:
    """A gateway that gave up does not say whether the vendor acted."""
    with pytest.raises(AnswerLost):
        await Vendor([reply(504)]).rest().write("POST", "/x")


async def test_a_post_is_repeated_when_the_connection_could_not_be_opened() -> None:
    """Nothing was sent, so nothing can happen twice."""
    vendor = Vendor([REFUSED, reply(201, {"id": "1"})])
    assert (await vendor.rest().write("POST", "/x", {"a": 1})).body == {"id": "1"}


async def test_an_unreachable_host_is_named_with_what_to_do() -> None:
    """The person learns which host, and what to look at."""
    with pytest.raises(Unreachable, match=r"vendor\.test") as caught:
        await Vendor([REFUSED]).rest().get("/x")
    assert caught.value.todo


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
async def test_rate_limited_requests_wait_and_are_sent_whole(method: str) -> None:
    """After a 429 the same body is sent again, reads and writes alike."""
    vendor = Vendor([reply(429, {"id": "rate_limit"}, retry_after="7"), reply(200, {"ok": 1})])
    rest = vendor.rest()
    answer = await (rest.get("/x") if method == "GET" else rest.write(method, "/x", {"key": "value"}))
    assert answer.body == {"ok": 1}
    assert vendor.slept == [7.0]
    assert "waiting 7 s" in vendor.notices[0]
    if method != "GET":
        assert [json.loads(request.content) for request in vendor.seen] == [{"key": "value"}] * 2


async def test_the_reset_time_of_a_rate_limit_is_obeyed() -> None:
    """GitHub's way to say until when."""
    vendor = Vendor([reply(429, {}, x_ratelimit_remaining="0", x_ratelimit_reset="1030"), reply(200, {})])
    await vendor.rest().get("/x")
    assert vendor.slept == [30.0]


async def test_without_a_hint_the_wait_grows_and_ends() -> None:
    """Heroku gives no hint: wait longer each time, and give up at the end of patience."""
    vendor = Vendor([reply(429, {"id": "rate_limit"}, Request_Id="r-1")])
    with pytest.raises(RateLimited) as caught:
        await vendor.rest(Limits(patience=120)).get("/x")
    assert vendor.slept[0] < vendor.slept[-1]
    assert sum(vendor.slept) <= 120
    assert caught.value.request_id == "r-1"


async def test_while_one_waits_for_the_budget_the_others_hold_back() -> None:
    """A client that is rate limited does not go on asking."""
    vendor = Vendor([reply(429, {}, retry_after="5"), reply(200, {})])
    rest = vendor.rest(Limits(concurrency=1))
    await asyncio.gather(*(rest.get(f"/{n}") for n in range(5)))
    assert vendor.slept == [5.0]
    assert len(vendor.seen) == 6


async def test_concurrency_is_bounded() -> None:
    """Never more requests at once than the limits say."""
    vendor = Vendor([reply(200, {})])
    rest = vendor.rest(Limits(concurrency=3))
    await asyncio.gather(*(rest.get(f"/{n}") for n in range(20)))
    assert vendor.most_at_once == 3


async def test_equal_reads_at_the_same_time_are_one_request() -> None:
    """Ten readers of one thing, one request."""
    vendor = Vendor([reply(200, {"ok": 1})])
    rest = vendor.rest()
    answers = await asyncio.gather(*(rest.get("/x") for _ in range(10)))
    assert {json.dumps(answer.body) for answer in answers} == {'{"ok": 1}'}
    assert len(vendor.seen) == 1


async def test_a_read_after_a_write_never_shares_a_read_from_before_it() -> None:
    """What was asked before the write may show the past."""
    vendor = Vendor([reply(200, {})], held=asyncio.Event())
    rest = vendor.rest()
    early = asyncio.create_task(rest.get("/x"))
    await asyncio.sleep(0)
    write = asyncio.create_task(rest.write("PATCH", "/x", {}))
    await asyncio.sleep(0)
    late = asyncio.create_task(rest.get("/x"))
    await asyncio.sleep(0)
    assert vendor.held is not None
    vendor.held.set()
    await asyncio.gather(early, write, late)
    assert [request.method for request in vendor.seen].count("GET") == 2


async def test_one_reader_that_gives_up_does_not_disturb_the_other() -> None:
    """A cancelled reader leaves the shared request alone."""
    vendor = Vendor([reply(200, {"ok": 1})], held=asyncio.Event())
    rest = vendor.rest()
    one, other = asyncio.create_task(rest.get("/x")), asyncio.create_task(rest.get("/x"))
    await asyncio.sleep(0)
    one.cancel()
    assert vendor.held is not None
    vendor.held.set()
    assert (await other).body == {"ok": 1}


async def test_an_answer_to_a_condition_of_the_callers_own_is_not_remembered() -> None:
    """It says "not modified" and has no body: whoever asks so again hears just that again."""
    vendor = Vendor([httpx.Response(304, headers={"ETag": '"a"'}), httpx.Response(304, headers={"ETag": '"a"'})])
    rest = vendor.rest()
    for _ in range(2):
        assert (await rest.get("/x", headers={"If-None-Match": '"a"'})).status == 304


async def test_what_did_not_change_is_not_sent_again() -> None:
    """The second read is conditional, and a 304 answers what is known."""
    vendor = Vendor([reply(200, {"ok": 1}, ETag='"a"'), httpx.Response(304)])
    rest = vendor.rest()
    await rest.get("/x")
    assert (await rest.get("/x")).body == {"ok": 1}
    assert vendor.seen[1].headers["if-none-match"] == '"a"'


async def test_refusals_keep_status_id_and_request_id_but_no_secret() -> None:
    """An error tells what the vendor said, and nothing that was sent."""
    body = {"id": "not_found", "message": "Couldn't find that app."}
    vendor = Vendor([reply(404, body, Request_Id="r-9,other")])
    with pytest.raises(NotFound) as caught:
        await vendor.rest().write("PATCH", "/apps/x", {"KEY": "canary"})
    text = caught.value.text()
    assert "[HTTP 404, id not_found, request r-9]" in text
    assert "canary" not in text + repr(caught.value)


async def test_503_is_repeated_also_for_writes() -> None:
    """An API that is unavailable did nothing."""
    vendor = Vendor([reply(503), reply(201, {})])
    await vendor.rest().write("POST", "/x", {})
    assert len(vendor.seen) == 2


async def test_a_server_error_of_a_post_is_an_error_at_once() -> None:
    """A plain 500 of a write is told as it is."""
    vendor = Vendor([reply(500, {"id": "internal", "message": "oops"})])
    with pytest.raises(ApiError, match="oops"):
        await vendor.rest().write("POST", "/x")
    assert len(vendor.seen) == 1


async def test_a_missing_token_is_told_with_what_to_do() -> None:
    """401 says where a token is set."""
    vendor = Vendor([reply(401, {"id": "unauthorized", "message": "Invalid credentials provided."})])
    with pytest.raises(Unauthorized, match="HEROKU_API_KEY"):
        await vendor.rest().get("/account")


def test_requests_and_answers_hide_what_they_carry() -> None:
    """Neither a request nor an answer shows bodies or headers when it is printed."""
    from infra.apis.rest import Answer, Request

    shown = repr(Request("POST", "/x", {"a": "canary"}, {"Authorization": "canary"})) + repr(
        Answer(200, "canary", {"set-cookie": "canary"})
    )
    assert "canary" not in shown


async def test_the_environments_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go through it, but for hosts that it is not for."""
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "elsewhere.test")
        rest = Rest("http://vendor.test", vendor="Vendor", headers={})
        assert (await rest.get("/x")).body == {}
        other = Rest("http://elsewhere.test", vendor="Vendor", headers={}, limits=Limits(connect_attempts=1))
        with pytest.raises(Unreachable):
            await other.get("/x")
        await rest.aclose()
        await other.aclose()

    assert seen == [b"GET http://vendor.test/x HTTP/1.1\r\n"]
