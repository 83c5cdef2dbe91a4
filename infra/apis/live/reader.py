"""Reads of one run: conditional on what the cache holds, within the budget; a failure is told as what stays dark."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from infra.apis.heroku import PAGE, Rows
from infra.apis.live.cache import Cache
from infra.apis.live.plan import Purse
from infra.apis.rest import Answer, Request, Rest
from infra.errors import ApiError, RateLimited, TwelvefoldError, Unauthorized, Unreachable

FIRST = f"id ..; max={PAGE}"
WIDTH = 48
"""Requests under way at once; Heroku bounds how many an account may send in an hour, not how many at a time."""
LEFT = "left for the next run: rate budget"


class BudgetSpent(TwelvefoldError):
    """The budget of this run does not allow another request."""

    def __init__(self) -> None:
        super().__init__(LEFT)


# What leaves something dark; anything else is a fault of ours.
FAILURES = (ApiError, Unreachable, BudgetSpent)


@dataclass
class Reader:
    """Sends the reads of one run to Heroku."""

    rest: Rest
    cache: Cache
    purse: Purse
    # A request is worded when it can be sent, with what the ones before it have brought.
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WIDTH), repr=False)

    async def get(self, path: str, *, mark: str = "") -> Any:
        """The body behind ``path``; ``mark`` is kept with it, to tell later whether it can have changed."""
        return (await self._read(path, path, {}, mark))[0]

    async def once(self, path: str) -> Any:
        """The body behind ``path``, which never changes: what was read once is not asked for again."""
        known = self.cache.get(path)
        return known[1] if known else await self.get(path)

    async def page(self, path: str, range: str, *, mark: str = "") -> Rows:
        """One page of the list at ``path``: ``version ..; order=desc, max=20``."""
        rows: Rows = (await self._read(page_name(path, range), path, {"Range": range}, mark))[0]
        return rows

    async def list(self, path: str, *, mark: str = "", alike: str = "") -> Rows:
        """Every element of the list at ``path``, over all its pages; ``alike`` names lists that often are the same."""
        found: Rows = []
        following = FIRST
        while following:
            headers = {"Range": following}
            rows, answer = await self._read(page_name(path, following), path, headers, mark, alike)
            found += rows
            following = _following(rows, answer)
        return found

    async def _read(
        self, name: str, path: str, headers: dict[str, str], mark: str, alike: str = ""
    ) -> tuple[Any, Answer]:
        async with self.turns:
            known = self.cache.get(name) or (self.cache.get(alike) if alike else None)
            if known:
                headers = {**headers, "If-None-Match": known[0]}
            answer = await self._send(Request("GET", path, headers=headers))
        if answer.status == 304 and known:
            self.cache.put(name, *known, mark=mark)
            return known[1], answer
        if "etag" in answer.headers:
            self.cache.put(name, answer.headers["etag"], answer.body, mark=mark)
            if alike and answer.by_content:
                self.cache.put(alike, answer.headers["etag"], answer.body)
        return answer.body, answer

    async def _send(self, request: Request) -> Answer:
        if not self.purse.take():
            raise BudgetSpent
        remaining = ""
        try:
            answer = await self.rest.send(request)
            remaining = answer.headers.get("ratelimit-remaining", "")
        finally:
            self.purse.answered(remaining)
        return answer


def page_name(path: str, range: str = "") -> str:
    """Under which name the cache keeps the page of a list, its first one if no ``range`` is said."""
    return f"{path} {range or FIRST}"


def _following(rows: Rows, answer: Answer) -> str:
    """The range of the page that follows; a full page that did not change may have got a follower since."""
    said = answer.headers.get("next-range", "")
    if said or len(rows) < PAGE or answer.status == 200:
        return said
    return f"id ]{rows[-1]['id']}..; max={PAGE}"


def why(error: TwelvefoldError) -> str:
    """Why something could not be read, in a few words."""
    if isinstance(error, RateLimited | BudgetSpent):
        return LEFT
    if isinstance(error, ApiError) and error.status:
        return f"{error.what} (HTTP {error.status})"
    return error.what


def lacking(error: TwelvefoldError, permission: str, scope: str) -> str:
    """What it would have taken to read it: a ``permission`` on the app, or a ``scope`` of the token."""
    if not isinstance(error, Unauthorized):
        return ""
    if error.status == 401:
        return "a valid Heroku token"
    return f"a token with scope {scope}" if "scope" in error.what.lower() else permission
