"""The client of GitLab: tokens, paging, refusals with advice."""

from __future__ import annotations

from typing import Any

import pytest

from infra.apis.budget import Limits
from infra.apis.gitlab import GitLab, connect_gitlab, headers
from infra.errors import ApiError, NotFound, Rejected, Unauthorized
from tests.apis.vendor import Vendor, reply


def client(vendor: Vendor) -> GitLab:
    """A client of a scripted vendor."""
    limits = Limits(attempts=1, patience=1.0)
    return connect_gitlab("glpat-canary", "http://gitlab.test/api/v4/", transport=vendor, limits=limits)


async def test_lists_are_read_over_all_pages() -> None:
    """By X-Next-Page, 100 at a time."""
    vendor = Vendor([reply(200, [1], x_next_page="2"), reply(200, [2], x_next_page="")])
    opened = client(vendor)
    assert await opened.list("/rows", sort="asc") == [1, 2]
    assert [str(one.url.query, "ascii") for one in vendor.seen] == [
        "sort=asc&per_page=100&page=1",
        "sort=asc&per_page=100&page=2",
    ]
    assert vendor.seen[0].headers["private-token"] == "glpat-canary"
    await opened.aclose()


async def test_a_list_without_end_is_an_error() -> None:
    """Rather than a part that looks like the whole."""
    opened = client(Vendor([reply(200, [1], x_next_page="2")]))
    with pytest.raises(ApiError, match="more than"):
        await opened.list("/rows")
    await opened.aclose()


def test_a_jobs_token_has_its_own_header() -> None:
    """GitLab takes it nowhere else."""
    assert headers("x", job=True)["JOB-TOKEN"] == "x"
    assert "PRIVATE-TOKEN" not in headers("x", job=True)


@pytest.mark.parametrize(
    ("status", "body", "kind", "what"),
    [
        (401, {"message": "401 Unauthorized"}, Unauthorized, "Unauthorized"),
        (403, {"error": "insufficient_scope", "error_description": "More is needed."}, Unauthorized, "More is needed."),
        (404, {"message": "404 Project Not Found"}, NotFound, "Project Not Found"),
        (400, {"message": {"note": ["can't be blank", "is odd"]}}, Rejected, "note can't be blank, is odd"),
        (400, {"error": "body is missing"}, Rejected, "body is missing"),
        (400, None, Rejected, "GitLab gave no reason"),
    ],
)
async def test_a_refusal_says_what_gitlab_said(status: int, body: Any, kind: type[ApiError], what: str) -> None:
    """In each of its forms, and never the token."""
    opened = client(Vendor([reply(status, body, x_request_id="r1")]))
    with pytest.raises(kind) as caught:
        await opened.post("/projects/1/merge_requests/1/notes", {"body": "x"})
    assert (caught.value.what, caught.value.request_id) == (what, "r1")
    assert "canary" not in caught.value.text()
    await opened.aclose()


async def test_deleting_what_is_gone_is_done() -> None:
    """404 in delete."""
    opened = client(Vendor([reply(404, {"message": "404 Not found"})]))
    assert await opened.delete("/x") is False
    await opened.aclose()
