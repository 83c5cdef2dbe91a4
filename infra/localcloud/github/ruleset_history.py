"""Who changed a ruleset, and when: the versions that GitHub keeps of it."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.links import new_id
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import not_found
from infra.localcloud.github.rules_in_force import RULESET

PAGE = "repos/rules"
VERSION = "github.ruleset_version"

Document = dict[str, Any]


def record_version(call: Call, repository: Document, ruleset: Document) -> None:
    """Remember who made the ruleset what it is now."""
    version = {
        "version_id": new_id(call.store),
        "actor": {"id": call.account["id"], "type": call.account["type"]},
        "updated_at": ruleset["updated_at"],
        "_ruleset": ruleset["id"],
    }
    keep(call.store, VERSION, f"{repository['id']}/{version['version_id']}", version, str(repository["id"]))


def list_versions(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/rulesets/{ruleset_id}/history, newest first."""
    repository = repository_for(call, "admin", hide=True)
    ruleset = call.store.get(RULESET, f"{repository['id']}/{call.params['ruleset_id']}")
    if ruleset is None:
        raise not_found()
    found = call.store.find(VERSION, parent=str(repository["id"]), _ruleset=ruleset["id"])
    return page_of(call, found[::-1], _shape)


def _shape(version: Document) -> Document:
    return {name: version[name] for name in ("version_id", "actor", "updated_at")}


ROUTES: list[Route] = [("GET", "/repos/{owner}/{repo}/rulesets/{ruleset_id}/history", list_versions, "repo")]
