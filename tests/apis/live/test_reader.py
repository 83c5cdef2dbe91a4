"""Long lists: page after page, and again when nothing or only the end of them changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from infra.apis.heroku import headers, refusal
from infra.apis.live.cache import Cache
from infra.apis.live.plan import Purse
from infra.apis.live.reader import BudgetSpent, Reader
from infra.apis.rest import Rest

PAGE = 1000


@dataclass
class Lister(httpx.AsyncBaseTransport):
    """Answers one long list in pages, as Heroku does; ``mute`` leaves ``Next-Range`` out of a 304."""

    rows: list[dict[str, Any]]
    mute: bool = False
    statuses: list[int] = field(default_factory=list)
    remaining: int = 4500

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        start = request.headers["range"].split("..")[0].removeprefix("id ").strip().removeprefix("]")
        after = [row for row in self.rows if row["id"] > start]
        page, more = after[:PAGE], len(after) > PAGE
        data = json.dumps(page).encode()
        etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
        self.remaining -= 1
        answered = {"ETag": etag, "RateLimit-Remaining": str(self.remaining)}
        same = request.headers.get("if-none-match") == etag
        if more and not (same and self.mute):
            answered["Next-Range"] = f"id ]{page[-1]['id']}..; max={PAGE}"
        self.statuses.append(304 if same else 206 if more else 200)
        return httpx.Response(self.statuses[-1], content=b"" if same else data, headers=answered)


def rows(count: int) -> list[dict[str, Any]]:
    """So many elements, in order."""
    return [{"id": f"{number:06d}"} for number in range(count)]


def reader(lister: Lister, cache: Cache, **purse: Any) -> Reader:
    """A reader of that list."""
    rest = Rest("http://vendor.test", vendor="Heroku", headers=headers("x"), refusal=refusal, transport=lister)
    return Reader(rest, cache, Purse(**purse))


@pytest.mark.parametrize("mute", [False, True])
@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2000, 2500])
async def test_every_element_is_read_first_and_again(count: int, mute: bool) -> None:
    """The second time without any body, whatever a 304 says of the page that follows."""
    lister, cache = Lister(rows(count), mute), Cache()
    assert await reader(lister, cache).list("/addons") == rows(count)
    lister.statuses.clear()
    again = reader(lister, cache)
    assert await again.list("/addons") == rows(count)
    # After a full last page, a list that is told nothing has to look for one more.
    assert set(lister.statuses) <= {304, 200}
    assert again.rest.tally.received <= 2


@pytest.mark.parametrize("mute", [False, True])
async def test_a_list_that_grew_beyond_a_full_page_is_read_whole(mute: bool) -> None:
    """Its first page did not change, and still there is more."""
    lister, cache = Lister(rows(1000), mute), Cache()
    await reader(lister, cache).list("/addons")
    lister.rows = rows(1500)
    assert await reader(lister, cache).list("/addons") == rows(1500)


async def test_the_budget_is_kept_in_the_middle_of_a_list() -> None:
    """Half a list would tell what is missing wrongly, so there is none."""
    lister = Lister(rows(2500))
    with pytest.raises(BudgetSpent):
        await reader(lister, Cache(), limit=2).list("/addons")
    assert len(lister.statuses) == 2


async def test_others_of_the_account_may_spend_too() -> None:
    """What Heroku says that remains counts, not what we have sent."""
    lister = Lister(rows(2500), remaining=451)
    with pytest.raises(BudgetSpent):
        await reader(lister, Cache()).list("/addons")
    assert len(lister.statuses) == 1
