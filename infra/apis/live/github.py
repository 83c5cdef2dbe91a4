"""What is live in repositories on GitHub, as an estate: also what no code declares, and what could not be read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.apis.github import GitHub
from infra.apis.live.github_belongings import Reading, read_belongings
from infra.apis.live.github_environments import read_environments
from infra.apis.live.github_rulesets import read_rulesets
from infra.errors import NotFound, TwelvefoldError
from infra.model.estate import Estate, Subject, Thing

KINDS = ("secret", "dependabot-secret", "variable", "environment", "webhook", "ruleset", "deploy-key")
AT_ONCE = 4
"""Repositories read at the same time; the client bounds the requests."""


@dataclass(frozen=True)
class WantedRepositories:
    """Which repositories to read; ``environments`` are those to ask for even where their list may not be read."""

    repositories: tuple[str, ...]
    """``owner/name``, as declared."""
    environments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ids: Mapping[str, Subject] = field(default_factory=dict)
    """What a vendor's id was recorded as, so that a webhook bears the name that a person gave it."""


async def read_github(client: GitHub, wanted: WantedRepositories) -> Estate:
    """Everything of the wanted repositories; what could not be read is in ``unreadable``, never silently absent."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> Estate:
        async with turns:
            return await _read(client, name, wanted)

    estate = Estate("live")
    for part in await asyncio.gather(*(one(name) for name in dict.fromkeys(wanted.repositories))):
        estate = estate.merged(part)
    return estate


async def _read(client: GitHub, name: str, wanted: WantedRepositories) -> Estate:
    reading = Reading(client, name, wanted.ids, wanted.environments.get(name, ()))
    try:
        body = await client.get(reading.path())
    except NotFound:
        return await _not_found(client, reading)
    except TwelvefoldError as refused:
        reading.refused("repository", refused, needs="Metadata: read (scope repo)")
        return _nothing_told(reading)
    reading.add("repository", "", name, Thing(_settings(body), id=str(body["id"])))
    await asyncio.gather(read_belongings(reading), read_environments(reading), read_rulesets(reading))
    return reading.estate()


def _settings(body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": body["description"] or "",
        "visibility": body.get("visibility") or ("private" if body["private"] else "public"),
        "has_issues": body["has_issues"],
        "topics": sorted(body.get("topics", [])),
        "archived": body["archived"],
        "full_name": body["full_name"],
    }
    if "delete_branch_on_merge" in body:  # Shown only to who may push.
        found["delete_branch_on_merge"] = body["delete_branch_on_merge"]
    return found


async def _not_found(client: GitHub, reading: Reading) -> Estate:
    """A 404 means "not there" only for a token that would see it; for any other, nothing is known."""
    if await _sees_everything(client, reading.repository.split("/")[0]):
        return reading.estate()
    why = "GitHub answers 404: it is not there, or the token may not see it"
    reading.untold("repository", why, "Metadata: read (scope repo), and access to the repository")
    return _nothing_told(reading)


def _nothing_told(reading: Reading) -> Estate:
    cause = reading.unreadable[-1]
    for kind in KINDS:
        reading.untold(kind, cause.why, cause.needs)
    for environment in reading.environments:
        for kind in ("secret", "variable"):
            reading.untold(kind, cause.why, cause.needs, f"{reading.repository}/{environment}")
    return reading.estate()


async def _sees_everything(client: GitHub, owner: str) -> bool:
    """Whether the token, by its scopes and its person's role, would see every repository of the owner."""
    try:
        answer = await client.answer("/user")
        if "repo" not in answer.headers.get("x-oauth-scopes", "").replace(",", " ").split():
            return False
        if str(answer.body["login"]).lower() == owner.lower():
            return True
        membership = await client.get(f"/user/memberships/orgs/{owner}")
    except TwelvefoldError:
        return False
    return bool(membership["role"] == "admin" and membership["state"] == "active")
