"""The Heroku part of a seed document: accounts with tokens, teams, pipelines and apps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.localcloud.heroku.door import SCOPES, digest
from infra.localcloud.heroku.lookup import account_named
from infra.localcloud.heroku.naming import new_id
from infra.localcloud.heroku.people import add_account
from infra.localcloud.heroku.seeding_apps import seed_apps
from infra.localcloud.heroku.teams import add_member, add_team
from infra.localcloud.store import Store


def seed(store: Store, document: Mapping[str, Any], now: datetime) -> None:
    """Create what is not there yet; a team's first member is its admin, the first account owns pipelines and apps."""
    for item in document.get("accounts", []):
        account = account_named(store, item["email"]) or add_account(store, now, item["email"], item.get("name"))
        _keep_token(store, account["id"], item)
    for item in document.get("teams", []):
        known = store.find("heroku.team", name=item["name"])
        team = known[0] if known else add_team(store, now, item["name"], str(item.get("enterprise", "")))
        for place, email in enumerate(item.get("members", [])):
            account = account_named(store, email) or add_account(store, now, email)
            add_member(store, now, team, account, "admin" if place == 0 else "member")
    if document.get("apps") or document.get("pipelines"):
        seed_apps(store, document, store.find("heroku.account")[0], now)


def _keep_token(store: Store, account_id: str, item: Mapping[str, Any]) -> None:
    scopes = item.get("scopes", ["global"])
    unknown = sorted(set(scopes) - SCOPES)
    if unknown:
        raise ValueError(f"unknown Heroku scopes: {', '.join(unknown)}")
    kept = digest(item["token"]) if "token" in item else item.get("token_sha256")
    if kept:
        body = {"account_id": account_id, "scopes": scopes, "authorization_id": new_id()}
        store.put("heroku.token", kept, body)
