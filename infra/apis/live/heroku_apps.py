"""What each app's own lists say, as far as the budget goes; what cannot have changed is not asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.apis.heroku import at
from infra.apis.live.cache import Cache
from infra.apis.live.parts import CERTIFICATES, PARTS, Part
from infra.apis.live.plan import Read, plan_reads
from infra.apis.live.reader import FAILURES, BudgetSpent, Reader, page_name
from infra.apis.live.things import time_of
from infra.apis.live.wanted import Wanted
from infra.errors import TwelvefoldError

Row = Mapping[str, Any]
STAGES = ("test", "review")
PIPELINE_VARS = "pipeline-config-var"
SETTLED_SECONDS = 60.0
"""A release's time has whole seconds, and clocks differ: only an answer so much younger saw all of that second."""


@dataclass
class Told:
    """Answers by scope and kind of part, and why others are missing."""

    answers: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    dark: dict[tuple[str, str], TwelvefoldError] = field(default_factory=dict)


@dataclass(frozen=True)
class _Request:
    """One read of a part: of one object, of a whole list (``paged``), or of one page of it (``ranged``)."""

    read: Read
    path: str
    mark: str = ""
    paged: bool = True
    ranged: str = ""
    alike: str = ""

    @property
    def name(self) -> str:
        return page_name(self.path, self.ranged) if self.paged else self.path

    async def send(self, reader: Reader) -> Any:
        if self.ranged:
            return await reader.page(self.path, self.ranged, mark=self.mark)
        if not self.paged:
            return await reader.get(self.path, mark=self.mark)
        return await reader.list(self.path, mark=self.mark, alike=self.alike)


async def read_parts(
    reader: Reader, wanted: Wanted, apps: Mapping[str, Row], pipelines: Mapping[str, Row], max_age: float = 0.0
) -> Told:
    """Read every part of the apps (by declared name) and the pipelines' config vars that the budget allows.

    What was read no more than ``max_age`` seconds ago is not asked for, unless the app was released since.
    """
    told = Told()
    with_certificates = {one.scope for one in wanted.ids.values() if one.kind == "certificate"}
    pairs = [(name, part) for name in apps for part in PARTS if part is not CERTIFICATES or name in with_certificates]
    asked = [pair for pair in pairs if not _is_known_empty(told, wanted, apps[pair[0]], *pair)]
    requests = [_request(reader.cache, name, apps[name], part) for name, part in asked]
    open_requests = [one for one in requests if not _is_known(reader.cache, apps[one.read.scope], one, told, max_age)]
    await _send(reader, [*open_requests, *_of_pipelines(reader.cache, pipelines)], told)
    # A certificate that serves no domain does nothing: only what domains mention is looked up.
    seen = {scope for scope, kind in (*told.answers, *told.dark) if kind == CERTIFICATES.kind}
    more = [name for name in apps if name not in seen and _mentions_certificate(told, name)]
    await _send(reader, [_request(reader.cache, name, apps[name], CERTIFICATES) for name in more], told)
    return told


def _mentions_certificate(told: Told, name: str) -> bool:
    return any(row.get("sni_endpoint") for row in told.answers.get((name, "domain"), ()))


def _is_known_empty(told: Told, wanted: Wanted, app: Row, name: str, part: Part) -> bool:
    """Whether an app cannot have such a part, or nothing of it that matters."""
    updated, released = wanted.updated.get(name), time_of(app, "released_at")
    is_ours = part.kind == "release" and updated is not None and released is not None and released <= updated
    if part.of(app) and not is_ours:
        return False
    told.answers[name, part.kind] = []
    return True


def _is_known(cache: Cache, app: Row, request: _Request, told: Told, max_age: float) -> bool:
    """Whether what the cache has is true without asking, or young enough."""
    known = cache.entry(request.name)
    if known is None or request.read.stale:
        return False
    settled = request.read.kind in UNCHANGED_WITHOUT_RELEASE and _is_settled(cache, app, request.name)
    # A release may bring process types, drains and more.
    young = known.mark == request.mark and cache.now - known.at < max_age
    if not (settled or young):
        return False
    told.answers[request.read.scope, request.read.kind] = known.body
    if settled:
        cache.confirm(request.name)
    else:
        cache.believe(request.name)
    return True


async def _send(reader: Reader, requests: Sequence[_Request], told: Told) -> None:
    by_read = {request.read: request for request in requests}
    plan = plan_reads(by_read, reader.purse.left)
    told.dark |= {(read.scope, read.kind): BudgetSpent() for read in plan.later}
    await asyncio.gather(*(_answer(reader, by_read[read], told) for read in plan.now))


async def _answer(reader: Reader, request: _Request, told: Told) -> None:
    place = (request.read.scope, request.read.kind)
    try:
        told.answers[place] = await request.send(reader)
    except FAILURES as error:
        told.dark[place] = error


# Whatever changes these makes a release.
UNCHANGED_WITHOUT_RELEASE = frozenset({"config-var", "release"})


def _request(cache: Cache, name: str, app: Row, part: Part) -> _Request:
    mark, path = app.get("released_at") or "", part.path(app)
    known = cache.entry(page_name(path, part.ranged) if part.paged else path)
    stale = known is not None and part.kind in UNCHANGED_WITHOUT_RELEASE and known.mark != mark
    read = Read(name, part.kind, PARTS.index(part), last=known.at if known else 0.0, stale=stale)
    return _Request(read, path, mark, part.paged, part.ranged, part.alike)


def _is_settled(cache: Cache, app: Row, name: str) -> bool:
    """Whether the app was released last before that answer was read, and nothing can have changed without a release.

    A release phase that fails leaves the earlier release current, yet config vars changed. So an app whose code has
    such a phase, or may have, is always asked.
    """
    return _saw_release(cache, app, name) and _has_no_release_phase(cache, app)


def _saw_release(cache: Cache, app: Row, name: str) -> bool:
    known, released = cache.entry(name), time_of(app, "released_at")
    if known is None or released is None or known.mark != app["released_at"]:
        return False
    return known.at - released.timestamp() > SETTLED_SECONDS


def _has_no_release_phase(cache: Cache, app: Row) -> bool:
    name = page_name(at("apps", app["id"], "formation"))
    known = cache.entry(name)
    return known is not None and _saw_release(cache, app, name) and all(one["type"] != "release" for one in known.body)


def _of_pipelines(cache: Cache, pipelines: Mapping[str, Row]) -> list[_Request]:
    return [
        _Request(Read(f"{name}/{stage}", PIPELINE_VARS, 0, last=cache.read_at(path)), path, paged=False)
        for name, row in pipelines.items()
        for stage in STAGES
        for path in (at("pipelines", row["id"], "stage", stage, "config-vars"),)
    ]
