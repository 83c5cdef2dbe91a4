"""Look at what is live at the vendors, for all stacks that say the same at their doors, and ask who changed it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import httpx

from infra.apis.budget import Limits, Notice
from infra.apis.connection import connect_heroku
from infra.apis.github import GitHub, connect_github
from infra.apis.heroku import Heroku
from infra.apis.live.cache import Cache, cache_file
from infra.apis.live.github import WantedRepositories, read_github
from infra.apis.live.github_history import github_causes
from infra.apis.live.heroku import read_heroku
from infra.apis.live.history import Differing, causes, releases_by_hand
from infra.apis.live.reader import WIDTH
from infra.apis.live.wanted import Wanted
from infra.engine.state import FOLDER
from infra.errors import TwelvefoldError
from infra.model.estate import Cause, Estate, Subject, Unreadable, Vendor
from infra.model.fingerprint import Fingerprints
from infra.model.recorded import Update
from infra.workflows.vendors import Credentials

Client = TypeVar("Client")
AT_GITHUB = 24
"""Requests at once: a quarter of what GitHub allows."""
NO_TOKEN = "set GITHUB_TOKEN, or github:token as a secret"  # noqa: S105 - no token


@dataclass(frozen=True)
class Question:
    """What to look at."""

    heroku: Wanted
    github: WantedRepositories
    max_age: float = 0.0
    """What was read of an app no more than so many seconds ago is believed."""


@dataclass
class Vendors:
    """Open connections to the vendors of one group of stacks; what could not be opened says why."""

    heroku: Heroku | TwelvefoldError
    github: GitHub | TwelvefoldError
    caches: Mapping[Vendor, Cache]
    fingerprints: Fingerprints = field(repr=False)

    async def read(self, question: Question) -> Estate:
        """Everything that is live of what is asked for; the rest is said to be unreadable."""
        found = await asyncio.gather(self._read_heroku(question), self._read_github(question.github))
        return found[0].merged(found[1])

    async def _read_heroku(self, question: Question) -> Estate:
        wanted = question.heroku
        if not (wanted.apps or wanted.pipelines):
            return Estate("live")
        if isinstance(self.heroku, TwelvefoldError):
            dark = _dark("heroku", "app", wanted.apps, self.heroku.what, self.heroku.todo)
            return dark.merged(_dark("heroku", "pipeline", wanted.pipelines, self.heroku.what, self.heroku.todo))
        return await read_heroku(self.heroku, wanted, cache=self.caches["heroku"], max_age=question.max_age)

    async def _read_github(self, wanted: WantedRepositories) -> Estate:
        if not wanted.repositories:
            return Estate("live")
        if isinstance(self.github, TwelvefoldError):
            return _dark("github", "repository", wanted.repositories, self.github.what, self.github.todo)
        return await read_github(self.github, wanted)

    async def causes(
        self,
        live: Estate,
        recorded: Estate,
        subjects: Iterable[Subject],
        since: datetime | None,
        open: Mapping[Subject, frozenset[str]] = MappingProxyType({}),
    ) -> Mapping[Subject, Cause]:
        """Who changed what was found to differ, when and how, where somebody can tell; gone ones since then.

        ``open`` holds values that may be told in clear.
        """
        asked = list(dict.fromkeys(subjects))
        found = [
            Differing(one, live.things.get(one), recorded.things.get(one), open.get(one, frozenset())) for one in asked
        ]
        told: dict[Subject, Cause] = {}
        if isinstance(self.heroku, Heroku) and any(one.vendor == "heroku" for one in asked):
            cache = self.caches["heroku"]
            told |= await causes(self.heroku, live, found, self.fingerprints, cache=cache, since=since)
        if isinstance(self.github, GitHub):
            hub = {one: live.things.get(one) for one in asked if one.vendor == "github"}
            ids = {one: thing.id for one, thing in recorded.things.items() if one in hub}
            told |= await github_causes(self.github, hub, since, ids) if hub else {}
        return told

    async def releases_by_hand(self, live: Estate, updates: Mapping[str, Iterable[Update]]) -> Mapping[Subject, Cause]:
        """The releases that none of our ``updates`` (by app) made; none are told where we cannot say who we are."""
        if isinstance(self.heroku, TwelvefoldError) or not any(one.kind == "release" for one in live.things):
            return {}
        try:
            account = str((await self.heroku.get("/account"))["email"])
        except TwelvefoldError:
            return {}
        return releases_by_hand(live, updates, account)

    @property
    def believed_since(self) -> float | None:
        """When the oldest of the answers was read that were believed without asking, in seconds since 1970."""
        return self.caches["heroku"].believed_since

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        clients = [one for one in (self.heroku, self.github) if not isinstance(one, TwelvefoldError)]
        return sum(client.rest.tally.requests for client in clients)


@asynccontextmanager
async def open_vendors(
    project: Path,
    said: Credentials,
    fingerprints: Fingerprints,
    *,
    notice: Notice = lambda _text: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Vendors]:
    """Clients for both vendors, with what they remember from earlier runs; closed, and remembered, at the end."""
    folder, limits = project / FOLDER, Limits(concurrency=WIDTH)
    heroku = _opened(lambda: connect_heroku(said.heroku, notice=notice, transport=transport, limits=limits))
    files = {
        "heroku": (said.heroku.get("url", ""), said.heroku.get("api_key", "")),
        "github": (said.github_address, said.github_token),
    }
    caches: dict[Vendor, Cache] = {
        "heroku": Cache(cache_file(folder, "heroku", *files["heroku"], fingerprints.key), fingerprints.key),
        "github": Cache(cache_file(folder, "github", *files["github"], fingerprints.key), fingerprints.key),
    }

    def open_github() -> GitHub:
        if not said.github_token:
            raise TwelvefoldError("there is no token for GitHub", todo=NO_TOKEN)
        return connect_github(
            said.github_token,
            said.github_address,
            cache=caches["github"],
            notice=notice,
            transport=transport,
            limits=Limits(concurrency=AT_GITHUB),
        )

    vendors = Vendors(heroku, _opened(open_github), caches, fingerprints)
    try:
        yield vendors
    finally:
        for client in (vendors.heroku, vendors.github):
            if not isinstance(client, TwelvefoldError):
                await client.aclose()
        for cache in caches.values():
            cache.save()


def _opened(make: Callable[[], Client]) -> Client | TwelvefoldError:
    try:
        return make()
    except TwelvefoldError as error:
        return error


def _dark(vendor: Vendor, kind: str, scopes: Iterable[str], why: str, needs: str) -> Estate:
    return Estate("live", {}, tuple(Unreadable(vendor, kind, scope, why, needs) for scope in scopes))
