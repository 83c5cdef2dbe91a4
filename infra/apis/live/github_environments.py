"""Reading a repository's deployment environments, also those that nobody declared, with what they hold."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from infra.apis.live.github_belongings import Reading, read_secrets, read_variables
from infra.model.estate import Thing
from infra.model.times import read_time


async def read_environments(reading: Reading) -> None:
    """Every environment; where their list may not be read, at least what the wanted ones hold."""
    found = await reading.rows("environment", reading.path("environments"), under="environments")
    names = [str(row["name"]) for row in found] if found is not None else reading.environments
    await asyncio.gather(
        *(_read_environment(reading, row) for row in found or []), *(_read_contents(reading, name) for name in names)
    )


async def _read_contents(reading: Reading, name: str) -> None:
    inside = ("environments", name)
    await asyncio.gather(
        read_secrets(reading, reading.path(*inside, "secrets"), "secret", name),
        read_variables(reading, reading.path(*inside, "variables"), name),
    )


async def _read_environment(reading: Reading, row: Mapping[str, Any]) -> None:
    name = row["name"]
    fields = {**_rules(row), **await _branches(reading, row)}
    thing = Thing(
        fields, id=str(row["id"]), updated_at=read_time(row["updated_at"]), created_at=read_time(row["created_at"])
    )
    reading.add("environment", reading.repository, name, thing)


def _rules(row: Mapping[str, Any]) -> dict[str, Any]:
    by_type = {rule["type"]: rule for rule in row.get("protection_rules", [])}
    reviews = by_type.get("required_reviewers", {})
    reviewers = reviews.get("reviewers", [])
    fields: dict[str, Any] = {
        "wait_timer": by_type.get("wait_timer", {}).get("wait_timer", 0),
        "reviewers_users": sorted(one["reviewer"]["login"] for one in reviewers if one["type"] == "User"),
        "reviewers_teams": sorted(one["reviewer"]["slug"] for one in reviewers if one["type"] == "Team"),
        "prevent_self_review": reviews.get("prevent_self_review", False),
    }
    if "can_admins_bypass" in row:
        fields["can_admins_bypass"] = row["can_admins_bypass"]
    return fields


async def _branches(reading: Reading, row: Mapping[str, Any]) -> dict[str, Any]:
    """Which branches and tags may deploy; their patterns are absent where they could not be read."""
    policy = row.get("deployment_branch_policy") or {}
    fields: dict[str, Any] = {"protected_branches": bool(policy.get("protected_branches"))}
    if not policy.get("custom_branch_policies"):
        return {**fields, "branches": [], "tags": []}
    path = reading.path("environments", row["name"], "deployment-branch-policies")
    found = await reading.rows("environment", path, under="branch_policies")
    if found is None:
        return fields
    by_type = [(one.get("type", "branch"), one["name"]) for one in found]
    return {
        **fields,
        "branches": sorted(name for type, name in by_type if type == "branch"),
        "tags": sorted(name for type, name in by_type if type == "tag"),
    }
