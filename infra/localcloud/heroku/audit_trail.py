"""An enterprise account's audit trail: who changed what in the apps of its teams, a day at a time."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.lookup import forbidden, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
EVENT = "heroku.audit_event"
_PEOPLE = ("/apps/{app}/collaborators", "/teams/apps/{app}/collaborators")
ACTIONS: dict[tuple[str, str], tuple[str, str]] = {
    ("PATCH", "/apps/{app}"): ("app", "update"),
    ("PATCH", "/apps/{app}/config-vars"): ("config_change", "set"),
    ("POST", "/apps/{app}/addons"): ("addon", "create"),
    ("PATCH", "/apps/{app}/addons/{addon}"): ("addon", "update"),
    ("DELETE", "/apps/{app}/addons/{addon}"): ("addon", "destroy"),
    ("POST", "/addon-attachments"): ("addon", "attach"),
    ("DELETE", "/addon-attachments/{attachment}"): ("addon", "detach"),
    ("POST", "/apps/{app}/domains"): ("domain", "create"),
    ("DELETE", "/apps/{app}/domains/{domain}"): ("domain", "destroy"),
    **{("POST", place): ("collaborator", "create") for place in _PEOPLE},
    **{("DELETE", f"{place}/{{collaborator}}"): ("collaborator", "destroy") for place in _PEOPLE},
}
"""What is told, by route: a part of what Heroku lists. What it tells as ``data`` is not documented, so nothing here."""


def record(call: Call, template: str, answer: Answer) -> None:
    """Keep the event of a change in an app that belongs to an enterprise's team."""
    told = ACTIONS.get((call.method, template))
    app = _app(call, answer) if told and answer.status < 300 else None
    team = call.store.get("heroku.team", app["team"]["id"]) if app and app.get("team") else None
    if told is None or app is None or team is None or not team["enterprise_account"]:
        return
    event = {
        "id": new_id(),
        "type": told[0],
        "action": told[1],
        "actor": {"id": call.account["id"], "email": call.account["email"]},
        "app": {"id": app["id"], "name": app["name"]},
        "owner": {"id": app["owner"]["id"], "email": app["owner"]["email"]},
        "enterprise_account": team["enterprise_account"],
        "team": {"id": team["id"], "name": team["name"]},
        "request": {"ip_address": "127.0.0.1"},
        "data": {},
        "created_at": stamp(call.now),
    }
    call.store.put(EVENT, event["id"], event, parent=team["enterprise_account"]["id"])


def _app(call: Call, answer: Answer) -> Body | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    named = call.params.get("app") or (body.get("app") or {}).get("id")
    return next((app for app in call.store.find("heroku.app") if named in (app["id"], app["name"])), None)


def list_events(call: Call) -> Answer:
    """GET /enterprise-accounts/{account}/events: those of one day, for the admins of the account's teams."""
    account = _account(call)
    day = call.query.get("day") or f"{call.now:%Y-%m-%d}"
    rows = [one for one in call.store.find(EVENT, parent=account["id"]) if one["created_at"].startswith(day)]
    unknown = set(call.query) - {"day", "type", "action", "actor"}
    if unknown:
        raise Refusal(501, "not_implemented", f"The local cloud does not know {', '.join(sorted(unknown))} here.")
    for name in ("type", "action"):
        rows = [one for one in rows if one[name] == call.query.get(name, one[name])]
    rows = [one for one in rows if one["actor"]["email"] == call.query.get("actor", one["actor"]["email"])]
    return paged(call, rows)


def _account(call: Call) -> Body:
    named = call.params["account"]
    for team in call.store.find("heroku.team"):
        account: Body = team["enterprise_account"] or {}
        if named in (account.get("id"), account.get("name")):
            member = call.store.get("heroku.team_member", f"{team['id']}:{call.account['id']}")
            if member is not None and member["role"] == "admin":
                return account
            raise forbidden("You do not have the permission manage in this enterprise account.", "enterprise_account")
    raise not_found("enterprise_account")


ROUTES: list[Route] = [("GET", "/enterprise-accounts/{account}/events", list_events, "read")]
