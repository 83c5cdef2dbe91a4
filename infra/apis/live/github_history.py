"""Who changed something on GitHub, when and how, as far as GitHub tells the token; asked only for what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from infra.apis.github import PAGE, GitHub
from infra.apis.rest import at
from infra.errors import TwelvefoldError
from infra.model.estate import UNTOLD, Cause, Subject, Thing
from infra.model.times import read_time

NEAR = timedelta(minutes=2)
"""How far an entry of the audit log may be from the time that the thing itself bears."""
LOG_PAGES = 5
KEYED = {"secret": "actions_secret", "dependabot-secret": "integration_secret", "variable": "actions_variable"}
PREFIXES = {"environment": "environment.", "webhook": "hook.", "ruleset": "repository_ruleset."}
BELONGINGS = ("_secret", "_variable")
SETTINGS = frozenset(
    f"repo.{verb}"
    for verb in ("access", "add_topic", "archived", "change_merge_setting", "remove_topic", "rename", "unarchived")
)
"""What the log tells of a repository's own settings; of its description and issues it tells nothing."""

Event = Mapping[str, Any]


async def github_causes(
    client: GitHub,
    found: Mapping[Subject, Thing | None],
    since: datetime | None = None,
    ids: Mapping[Subject, str] | None = None,
) -> dict[Subject, Cause]:
    """The cause of each that is known; ``None`` instead of a thing that is gone, looked for from ``since`` on.

    ``ids`` are GitHub's numbers of what is gone, as they were recorded.
    """
    asked = {subject: thing for subject, thing in found.items() if subject.vendor == "github"}
    log = await _audit_log(client, asked, since)
    log.ids = {**(ids or {}), **{subject: thing.id for subject, thing in asked.items() if thing}}
    causes = await asyncio.gather(*(_cause(client, subject, thing, log) for subject, thing in asked.items()))
    return {subject: cause for subject, cause in zip(asked, causes, strict=True) if cause != UNTOLD}


async def _cause(client: GitHub, subject: Subject, thing: Thing | None, log: _Log) -> Cause:
    logged = log.find(subject, thing)
    if logged is not None:
        return logged
    if thing is None:
        return UNTOLD
    if subject.kind == "ruleset":
        return await _ruleset(client, subject, thing)
    if subject.kind == "environment":
        return await _environment(client, subject, thing)
    return thing.cause if thing.cause != UNTOLD else _timed(thing)


def _timed(thing: Thing) -> Cause:
    if thing.updated_at and thing.updated_at != thing.created_at:
        return Cause(when=thing.updated_at, how="changed; GitHub does not say by whom")
    when = thing.updated_at or thing.created_at
    return Cause(when=when, how="made; GitHub does not say by whom") if when else UNTOLD


def _repository(subject: Subject) -> str:
    whole = subject.name if subject.kind == "repository" else subject.scope
    return "/".join(whole.split("/")[:2])


def _environment_of(subject: Subject) -> str:
    return subject.name if subject.kind == "environment" else subject.scope.partition("/")[2].partition("/")[2]


async def _ruleset(client: GitHub, subject: Subject, thing: Thing) -> Cause:
    """From the versions that GitHub keeps of a ruleset, shown to who may edit it."""
    path = at("repos", *_repository(subject).split("/", 1), "rulesets", thing.id, "history")
    try:
        versions = await client.get(path)
        if not versions:
            return _timed(thing)
        newest = versions[0]
        who = await client.get(f"/user/{newest['actor']['id']}")
    except TwelvefoldError:
        return _timed(thing)
    how = "made" if len(versions) == 1 else "changed"
    return Cause(who=str(who["login"]), when=read_time(newest["updated_at"]), how=how)


async def _environment(client: GitHub, subject: Subject, thing: Thing) -> Cause:
    """A deployment to an unknown environment makes that environment, and tells who deployed."""
    if thing.created_at is None:
        return _timed(thing)
    query = urlencode({"environment": subject.name})
    path = at("repos", *_repository(subject).split("/", 1), "deployments")
    try:
        deployments = await client.first(f"{path}?{query}")
    except TwelvefoldError:
        return _timed(thing)
    # The newest come first: of an environment that is much deployed to, the deployment that made it is far away.
    first = deployments[-1] if deployments and len(deployments) < PAGE else None
    made = read_time(first["created_at"]) if first else None
    if first is None or made is None or abs(made - thing.created_at) > NEAR:
        return _timed(thing)
    who = (first["creator"] or {}).get("login", "")
    return Cause(who=who, when=made, how=f"made by a deployment of {first['ref']} to it")


@dataclass
class _Log:
    """What the organizations' audit logs tell, newest first, by repository."""

    events: dict[str, list[Event]] = field(default_factory=dict)
    ids: Mapping[Subject, str] = field(default_factory=dict)

    def find(self, subject: Subject, thing: Thing | None) -> Cause | None:
        """The last change of a thing; for one that is still there, about when it says itself that it was changed."""
        for event in self.events.get(_repository(subject).lower(), []):
            if not _is_about(event, subject, self.ids.get(subject, "")):
                continue
            when = datetime.fromtimestamp(event["@timestamp"] / 1000, UTC)
            changed = thing.updated_at or thing.created_at if thing else None
            if changed is None or abs(when - changed) <= NEAR:
                return Cause(who=str(event.get("actor", "")), when=when, how=str(event["action"]))
        return None


def _is_about(event: Event, subject: Subject, id: str) -> bool:
    action = str(event["action"])
    if subject.kind in KEYED:
        where = _environment_of(subject)
        right_place = action.startswith("environment.") == bool(where) and event.get("environment_name", "") == where
        return right_place and action.endswith(KEYED[subject.kind]) and event.get("key") == subject.name
    if subject.kind == "deploy-key":
        named = event.get("title") == subject.name or str(event.get("public_key_id")) == id
        return action.startswith("public_key.") and named
    if subject.kind == "repository":
        return action in SETTINGS
    if not action.startswith(PREFIXES.get(subject.kind, "\0")) or action.endswith(BELONGINGS):
        return False
    if subject.kind == "environment":
        return bool(event.get("environment_name") == subject.name)
    if subject.kind == "webhook":
        return str(event.get("hook_id")) == id
    named = event.get("ruleset_name") == subject.name
    return named or str(event.get("ruleset_id")) == id


async def _audit_log(client: GitHub, subjects: Iterable[Subject], since: datetime | None) -> _Log:
    """One search for each repository; who may not read the log simply learns less."""
    names = sorted({_repository(subject) for subject in subjects})
    found = await asyncio.gather(*(_events(client, name, since) for name in names))
    return _Log({name.lower(): events for name, events in zip(names, found, strict=True)})


async def _events(client: GitHub, repository: str, since: datetime | None) -> list[Event]:
    start = f" created:>={since.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}" if since else ""
    query = urlencode({"phrase": f"repo:{repository}{start}", "include": "web", "order": "desc"})
    try:
        return await client.first(f"{at('orgs', repository.split('/')[0])}/audit-log?{query}", pages=LOG_PAGES)
    except TwelvefoldError:
        return []
