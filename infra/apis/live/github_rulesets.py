"""Reading a repository's rulesets, its organization's too: what a token may not see stays unknown, never empty."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from infra.apis.live.github_belongings import Reading
from infra.errors import NotFound, TwelvefoldError
from infra.model.estate import Thing, Unknown
from infra.model.times import read_time

NOT_SHOWN = Unknown("only shown to who may edit the ruleset")
DEFAULTS: dict[str, dict[str, Any]] = {
    # What GitHub adds by itself to the parameters that a ruleset was made with.
    "pull_request": {
        "allowed_merge_methods": ["merge", "squash", "rebase"],
        "automatic_copilot_code_review_enabled": False,
        "required_reviewers": [],
    },
    "required_status_checks": {"do_not_enforce_on_create": False},
    "update": {"update_allows_fetch_and_merge": False},
}


async def read_rulesets(reading: Reading) -> None:
    """Every ruleset that holds for the repository; those of the organization are the platform's."""
    found = await reading.rows("ruleset", reading.path("rulesets"))
    await asyncio.gather(*(_read_ruleset(reading, row) for row in found or []))


async def _read_ruleset(reading: Reading, row: Mapping[str, Any]) -> None:
    try:
        body = await reading.client.get(reading.path("rulesets", str(row["id"])))
    except NotFound:
        return  # It went since the list was read.
    except TwelvefoldError as error:
        reading.refused("ruleset", error)
        return
    own = row.get("source_type", "Repository") == "Repository"
    thing = Thing(
        ruleset_fields(body),
        id=str(body["id"]),
        owner="" if own else "platform",
        brought_by="" if own else f"{row['source_type'].lower()} {row.get('source', '')}".strip(),
        updated_at=read_time(body.get("updated_at")),
        created_at=read_time(body.get("created_at")),
    )
    reading.add("ruleset", reading.repository, body["name"], thing)


def ruleset_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """A ruleset's fields; parameters that have GitHub's own default are left out of its rules."""
    patterns = (body.get("conditions") or {}).get("ref_name", {})
    bypass = body.get("bypass_actors")
    return {
        "name": body["name"],
        "target": body.get("target", "branch"),
        "enforcement": body["enforcement"],
        "include": sorted(patterns.get("include", [])),
        "exclude": sorted(patterns.get("exclude", [])),
        "rules": {rule["type"]: _parameters(rule) for rule in body.get("rules", [])},
        "bypass": NOT_SHOWN if bypass is None else sorted(map(_actor, bypass), key=lambda one: list(one.values())),
    }


def _parameters(rule: Mapping[str, Any]) -> dict[str, Any]:
    defaults = DEFAULTS.get(rule["type"], {})
    given = (rule.get("parameters") or {}).items()
    found = {key: value for key, value in given if not (key in defaults and value == defaults[key])}
    if "required_status_checks" in found:
        checks = [{key: value for key, value in one.items() if value} for one in found["required_status_checks"]]
        found["required_status_checks"] = sorted(checks, key=lambda one: str(one["context"]))
    return found


def _actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    """Who may pass by; 0 where GitHub's number says nothing (an organization's owners, any deploy key)."""
    kind = str(actor["actor_type"])
    number = 0 if kind in ("OrganizationAdmin", "DeployKey") else int(actor.get("actor_id") or 0)
    return {"actor_type": kind, "actor_id": number, "bypass_mode": actor.get("bypass_mode", "always")}
