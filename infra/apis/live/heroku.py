"""What is live on Heroku, as an estate: also what no code declares, with its owner, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infra.apis.heroku import Heroku
from infra.apis.live import things
from infra.apis.live.cache import Cache
from infra.apis.live.heroku_apps import PIPELINE_VARS, STAGES, Told, read_parts
from infra.apis.live.lists import Lists, read_lists, wanted_pipelines
from infra.apis.live.owners import Owners
from infra.apis.live.parts import PARTS, team_of
from infra.apis.live.plan import RESERVE, Purse
from infra.apis.live.reader import Reader, lacking, why
from infra.apis.live.things import Found
from infra.apis.live.wanted import Wanted
from infra.errors import TwelvefoldError
from infra.model.estate import Estate, Hidden, Thing, Unreadable

Row = Mapping[str, Any]


async def read_heroku(
    client: Heroku,
    wanted: Wanted,
    *,
    cache: Cache | None = None,
    reserve: int = RESERVE,
    limit: int | None = None,
    max_age: float = 0.0,
) -> Estate:
    """Everything of the wanted apps and pipelines, and the apps beside them that nobody named.

    Sends at most ``limit`` requests, and leaves ``reserve`` of the account's budget to others; what does not fit is
    ``Unreadable``, and comes first in the next run that is given the same ``cache``. Parts of an app that were read no
    more than ``max_age`` seconds ago are taken from there.
    """
    reader = Reader(client.rest, cache or Cache(), Purse(reserve=reserve, limit=limit))
    lists = await read_lists(reader, wanted)
    pipelines = wanted_pipelines(lists, wanted)
    told = await read_parts(reader, wanted, lists.apps, pipelines, max_age)
    picture = _Picture(wanted, lists, told, pipelines)
    return Estate("live", dict(picture.things()), tuple(picture.unreadable()))


class _Picture:
    """Puts answers together."""

    def __init__(self, wanted: Wanted, lists: Lists, told: Told, pipelines: Mapping[str, Row]) -> None:
        self.wanted = wanted
        self.lists = lists
        self.told = told
        self.pipelines = pipelines
        self.owners = Owners(lists, wanted)
        self.names = {row["id"]: row["name"] for row in lists.of("app").values()}
        self.names |= {row["id"]: name for name, row in lists.apps.items()}

    def things(self) -> Iterator[Found]:
        """Everything that was told."""
        addons = self.lists.grouped("addon", "app")
        attachments = self.lists.grouped("attachment", "app")
        couplings = self.lists.grouped("coupling", "app")
        for name, row in self.lists.apps.items():
            yield self._app(row, name)
            yield from (things.addon(one, name, self.wanted) for one in addons.get(row["id"], ()))
            yield from (self._attachment(one, name) for one in attachments.get(row["id"], ()))
            yield from (self._coupling(one, name) for one in couplings.get(row["id"], ()))
            yield from self._parts(row, name)
        yield from self._strangers(couplings)
        yield from self._pipelines()

    def _app(self, row: Row, name: str) -> Found:
        subject, thing = things.app(row, name)
        installed = self.told.answers.get((name, "buildpacks"))
        if installed is None:
            return subject, thing
        fields = {**thing.fields, "buildpacks": things.buildpacks(installed)}
        return subject, Thing(fields, thing.id, updated_at=thing.updated_at, created_at=thing.created_at)

    def _attachment(self, row: Row, scope: str) -> Found:
        owner = row["addon"]["app"]
        home = self.names.get(owner["id"], owner.get("name") or "")
        return things.attachment(row, scope, self.wanted, home, first=self.owners.is_first(row))

    def _coupling(self, row: Row, scope: str) -> Found:
        id = row["pipeline"]["id"]
        mine = next((name for name, one in self.pipelines.items() if one["id"] == id), None)
        known = self.lists.of("pipeline").get(id, {}).get("name", id)
        return things.coupling(row, scope, mine or self.wanted.name_of(id, "pipeline", known))

    def _parts(self, app: Row, name: str) -> Iterator[Found]:
        def rows(kind: str) -> Iterable[Row]:
            found: Iterable[Row] = self.told.answers.get((name, kind)) or ()
            return found

        if not self._owners_are_dark():
            values: Any = rows("config-var") or {}
            yield from things.config_vars(values, name, self.owners.of(app["id"]))
        wanted, team = self.wanted, bool(team_of(app))
        yield from (things.domain(row, name, wanted) for row in rows("domain"))
        yield from (things.certificate(row, name, wanted) for row in rows("certificate"))
        yield from (things.drain(row, name, wanted) for row in rows("drain"))
        yield from (things.telemetry_drain(row, name, wanted) for row in rows("telemetry-drain"))
        yield from (things.webhook(row, name, wanted) for row in rows("webhook"))
        yield from (things.process(row, name) for row in rows("formation"))
        yield from (things.collaborator(row, name, team=team) for row in rows("collaborator"))
        yield from (things.feature(row, name) for row in rows("feature"))
        yield from (things.release(row, name) for row in rows("release"))

    def _owners_are_dark(self) -> bool:
        # Without add-ons their config vars would look as if somebody had set them by hand.
        return bool({"addon", "attachment"} & set(self.lists.dark))

    def _strangers(self, couplings: Mapping[str, list[Row]]) -> Iterator[Found]:
        """Apps of the wanted teams and pipelines that nobody named."""
        ours = {row["id"] for row in self.lists.apps.values()}
        pipelines = {row["id"] for row in self.pipelines.values()}
        for id, row in self.lists.of("app").items():
            coupled = [one for one in couplings.get(id, ()) if one["pipeline"]["id"] in pipelines]
            if id in ours or not (coupled or team_of(row) in self.wanted.teams):
                continue
            subject, thing = things.app(row, row["name"])
            kept = {key: thing.fields[key] for key in ("name", "region", "stack", "team") if key in thing.fields}
            yield subject, Thing(kept, thing.id, updated_at=thing.updated_at, created_at=thing.created_at)
            yield from (self._coupling(one, row["name"]) for one in coupled)

    def _pipelines(self) -> Iterator[Found]:
        for name, row in self.pipelines.items():
            yield things.pipeline(row, name, self._owner_of(row))
            for stage in STAGES:
                values = self.told.answers.get((f"{name}/{stage}", PIPELINE_VARS)) or {}
                for key, value in sorted(values.items()):
                    subject = things.subject("pipeline-config-var", f"{name}/{stage}", key)
                    yield subject, Thing({"value": Hidden(value)})

    def _owner_of(self, pipeline: Row) -> str | None:
        owner = pipeline["owner"]
        if owner["type"] != "team":
            return ""
        team = self.lists.of("team").get(owner["id"])
        return team["name"] if team else None

    def unreadable(self) -> Iterator[Unreadable]:
        """Everything that stays dark, and why."""
        yield from (_dark("app", name, error) for name, error in self.lists.dark_apps.items())
        for team, error in self.lists.dark_teams.items():
            yield _dark("app", "", error, f"membership of the team {team}")
        for told, error in self.lists.dark.items():
            yield from self._dark_list(told, error)
        for (scope, kind), error in self.told.dark.items():
            part = next((one for one in PARTS if one.kind == kind), None)
            if part is not None:
                yield _dark(kind, scope, error, part.permission, part.token)
            else:
                yield _dark(kind, scope, error, "membership of the pipeline", "read-protected")

    def _dark_list(self, told: str, error: TwelvefoldError) -> Iterator[Unreadable]:
        kind, _, scope = told.partition(" ")
        if scope:
            yield _dark(kind, "" if kind == "pipeline" else self.names.get(scope, scope), error)
        elif kind == "pipeline":
            yield _dark(kind, "", error)
        elif kind in ("addon", "attachment", "coupling"):
            yield from (_dark(kind, name, error) for name in self.lists.apps)
            if kind != "coupling":
                yield from (_dark("config-var", name, error) for name in self.lists.apps)
        elif kind == "app" and self.wanted.pipelines:
            yield _dark("app", "", error)


def _dark(
    kind: str,
    scope: str,
    error: TwelvefoldError,
    permission: str = "view on the app",
    token: str = "read",  # noqa: S107
) -> Unreadable:
    return Unreadable("heroku", kind, scope, why(error), lacking(error, permission, token))
