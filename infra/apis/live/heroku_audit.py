"""The audit trail of a Heroku Enterprise account: who changed what no release and no webhook tells of.

It is shown to whoever may manage the account, one day at a time. What an event's ``data`` holds is not documented, so
an event counts by its app, its type and its time, and only where one person alone can be meant:
https://devcenter.heroku.com/articles/audit-trail
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from infra.apis.heroku import Rows, at
from infra.apis.live.reader import FAILURES, Reader
from infra.model.estate import Cause, Kind
from infra.model.times import read_time

Row = Mapping[str, Any]
Change = Literal["added", "changed", "removed"]
ACTIONS: Mapping[Kind, tuple[str, Mapping[Change, str]]] = {
    "addon": ("addon", {"added": "create", "changed": "update", "removed": "destroy"}),
    "attachment": ("addon", {"added": "attach", "removed": "detach"}),
    "app": ("app", {"changed": "update", "removed": "destroy"}),
    "collaborator": ("collaborator", {"added": "create", "removed": "destroy"}),
    "domain": ("domain", {"added": "create", "removed": "destroy"}),
}
"""The type and action of the events that tell of a change, of those that Heroku documents."""
SKEW = timedelta(seconds=5)
MOST_DAYS = 7
"""So far back is looked for what is gone, of which nothing tells when it went."""


@dataclass
class AuditTrail:
    """Events of the accounts of the apps' teams; each day is asked for once, and silence where that is refused."""

    reader: Reader
    since: datetime | None = None
    """When we wrote last: what was done before is ours, or settled by it."""
    _asked: dict[str, asyncio.Task[Any]] = field(default_factory=dict, repr=False)

    async def told(self, app: str, team: str, kind: Kind, name: str, known: Cause, change: Change) -> Cause | None:
        """Who changed something of an app (by id) of a team, when ``known`` tells only when, or not even that."""
        type, actions = ACTIONS.get(kind, ("", {}))
        days = self._days(known.when) if change in actions else ()
        account = await self._account(team) if team and days else ""
        if not account:
            return None
        rows = [row for day in days for row in await self._events(account, type, actions[change], day)]
        return _cause(self._fitting(rows, app, known.when), name, known, change)

    def _days(self, when: datetime | None) -> tuple[date, ...]:
        if when is not None:
            ours = self.since is not None and when <= self.since
            return () if ours else tuple(sorted({(when - SKEW).date(), (when + SKEW).date()}))
        if self.since is None:
            return ()
        today = datetime.fromtimestamp(self.reader.cache.now, UTC).date()
        back = min((today - self.since.date()).days, MOST_DAYS - 1)
        return tuple(today - timedelta(days=number) for number in range(back + 1))

    async def _account(self, team: str) -> str:
        found = await self._once(at("teams", team), many=False) or {}
        return str((found.get("enterprise_account") or {}).get("id", ""))

    async def _events(self, account: str, type: str, action: str, day: date) -> Rows:
        query = urlencode({"action": action, "day": day.isoformat(), "type": type})
        found: Rows = await self._once(f"{at('enterprise-accounts', account, 'events')}?{query}", many=True) or []
        return found

    async def _once(self, path: str, *, many: bool) -> Any:
        """The answer behind a path, or None where it is refused; asked for once, however many want it."""
        if path not in self._asked:
            self._asked[path] = asyncio.ensure_future(self._ask(path, many=many))
        return await self._asked[path]

    async def _ask(self, path: str, *, many: bool) -> Any:
        try:
            return await (self.reader.list(path) if many else self.reader.get(path))
        except FAILURES:
            return None

    def _fitting(self, rows: Iterable[Row], app: str, when: datetime | None) -> Iterator[tuple[Row, datetime]]:
        for row in rows:
            made = read_time(row.get("created_at"))
            if made is None or (row.get("app") or {}).get("id") != app:
                continue
            if abs(made - when) <= SKEW if when else self.since is not None and made > self.since:
                yield row, made


def _cause(found: Iterable[tuple[Row, datetime]], name: str, known: Cause, change: Change) -> Cause | None:
    events = list(found)
    # Where the data does name it, that is better than to be the only one.
    events = [one for one in events if _names(one[0].get("data"), name)] or events
    people = {str((row.get("actor") or {}).get("email", "")) for row, _ in events} - {""}
    if len(people) != 1:
        return None
    when = known.when or (events[0][1] if len(events) == 1 else None)
    return Cause(people.pop(), when, known.how or change, known.version, known.before)


def _names(data: Any, name: str) -> bool:
    values = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return data == name or any(_names(value, name) for value in values)
