"""Who changed what was found on Heroku, when and how; asked for only where something was found.

Releases tell user, time and the values before and after; add-ons, domains, collaborators and the like tell when they
came to be; the events of an app's webhooks, where it has any, tell who.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.apis.live.cache import Cache
from infra.apis.live.heroku_audit import AuditTrail, Change
from infra.apis.live.plan import RESERVE, Purse
from infra.apis.live.reader import FAILURES, Reader
from infra.apis.live.releases import Releases, cause_of, means
from infra.apis.live.things import time_of
from infra.model.estate import UNTOLD, Cause, Estate, Hidden, Kind, Subject, Thing
from infra.model.fingerprint import Fingerprints
from infra.model.recorded import Update

Row = Mapping[str, Any]
# What an app's webhooks are told of, by kind of thing; and what in their data names it.
EVENTS: Mapping[Kind, tuple[str, str]] = {
    "addon": ("api:addon", "name"),
    "attachment": ("api:addon-attachment", "name"),
    "app": ("api:app", "name"),
    "collaborator": ("api:collaborator", "user"),
    "domain": ("api:domain", "hostname"),
    "formation": ("api:formation", "type"),
    "certificate": ("api:sni-endpoint", "id"),
}
SKEW = timedelta(seconds=5)
"""How far two clocks may be apart, and the fractions that Heroku's times leave out."""


@dataclass(frozen=True)
class Differing:
    """Something that was found to differ: as it is live (None: it is gone), and as it was recorded (None: never)."""

    subject: Subject
    live: Thing | None = None
    recorded: Thing | None = None
    open: frozenset[str] = frozenset()
    """Values of it that may be told in clear, because they stand open elsewhere."""


async def causes(
    client: Heroku,
    live: Estate,
    found: Iterable[Differing],
    fingerprints: Fingerprints,
    *,
    cache: Cache | None = None,
    limit: int = 200,
    since: datetime | None = None,
) -> dict[Subject, Cause]:
    """The cause of each difference on Heroku, with at most ``limit`` requests; what nobody can tell is left out.

    ``since`` is when we wrote last.
    """
    reader = Reader(client.rest, cache or Cache(), Purse(reserve=RESERVE, limit=limit))
    by_app: dict[str, list[Differing]] = {}
    for one in found:
        if one.subject.vendor == "heroku":
            by_app.setdefault(_app_of(one.subject), []).append(one)
    trail = AuditTrail(reader, since)
    told = await asyncio.gather(
        *(_of_app(reader, trail, live, name, differing, fingerprints) for name, differing in by_app.items())
    )
    return {subject: cause for part in told for subject, cause in part.items() if cause != UNTOLD}


def _app_of(subject: Subject) -> str:
    return subject.name if subject.kind == "app" else subject.scope


async def _of_app(
    reader: Reader, trail: AuditTrail, live: Estate, name: str, found: list[Differing], fingerprints: Fingerprints
) -> dict[Subject, Cause]:
    app = live.things.get(Subject("heroku", "app", "", name))
    if app is None or not app.id:
        return {one.subject: _own_times(one) for one in found}
    history = Releases(reader, app.id)
    events: list[Row] = []
    try:
        await history.load()
        if any(one.subject.kind in EVENTS for one in found) and _has_webhook(live, name):
            events = await reader.list(at("apps", app.id, "webhook-events"))
    except FAILURES:
        pass
    asked = _Asked(history, events, fingerprints)
    told = {one.subject: await asked.cause(one) for one in found}
    return {one.subject: await _with_person(trail, app, one, told[one.subject]) for one in found}


async def _with_person(trail: AuditTrail, app: Thing, one: Differing, known: Cause) -> Cause:
    """The cause, with the person that an enterprise's audit trail tells where nothing else does."""
    if known.who:
        return known
    change: Change = "removed" if one.live is None else "added" if known.how == "added" else "changed"
    team = str(app.fields.get("team") or "")
    return await trail.told(app.id, team, one.subject.kind, one.subject.name, known, change) or known


def _has_webhook(live: Estate, app: str) -> bool:
    return any(subject.kind == "webhook" and subject.scope == app for subject in live.things)


@dataclass(frozen=True)
class _Asked:
    history: Releases
    events: list[Row]
    fingerprints: Fingerprints

    async def cause(self, one: Differing) -> Cause:
        """Whoever tells most: a release, an event, or the thing's own times."""
        kind = one.subject.kind
        if kind == "config-var":
            return await self._of_config_var(one)
        if kind == "release":
            return _of_release(one)
        if kind in ("addon", "attachment"):
            return self._of_addon(one)
        return self._of_event(one) or _own_times(one)

    async def _of_config_var(self, one: Differing) -> Cause:
        value = one.live.fields.get("value") if one.live else None
        text = value.reveal() if isinstance(value, Hidden) else None
        found = await self.history.that_set(one.subject.name, text)
        if found is None:
            return UNTOLD
        release, before = found
        shown = before if before is None or before in one.open else Hidden(before)
        return cause_of(release, self.fingerprints.tell(shown))

    def _of_addon(self, one: Differing) -> Cause:
        name = _addon_name(one)
        words = (name,) if one.subject.kind == "addon" else (one.subject.name,)
        release = self.history.that_named(*words, verb="attach" if one.live else "detach")
        if one.live and one.recorded and not _was_made_anew(one):
            # It was changed since: its plan, its name, or where it leads.
            return self._of_event(one) or self._of_update(one) or _own_times(one)
        return cause_of(release) if release else self._of_event(one) or _own_times(one)

    def _of_update(self, one: Differing) -> Cause | None:
        """A change of plan makes a release in the add-on's own name, which does not tell who asked for it."""
        release = self.history.made_at(one.live.updated_at if one.live else None)
        if release is None or means(release["description"]) != "addon":
            return None
        told = cause_of(release)
        return Cause("", told.when, told.how, told.version)

    def _of_event(self, one: Differing) -> Cause | None:
        """The newest event that a webhook was told about it."""
        if one.subject.kind not in EVENTS:
            return None
        include, key = EVENTS[one.subject.kind]
        named = {one.subject.name, _addon_name(one), one.live.id if one.live else ""} - {""}
        for event in sorted(self.events, key=lambda event: str(event["created_at"]), reverse=True):
            if event["include"] == include and _named(event["payload"]["data"], key) & named:
                action = {"create": "added", "update": "changed", "destroy": "removed"}
                how = action.get(event["payload"]["action"], event["payload"]["action"])
                return Cause(event["payload"]["actor"]["email"], time_of(event, "created_at"), how)
        return None


def _named(data: Row, key: str) -> set[str]:
    value = data.get(key)
    name = value.get("email") if isinstance(value, dict) else value
    return {str(name), str(data.get("id", ""))} - {"None", ""}


def _addon_name(one: Differing) -> str:
    fields = (one.live or one.recorded or Thing({})).fields
    return str(fields.get("name" if one.subject.kind == "addon" else "addon") or one.subject.name)


def _was_made_anew(one: Differing) -> bool:
    return bool(one.live and one.recorded and one.recorded.id and one.live.id != one.recorded.id)


def _of_release(one: Differing) -> Cause:
    fields = one.live.fields if one.live else {}
    row = {**fields, "version": one.subject.name.removeprefix("v"), "user": {"email": fields.get("user", "")}}
    return cause_of(row) if fields else UNTOLD


def _own_times(one: Differing) -> Cause:
    """When it came to be, or was changed last; who did is not told."""
    live = one.live
    if live is None:
        return UNTOLD
    if one.subject.kind == "feature":
        # It is as old as Heroku has it; what counts is when it was switched.
        return Cause(when=live.updated_at, how="switched") if live.updated_at else UNTOLD
    if one.recorded is None or _was_made_anew(one):
        return Cause(when=live.created_at, how="added") if live.created_at else UNTOLD
    if live.updated_at is None or _differs_elsewhere(live, one.recorded):
        return UNTOLD
    return Cause(when=live.updated_at, how="changed")


def _differs_elsewhere(live: Thing, recorded: Thing) -> bool:
    """Whether only what has a list of its own differs: an app's time does not tell when its buildpacks changed."""
    beside = [name for name in live.fields if name in recorded.fields and live.fields[name] != recorded.fields[name]]
    return beside == ["buildpacks"]


def releases_by_hand(live: Estate, updates: Mapping[str, Iterable[Update]], account: str) -> dict[Subject, Cause]:
    """Releases that changed config vars or rolled back since the first of our updates of an app, and were not ours.

    ``updates`` are by declared name; ours is what ``account`` released while one of them ran. Deploys and promotions
    are how an app lives, and what add-ons release by themselves is theirs.
    """
    found: dict[Subject, Cause] = {}
    for subject, thing in live.things.items():
        ran = list(updates.get(subject.scope, ()))
        when = time_of(thing.fields, "created_at") if subject.kind == "release" else None
        # What came before it is settled by it, however little before: no skew is allowed for here.
        if when is None or not ran or when < min(one.began for one in ran):
            continue
        during = any(one.began - SKEW <= when <= one.ended + SKEW for one in ran)
        ours = during and thing.fields["user"] == account
        if not ours and means(thing.fields["description"]) in ("config", "rollback"):
            found[subject] = _of_release(Differing(subject, thing))
    return found
