"""What the account's own lists say at once: apps, add-ons, attachments, couplings and pipelines.

That something is not in such a list proves nothing, so what was recorded and is not in it is asked for alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from infra.apis.heroku import at
from infra.apis.live.reader import FAILURES, Reader
from infra.apis.live.wanted import Wanted
from infra.errors import NotFound, TwelvefoldError, Unauthorized, Unreachable
from infra.model.estate import Kind

Row = Mapping[str, Any]
LISTS = {
    "app": "/apps",
    "addon": "/addons",
    "attachment": "/addon-attachments",
    "coupling": "/pipeline-couplings",
    "pipeline": "/pipelines",
    "team": "/teams",
}
AT_FIRST = ("addon", "attachment", "coupling", "pipeline")
ALONE: dict[Kind, str] = {
    "addon": "addons",
    "attachment": "addon-attachments",
    "coupling": "pipeline-couplings",
}


@dataclass
class Lists:
    """Rows by kind and id; what of them could not be read is in ``dark``, by kind, or by kind and app."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict, repr=False)
    dark: dict[str, TwelvefoldError] = field(default_factory=dict)
    apps: dict[str, Row] = field(default_factory=dict, repr=False)
    """The wanted apps that are there, by declared name."""
    dark_apps: dict[str, TwelvefoldError] = field(default_factory=dict)
    """The wanted apps that could not be read, by declared name."""
    dark_teams: dict[str, TwelvefoldError] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Row]:
        """The rows of a kind, by id."""
        return self.rows.setdefault(kind, {})

    def grouped(self, kind: str, owner: str) -> dict[str, list[Row]]:
        """The rows of a kind by the id of their ``owner`` (app, addon, pipeline), oldest first."""
        groups: dict[str, list[Row]] = {}
        for row in sorted(self.of(kind).values(), key=lambda row: (row.get("created_at") or "", row["id"])):
            groups.setdefault(row[owner]["id"], []).append(row)
        return groups


async def read_lists(reader: Reader, wanted: Wanted) -> Lists:
    """Read the account's lists, then alone what was recorded and is not in them."""
    lists = Lists()
    # The first answer tells the budget; only then is more asked for.
    await _read(reader, lists, "app")
    await asyncio.gather(*(_read(reader, lists, kind) for kind in AT_FIRST))
    await asyncio.gather(*(_read_team(reader, lists, team) for team in wanted.teams))
    await _find_apps(reader, lists, wanted)
    await _look_for_absent(reader, lists, wanted)
    return lists


async def _read(reader: Reader, lists: Lists, kind: str) -> None:
    try:
        lists.of(kind).update({row["id"]: row for row in await reader.list(LISTS[kind])})
    except FAILURES as error:
        lists.dark[kind] = error


async def _read_team(reader: Reader, lists: Lists, team: str) -> None:
    try:
        rows = await reader.list(at("teams", team, "apps"))
    except FAILURES as error:
        lists.dark_teams[team] = error
        return
    # The account's own list tells more of an app than the team's.
    lists.rows["app"] = {**{row["id"]: row for row in rows}, **lists.of("app")}


async def _find_apps(reader: Reader, lists: Lists, wanted: Wanted) -> None:
    broken = lists.dark.get("app")
    if isinstance(broken, Unreachable | Unauthorized):
        # Asking for each of them alone would fail as often.
        lists.dark_apps = dict.fromkeys(wanted.apps, broken)
        return
    by_name = {row["name"]: row for row in lists.of("app").values()}
    await asyncio.gather(*(_find_app(reader, lists, by_name, name, id) for name, id in wanted.apps.items()))


async def _find_app(reader: Reader, lists: Lists, by_name: Mapping[str, Row], name: str, id: str) -> None:
    """By the recorded id, whatever its name is now; by the declared name when that id is gone or none is known."""
    for identity in filter(None, (id, name)):
        row = lists.of("app").get(identity) if identity == id else by_name.get(name)
        try:
            row = row or await reader.get(at("apps", identity))
        except NotFound:
            continue
        except FAILURES as error:
            lists.dark_apps[name] = error
            return
        lists.apps[name] = row
        lists.of("app").setdefault(row["id"], row)
        return


async def _look_for_absent(reader: Reader, lists: Lists, wanted: Wanted) -> None:
    scopes = frozenset(lists.apps)
    await asyncio.gather(
        *(
            _look_for(reader, lists, kind, id, found.scope)
            for kind in ALONE
            if kind not in lists.dark
            for id, found in wanted.ids_of(kind, scopes).items()
            if id not in lists.of(kind)
        ),
        *(_look_for_pipeline(reader, lists, name, id) for name, id in wanted.pipelines.items()),
    )
    await _look_for_coupled(reader, lists, wanted)
    if any(row["owner"]["type"] == "team" for row in wanted_pipelines(lists, wanted).values()):
        await _read(reader, lists, "team")


async def _look_for_coupled(reader: Reader, lists: Lists, wanted: Wanted) -> None:
    """Apps of a wanted pipeline that no list holds."""
    ours = {row["id"] for row in wanted_pipelines(lists, wanted).values()}
    ids = {row["app"]["id"] for row in lists.of("coupling").values() if row["pipeline"]["id"] in ours}
    await asyncio.gather(
        *(_add(lists, "app", f"app {id}", partial(reader.get, at("apps", id))) for id in ids - set(lists.of("app")))
    )


def wanted_pipelines(lists: Lists, wanted: Wanted) -> dict[str, Row]:
    """The wanted pipelines that are there, by declared name: by their id, or by name where none was recorded."""
    rows = lists.of("pipeline")
    by_name = {row["name"]: row for row in rows.values()}
    found = {name: rows.get(id) or by_name.get(name) for name, id in wanted.pipelines.items()}
    return {name: row for name, row in found.items() if row is not None}


async def _look_for(reader: Reader, lists: Lists, kind: Kind, id: str, scope: str) -> None:
    await _add(lists, kind, f"{kind} {scope}", partial(reader.get, at(ALONE[kind], id)))


async def _look_for_pipeline(reader: Reader, lists: Lists, name: str, id: str) -> None:
    known = lists.of("pipeline")
    if "pipeline" in lists.dark or id in known or any(row["name"] == name for row in known.values()):
        return
    await _add(lists, "pipeline", f"pipeline {name}", partial(reader.get, at("pipelines", id or name)))


async def _add(lists: Lists, kind: str, told: str, read: Callable[[], Awaitable[Any]]) -> None:
    try:
        row = await read()
    except NotFound:
        return
    except FAILURES as error:
        lists.dark[told] = error
        return
    lists.of(kind)[row["id"]] = row
