"""Inbound rulesets: which addresses may connect to a space; a new ruleset replaces the one before."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Network
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.fields import LIST, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import not_found, space_for, space_to_manage
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.inbound_ruleset"


def add_ruleset(store: Store, now: datetime, space: Body, account: Body, rules: list[Body]) -> Body:
    """Make a ruleset a space's current one."""
    ruleset = {"id": new_id(), "created_at": stamp(now), "created_by": account["email"], "rules": rules}
    store.put(KIND, ruleset["id"], ruleset, parent=space["id"])
    return ruleset


def current_rules(store: Store, space_id: str) -> list[Body]:
    """The rules that a space goes by."""
    rules: list[Body] = store.find(KIND, parent=space_id)[-1]["rules"]
    return rules


def _shown(ruleset: Body, space: Body) -> Body:
    return {**ruleset, "space": {"id": space["id"], "name": space["name"]}}


def _checked(rule: Any, place: int) -> Body:
    where = f"#/rules/{place}"
    given = parameters(rule, {"action": STRING, "source": STRING}, required=("action", "source"), where=where)
    if given["action"] not in ("allow", "deny"):
        raise invalid(f"The action of rule {place + 1} must be allow or deny.")
    try:
        if "/" not in given["source"]:
            raise ValueError
        IPv4Network(given["source"], strict=False)
    except ValueError:
        raise invalid(f"The source of rule {place + 1} is not a network such as 203.0.113.0/24.") from None
    return given


def put_ruleset(call: Call) -> Answer:
    """PUT /spaces/{space}/inbound-ruleset: the whole set of rules; without any, nothing may connect."""
    wanted = body_of(call, {"rules": LIST})
    space = space_to_manage(call)
    rules = [_checked(rule, place) for place, rule in enumerate(wanted.get("rules", []))]
    return Answer(201, _shown(add_ruleset(call.store, call.now, space, call.account, rules), space))


def get_current(call: Call) -> Answer:
    """GET /spaces/{space}/inbound-ruleset."""
    space = space_for(call)
    return Answer(200, _shown(call.store.find(KIND, parent=space["id"])[-1], space))


def list_rulesets(call: Call) -> Answer:
    """GET /spaces/{space}/inbound-rulesets: the current one and all before it."""
    space = space_for(call)
    return paged(call, [_shown(one, space) for one in call.store.find(KIND, parent=space["id"])])


def get_ruleset(call: Call) -> Answer:
    """GET /spaces/{space}/inbound-rulesets/{ruleset}."""
    space = space_for(call)
    for ruleset in call.store.find(KIND, parent=space["id"]):
        if ruleset["id"] == call.params["ruleset"]:
            return Answer(200, _shown(ruleset, space))
    raise not_found("inbound_ruleset", "Couldn't find that inbound ruleset.")


ROUTES: list[Route] = [
    ("PUT", "/spaces/{space}/inbound-ruleset", put_ruleset, "write"),
    ("GET", "/spaces/{space}/inbound-ruleset", get_current, "read"),
    ("GET", "/spaces/{space}/inbound-rulesets", list_rulesets, "read"),
    ("GET", "/spaces/{space}/inbound-rulesets/{ruleset}", get_ruleset, "read"),
]
