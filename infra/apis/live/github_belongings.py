"""Reading one repository: its secrets, variables, webhooks and deploy keys, each part on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from infra.apis.github import Denied, GitHub, Rows
from infra.apis.rest import at
from infra.errors import ApiError, NotFound, RateLimited, TwelvefoldError
from infra.model.estate import Cause, Estate, Hidden, Kind, Subject, Thing, Unknown, Unreadable
from infra.model.times import read_time

WRITE_ONLY = Unknown("write-only")
NEEDS = {
    "secret": "Secrets: read (scope repo)",
    "dependabot-secret": "Dependabot secrets: read (scope repo)",
    "variable": "Variables: read (scope repo)",
    "environment": "Actions: read (scope repo)",
    "environment secret": "Environments: read (scope repo)",
    "environment variable": "Environments: read (scope repo)",
    "webhook": "Webhooks: read (scope read:repo_hook), and the role admin",
    "deploy-key": "Administration: read (scope repo), and the role admin",
    "ruleset": "Metadata: read (scope repo)",
}
VARIABLES_PER_PAGE = 30


@dataclass
class Reading:
    """What was read of one repository so far."""

    client: GitHub
    repository: str
    ids: Mapping[str, Subject]
    environments: tuple[str, ...] = ()
    """Those to ask for even where their list may not be read."""
    things: dict[Subject, Thing] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)

    def path(self, *parts: str) -> str:
        """A path below the repository."""
        return at("repos", *self.repository.split("/", 1), *parts)

    def estate(self) -> Estate:
        """All of it."""
        return Estate("live", dict(self.things), tuple(self.unreadable))

    def add(self, kind: Kind, scope: str, name: str, thing: Thing) -> None:
        """Something is there, under the name that it was recorded by, else under its own."""
        recorded = self.ids.get(thing.id) if thing.id else None
        if recorded is not None and (recorded.vendor, recorded.kind, recorded.scope) == ("github", kind, scope):
            subject = recorded
        else:
            subject = Subject("github", kind, scope, name)
            if subject in self.things:  # Titles of deploy keys need not be unique.
                subject = Subject("github", kind, scope, f"{name} ({thing.id})")
        self.things[subject] = thing

    def untold(self, kind: str, why: str, needs: str, scope: str = "") -> None:
        """Note that one kind of thing could not be read."""
        self.unreadable.append(Unreadable("github", kind, scope or self.repository, why, needs))

    def refused(self, kind: str, error: TwelvefoldError, *, needs: str = "", scope: str = "") -> None:
        """Note why one kind of thing could not be read, with the permission that was lacking."""
        named = error.needs if isinstance(error, Denied) else ""
        self.untold(kind, why_of(error), named or needs_of(error, needs or NEEDS.get(kind, "")), scope)

    async def rows(self, kind: str, path: str, *, under: str = "", per_page: int = 100, scope: str = "") -> Rows | None:
        """A list, or None when it could not be read, which is then noted."""
        told = "environment " if scope else ""
        try:
            return await self.client.list(path, under=under, per_page=per_page)
        except TwelvefoldError as error:
            self.refused(kind, error, needs=NEEDS[f"{told}{kind}"], scope=scope)
            return None


def why_of(error: TwelvefoldError) -> str:
    """Why something could not be read, in one line."""
    if isinstance(error, NotFound):
        return "GitHub answers 404, as it does to who may not see it"
    status = f" [HTTP {error.status}]" if isinstance(error, ApiError) and error.status else ""
    return f"{error.what.splitlines()[0]}{status}"


def needs_of(error: TwelvefoldError, permission: str) -> str:
    """What it takes to read it."""
    if isinstance(error, RateLimited):
        return "requests left in the rate limit"
    if "upgrade to" in error.what.lower():
        return "a paid GitHub plan, or a public repository"
    return permission if isinstance(error, ApiError) and 400 < error.status < 500 else ""


async def read_belongings(reading: Reading) -> None:
    """Secrets and variables of the repository itself, Dependabot's secrets, webhooks and deploy keys."""
    await asyncio.gather(
        read_secrets(reading, reading.path("actions", "secrets"), "secret"),
        read_secrets(reading, reading.path("dependabot", "secrets"), "dependabot-secret"),
        read_variables(reading, reading.path("actions", "variables")),
        _read(reading, "webhook", "hooks", _hook),
        _read(reading, "deploy-key", "keys", _deploy_key),
    )


async def read_secrets(
    reading: Reading, path: str, kind: Literal["secret", "dependabot-secret"], environment: str = ""
) -> None:
    """Names and times of secrets; their values nobody can read."""
    scope = f"{reading.repository}/{environment}" if environment else ""
    for row in await reading.rows(kind, path, under="secrets", scope=scope) or []:
        reading.add(kind, scope or reading.repository, row["name"], _timed({"value": WRITE_ONLY}, row))


async def read_variables(reading: Reading, path: str, environment: str = "") -> None:
    """Variables with their values."""
    scope = f"{reading.repository}/{environment}" if environment else ""
    found = await reading.rows("variable", path, under="variables", per_page=VARIABLES_PER_PAGE, scope=scope)
    for row in found or []:
        reading.add("variable", scope or reading.repository, row["name"], _timed({"value": row["value"]}, row))


async def _read(
    reading: Reading, kind: Literal["webhook", "deploy-key"], noun: str, form: Callable[[Any], tuple[str, Thing]]
) -> None:
    for row in await reading.rows(kind, reading.path(noun)) or []:
        name, thing = form(row)
        reading.add(kind, reading.repository, name, thing)


def _hook(row: Mapping[str, Any]) -> tuple[str, Thing]:
    config = row["config"]
    fields: dict[str, Any] = {
        "url": Hidden(config.get("url", "")),
        "events": sorted(row["events"]),
        "content_type": config.get("content_type", "form"),
        "insecure_ssl": str(config.get("insecure_ssl", "0")) == "1",
        "active": row["active"],
    }
    if config.get("secret"):
        fields["secret"] = WRITE_ONLY
    return f"hook {row['id']}", _timed(fields, row)


def _deploy_key(row: Mapping[str, Any]) -> tuple[str, Thing]:
    fields = {"key": " ".join(row["key"].split()[:2]), "read_only": row["read_only"]}
    thing = _timed(fields, row)
    who = str(row.get("added_by") or "")
    cause = Cause(who=who, when=thing.created_at, how="added to the repository")
    return row["title"], Thing(fields, id=thing.id, created_at=thing.created_at, cause=cause)


def _timed(fields: Mapping[str, Any], row: Mapping[str, Any]) -> Thing:
    return Thing(
        fields,
        id=str(row.get("id", "")),
        updated_at=read_time(row.get("updated_at")),
        created_at=read_time(row.get("created_at")),
    )
