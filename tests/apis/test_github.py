"""The client of GitHub: addresses, paging, refusals with advice, both rate limits, redirects, the cache."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from infra.apis.budget import Limits
from infra.apis.github import Denied, GitHub, api_url, headers, is_limited_by_github, refusal
from infra.apis.live.cache import Cache
from infra.apis.rest import Answer, Rest
from infra.errors import ApiError, Conflict, NotFound, RateLimited, Rejected, Unauthorized
from tests.apis.vendor import Vendor, reply

URL = "http://vendor.test/api/v3"


@pytest.fixture
async def opened() -> AsyncIterator[list[GitHub]]:
    """Clients that are closed in the end."""
    clients: list[GitHub] = []
    yield clients
    for client in clients:
        await client.aclose()


def client(vendor: Vendor, opened: list[GitHub], cache: Cache | None = None, **limits: Any) -> GitHub:
    """A client of a scripted vendor."""
    rest = Rest(
        URL,
        vendor="GitHub",
        headers=headers("ghp_canary"),
        refusal=refusal,
        limited=is_limited_by_github,
        notice=vendor.notices.append,
        limits=Limits(**limits),
        transport=vendor,
        sleep=vendor.sleep,
        clock=lambda: vendor.now,
        wall_clock=lambda: 1000.0 + vendor.now,
    )
    opened.append(GitHub(rest, cache))
    return opened[-1]


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("", "https://api.github.com"),
        ("https://api.github.com/", "https://api.github.com"),
        ("https://github.com", "https://api.github.com"),
        ("https://git.example.com/", "https://git.example.com/api/v3"),
        ("https://git.example.com/api/v3", "https://git.example.com/api/v3"),
        ("https://api.octo.ghe.com", "https://api.octo.ghe.com"),
        ("http://127.0.0.1:4567/", "http://127.0.0.1:4567/api/v3"),
    ],
)
def test_the_api_is_found_by_any_of_its_names(address: str, url: str) -> None:
    """As GITHUB_BASE_URL, GITHUB_API_URL and GITHUB_SERVER_URL write them."""
    assert api_url(address) == url


async def test_lists_are_read_over_all_pages(opened: list[GitHub]) -> None:
    """By the Link header, 100 at a time, whatever host it names."""
    link = '<https://elsewhere.test/api/v3/repositories/1/hooks?page=2&per_page=100>; rel="next", <x>; rel="last"'
    vendor = Vendor([reply(200, [1, 2], link=link), reply(200, [3])])
    assert await client(vendor, opened).list("/repos/o/r/hooks") == [1, 2, 3]
    assert [str(one.url) for one in vendor.seen] == [
        f"{URL}/repos/o/r/hooks?per_page=100",
        f"{URL}/repositories/1/hooks?page=2&per_page=100",
    ]


async def test_lists_inside_of_an_answer(opened: list[GitHub]) -> None:
    """As those of secrets are."""
    vendor = Vendor([reply(200, {"total_count": 1, "secrets": [{"name": "A"}]})])
    found = await client(vendor, opened).list("/repos/o/r/actions/secrets?x=1", under="secrets", per_page=30)
    assert found == [{"name": "A"}]
    assert vendor.seen[0].url.query == b"x=1&per_page=30"


async def test_a_list_without_end_is_an_error(opened: list[GitHub]) -> None:
    """Rather than a part that looks like the whole."""
    vendor = Vendor([reply(200, [1], link=f'<{URL}/rows?page=2>; rel="next"')])
    with pytest.raises(ApiError, match="more than"):
        await client(vendor, opened).list("/rows")


async def test_a_redirect_is_followed_at_the_same_host_only(opened: list[GitHub]) -> None:
    """A renamed repository redirects; the token is never taken anywhere else."""
    vendor = Vendor([reply(301, {"message": "Moved"}, location=f"{URL}/repositories/7"), reply(200, {"id": 7})])
    assert await client(vendor, opened).get("/repos/o/old") == {"id": 7}
    vendor = Vendor([reply(307, None, location=f"{URL}/repositories/7"), reply(200, {"id": 7})])
    assert await client(vendor, opened).patch("/repos/o/old", {"x": 1}) == {"id": 7}
    assert vendor.seen[1].method == "PATCH"
    for location in ("https://evil.test/api/v3/x", f"{URL}.evil.test/x", ""):
        vendor = Vendor([reply(301, None, location=location)])
        with pytest.raises(ApiError, match="somewhere else"):
            await client(vendor, opened).get("/repos/o/old")
        assert len(vendor.seen) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (reply(401, {"message": "Bad credentials"}), Unauthorized, "GITHUB_TOKEN"),
        (
            reply(403, {"message": "No"}, x_accepted_github_permissions="issues=write; pull_requests=write"),
            Denied,
            "issues: write or pull_requests: write",
        ),
        (
            reply(404, {"message": "Not Found"}, x_accepted_oauth_scopes="admin:repo_hook", x_oauth_scopes="repo"),
            NotFound,
            "scope admin:repo_hook",
        ),
        (reply(404, {"message": "Not Found"}, x_accepted_oauth_scopes="repo", x_oauth_scopes="repo"), NotFound, ""),
        (reply(403, {"message": "SSO"}, x_github_sso="required; url=https://x"), Denied, "single sign-on"),
        (reply(410, {"message": "Issues are disabled"}), NotFound, ""),
        (reply(409, {"message": "Git Repository is empty."}), Conflict, ""),
        (reply(422, {"message": "Validation Failed", "errors": [{"code": "already_exists"}]}), Rejected, ""),
        (reply(422, {"message": "Validation Failed", "errors": ["Name must be unique"]}), Conflict, ""),
        (reply(451, {"message": "Blocked"}), Denied, ""),
        (reply(418), Rejected, ""),
    ],
)
async def test_a_refusal_says_what_to_do(
    opened: list[GitHub], answer: httpx.Response, kind: type[ApiError], told: str
) -> None:
    """With GitHub's own words, the place, and the permission that GitHub names."""
    with pytest.raises(kind) as caught:
        await client(Vendor([answer]), opened).get("/repos/o/r?page=1")
    assert told in caught.value.todo
    assert caught.value.where == "GET /repos/o/r"
    assert "canary" not in caught.value.text()
    if isinstance(caught.value, Denied):
        assert caught.value.needs in caught.value.todo or "single" in caught.value.todo


async def test_errors_of_a_validation_are_told(opened: list[GitHub]) -> None:
    """Each with its field, and GitHub's codes as the error's id."""
    body = {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing_field"}, "And this"]}
    with pytest.raises(Rejected) as caught:
        await client(Vendor([reply(422, body)]), opened).post("/repos/o/r/issues", {})
    assert caught.value.what == "Validation Failed: title missing_field: And this"
    assert caught.value.id == "missing_field"


@pytest.mark.parametrize(
    ("refused", "waited"),
    [
        (reply(403, {"message": "You have exceeded a secondary rate limit."}, retry_after="60"), 60),
        (reply(429, {"message": "Too many"}, retry_after="5"), 5),
        (reply(403, {"message": "x"}, x_ratelimit_remaining="0", x_ratelimit_reset="1030"), 30),
    ],
)
async def test_rate_limits_are_waited_for(opened: list[GitHub], refused: httpx.Response, waited: float) -> None:
    """The primary and the secondary one, both of which may come as 403; a write too was not carried out."""
    vendor = Vendor([refused, reply(201, {"id": 1})])
    assert await client(vendor, opened).post("/repos/o/r/issues", {"title": "x"}) == {"id": 1}
    assert vendor.slept == [waited]
    assert "waiting" in vendor.notices[0]


async def test_a_limit_without_any_header_is_waited_for_too(opened: list[GitHub]) -> None:
    """GitHub's words tell it."""
    vendor = Vendor([reply(403, {"message": "You have exceeded a secondary rate limit"}), reply(200, {})])
    await client(vendor, opened).get("/x")
    assert vendor.slept[0] > 0


async def test_patience_ends(opened: list[GitHub]) -> None:
    """An hour's wait is no wait."""
    vendor = Vendor([reply(403, {"message": "x"}, x_ratelimit_remaining="0", x_ratelimit_reset="9000")])
    with pytest.raises(RateLimited):
        await client(vendor, opened).get("/x")
    assert vendor.slept == []


def test_a_plain_403_is_no_limit() -> None:
    """Requests left, and no other sign."""
    assert not is_limited_by_github(Answer(403, {"message": "No"}, {"x-ratelimit-remaining": "12"}))
    assert not is_limited_by_github(Answer(404, {"message": "rate limit"}, {}))


async def test_what_did_not_change_since_the_last_run_is_not_read_again(opened: list[GitHub]) -> None:
    """Pages are kept with what follows them, so that a list of 304s is a whole list."""
    cache = Cache()
    following = f'<{URL}/rows?page=2>; rel="next"'
    first = Vendor([reply(200, [1], etag='"a"', link=following), reply(200, [2], etag='"b"')])
    assert await client(first, opened, cache).list("/rows") == [1, 2]
    second = Vendor([reply(304, None), reply(200, [3], etag='"c"')])
    assert await client(second, opened, cache).list("/rows") == [1, 3]
    assert [one.headers["if-none-match"] for one in second.seen] == ['"a"', '"b"']


async def test_the_first_of_a_long_list(opened: list[GitHub]) -> None:
    """No more pages than asked for, and fewer where there are fewer."""
    following = f'<{URL}/rows?page=2>; rel="next"'
    vendor = Vendor([reply(200, [1, 2], link=following), reply(200, [3], link=following), reply(200, [4])])
    assert await client(vendor, opened).first("/rows", pages=2) == [1, 2, 3]
    assert await client(vendor, opened).first("/rows", pages=2) == [4]


async def test_deleting_what_is_gone_is_done(opened: list[GitHub]) -> None:
    """404 in delete; and a missing thing can be asked for."""
    vendor = Vendor([reply(404, {"message": "Not Found"})])
    assert await client(vendor, opened).delete("/x") is False
    assert await client(vendor, opened).missing_to_none("/x") is None


async def test_without_a_token_there_is_no_authorization(opened: list[GitHub]) -> None:
    """Anybody may read what is public."""
    assert "Authorization" not in headers("")
    assert "ghp_canary" not in repr(client(Vendor([reply(200)]), opened))
