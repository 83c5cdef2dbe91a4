"""Lists of what lives inside something else: of one app, pipeline, space or team, or of all that the account sees."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound, Rejected, Unauthorized
from infra.providers.kit.fields import camel
from infra.providers.kit.resource import Lister, Listing
from infra.providers.kit.values import Values

Row = dict[str, Any]
# (what follows the parent in an import id, name) of what is inside it; None leaves a row out.
Pick = Callable[[Row], tuple[str, str] | None]
Inside = Callable[[Heroku, str], Awaitable[Listing]]
# Each parent costs a request, of which Heroku allows 4,500 an hour.
MOST = 300
AT_ONCE = 8


@dataclass(frozen=True)
class Parents:
    """Where things live: the account's list of it, the property that names one, and what it is called by there."""

    kind: str
    by: str
    key: str = "id"
    wanted: Callable[[Row], bool] = lambda _row: True

    async def found(self, heroku: Heroku, query: Values) -> list[tuple[str, str]]:
        """Each parent's key and name: the one that is asked for, or all; Rejected when that is too many."""
        if self.by in query:
            return [(str(query[self.by]), "")]
        rows = [row for row in await heroku.snapshot.list(f"/{self.kind}") if self.wanted(row)]
        if len(rows) > MOST:
            raise Rejected(
                f"the account sees {len(rows)} {self.kind}, and each would cost a request",
                todo=f"Ask for those of one by `{camel(self.by)}`.",
            )
        return [(str(row[self.key]), f"{row['name']}:") for row in rows]


APPS = Parents("apps", "app_id")
TEAMS_APPS = Parents("apps", "app_id", wanted=lambda app: app.get("team") is not None)
PIPELINES = Parents("pipelines", "pipeline_id")
SPACES = Parents("spaces", "space")
TEAMS = Parents("teams", "team", key="name")


def inside(parents: Parents, path: Callable[[str], str], pick: Pick) -> Lister[Heroku]:
    """Lists what ``pick`` takes of the list at ``path``, which it is told the parent of."""

    async def rows(heroku: Heroku, parent: str) -> Listing:
        picked = [pick(row) for row in await heroku.list(path(parent))]
        return [(f"{parent}:{id}", name) for id, name in filter(None, picked)]

    return gathered(parents, rows)


def of_apps(collection: str, pick: Pick) -> Lister[Heroku]:
    """Lists what ``pick`` takes of the apps' ``collection``."""
    return inside(APPS, lambda app: at("apps", app, collection), pick)


def gathered(parents: Parents, rows: Inside) -> Lister[Heroku]:
    """Lists what ``rows`` finds in each parent, a few of them at a time; what lies in a list of all has its name."""

    async def listed(heroku: Heroku, query: Values) -> Listing:
        slots = asyncio.Semaphore(AT_ONCE)
        found = await parents.found(heroku, query)

        async def one(key: str, prefix: str) -> Listing:
            async with slots:
                return [(id, f"{prefix}{name}") for id, name in await _seen(rows(heroku, key), bool(prefix))]

        return [row for part in await asyncio.gather(*(one(*parent) for parent in found)) for row in part]

    return Lister(listed, by=(parents.by,))


async def _seen(rows: Awaitable[Listing], is_one_of_many: bool) -> Listing:
    try:
        return await rows
    except (NotFound, Unauthorized) as hidden:
        # Of many, one may have gone meanwhile, or be one that the account may not look into.
        if not is_one_of_many or hidden.status == 401:
            raise
        return []
