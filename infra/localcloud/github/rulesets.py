"""Repository rulesets: create, list, show, replace parts, delete."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import LEVELS, level_of, repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.fields import body_of, mapping, mappings, one_of, text, texts
from infra.localcloud.github.links import SITE, api_url, later_stamp, new_id, node_id, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import organization_named
from infra.localcloud.github.refusals import not_found, rejected
from infra.localcloud.github.rules_in_force import RULESET
from infra.localcloud.github.ruleset_history import record_version
from infra.localcloud.github.ruleset_rules import checked_rules

PAGE = "repos/rules"
TARGETS = ("branch", "tag", "push")
ENFORCEMENTS = ("disabled", "active", "evaluate")
ACTORS = ("Integration", "OrganizationAdmin", "RepositoryRole", "Team", "DeployKey", "User")
MODES = ("always", "pull_request", "exempt")

Document = dict[str, Any]


def list_rulesets(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/rulesets, narrowed by ``targets``; the short form, without rules and conditions."""
    repository = repository_for(call)
    wanted = [target for target in call.query.get("targets", "").split(",") if target]
    found = call.store.find(RULESET, parent=str(repository["id"]))
    kept = [ruleset for ruleset in found if not wanted or ruleset["target"] in wanted]
    return page_of(call, kept, lambda ruleset: _short(call, repository, ruleset))


def list_for_organization(call: Call) -> Answer:
    """GET /orgs/{org}/rulesets: there are none here."""
    if organization_named(call.store, call.params["org"]) is None:
        raise not_found()
    return page_of(call, [], lambda ruleset: ruleset)


def create_ruleset(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/rulesets."""
    repository, body = repository_for(call, "admin", hide=True), body_of(call)
    text(body, "name")
    text(body, "enforcement")
    moment = stamp(call.now)
    blank: Document = {
        "target": one_of(body, "target", TARGETS, "branch"),
        "bypass_actors": [],
        "conditions": None,
        "rules": [],
    }
    ruleset = {"id": new_id(call.store), **blank, "created_at": moment, "updated_at": moment}
    ruleset.update(_wished(call, repository, ruleset, body))
    _save(call, repository, ruleset)
    return Answer(201, _shape(call, repository, ruleset))


def show_ruleset(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/rulesets/{ruleset_id}; who may not write it does not see ``bypass_actors`` at all."""
    repository = repository_for(call)
    return Answer(200, _shape(call, repository, _ruleset(call, repository)))


def change_ruleset(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}: replaces the parts that are given."""
    repository = repository_for(call, "admin", hide=True)
    ruleset = _ruleset(call, repository)
    ruleset.update(_wished(call, repository, ruleset, body_of(call)))
    ruleset["updated_at"] = later_stamp(call.now, ruleset["updated_at"])
    _save(call, repository, ruleset)
    return Answer(200, _shape(call, repository, ruleset))


def delete_ruleset(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}."""
    repository = repository_for(call, "admin", hide=True)
    call.store.delete(RULESET, _ruleset(call, repository)["_key"])
    return Answer(204)


def _save(call: Call, repository: Document, ruleset: Document) -> None:
    keep(call.store, RULESET, f"{repository['id']}/{ruleset['id']}", ruleset, str(repository["id"]))
    record_version(call, repository, ruleset)


def _ruleset(call: Call, repository: Document) -> Document:
    ruleset = call.store.get(RULESET, f"{repository['id']}/{call.params['ruleset_id']}")
    if ruleset is None:
        raise not_found()
    return ruleset


def _wished(call: Call, repository: Document, ruleset: Document, body: Document) -> Document:
    target = one_of(body, "target", TARGETS, ruleset["target"])
    wish: Document = {"target": target}
    if "name" in body:
        wish["name"] = _free_name(call, repository, ruleset["id"], text(body, "name"))
    if "enforcement" in body:
        wish["enforcement"] = one_of(body, "enforcement", ENFORCEMENTS, "active")
    if "bypass_actors" in body:
        wish["bypass_actors"] = [_actor(entry) for entry in mappings(body, "bypass_actors")]
    if "rules" in body:
        wish["rules"] = checked_rules(mappings(body, "rules"), target)
    if "conditions" in body or ruleset["conditions"] is None:
        wish["conditions"] = _conditions(body, target)
    return wish


def _free_name(call: Call, repository: Document, own_id: int, name: str) -> str:
    if not name.strip():
        raise rejected("RepositoryRuleset", "Name can't be blank", field="name")
    same = call.store.find(RULESET, parent=str(repository["id"]), name=name)
    if any(other["id"] != own_id for other in same):
        raise rejected("RepositoryRuleset", "Name must be unique", field="name")
    return name


def _actor(entry: Document) -> Document:
    kind = one_of(entry, "actor_type", ACTORS, "")
    number = entry.get("actor_id")
    if kind == "DeployKey":
        number = None
    elif not isinstance(number, int) and kind != "OrganizationAdmin":
        raise rejected("RepositoryRuleset", f"Actor {kind} needs an actor_id", field="bypass_actors")
    return {"actor_id": number, "actor_type": kind, "bypass_mode": one_of(entry, "bypass_mode", MODES, "always")}


def _conditions(body: Document, target: str) -> Document | None:
    wish = mapping(body, "conditions")
    if target == "push":
        if wish:
            raise rejected("RepositoryRuleset", "Push rulesets cannot have conditions", field="conditions")
        return None
    names = mapping(wish or {}, "ref_name") or {}
    patterns = {side: texts(names, side, []) for side in ("exclude", "include")}
    _check_patterns([*patterns["include"], *patterns["exclude"]], target)
    return {"ref_name": patterns}


def _check_patterns(patterns: list[str], target: str) -> None:
    prefix = "refs/heads/" if target == "branch" else "refs/tags/"
    special = ("~ALL", "~DEFAULT_BRANCH") if target == "branch" else ("~ALL",)
    wrong = [pattern for pattern in patterns if pattern not in special and not pattern.startswith(prefix)]
    if wrong:
        named = ", ".join(f"'{pattern}'" for pattern in wrong)
        raise rejected("RepositoryRuleset", f"Invalid target patterns: {named}", field="conditions")


def _short(call: Call, repository: Document, ruleset: Document) -> Document:
    owner, name, number = repository["owner"], repository["name"], str(ruleset["id"])
    return {
        "id": ruleset["id"],
        "name": ruleset["name"],
        "target": ruleset["target"],
        "source_type": "Repository",
        "source": f"{owner}/{name}",
        "enforcement": ruleset["enforcement"],
        "node_id": node_id("RRS", ruleset["id"]),
        "_links": {
            "self": {"href": api_url(call.base_url, "repos", owner, name, "rulesets", number)},
            "html": {"href": f"{SITE}/{owner}/{name}/rules/{number}"},
        },
        "created_at": ruleset["created_at"],
        "updated_at": ruleset["updated_at"],
    }


def _shape(call: Call, repository: Document, ruleset: Document) -> Document:
    shape = {**_short(call, repository, ruleset), "rules": ruleset["rules"]}
    if ruleset["conditions"] is not None:
        shape["conditions"] = ruleset["conditions"]
    if LEVELS.index(level_of(call, repository)) >= LEVELS.index("admin"):
        shape["bypass_actors"] = ruleset["bypass_actors"]
        shape["current_user_can_bypass"] = _bypass(ruleset)
    return shape


def _bypass(ruleset: Document) -> str:
    """How the caller, an administrator, may get around it (5 is the repository role "admin")."""
    kinds = {("RepositoryRole", 5), ("OrganizationAdmin", None), ("OrganizationAdmin", 1)}
    actors = ruleset["bypass_actors"]
    modes = [actor["bypass_mode"] for actor in actors if (actor["actor_type"], actor["actor_id"]) in kinds]
    shown = {"always": "always", "pull_request": "pull_requests_only", "exempt": "exempt"}
    return shown[modes[0]] if modes else "never"


_RULESETS = "/repos/{owner}/{repo}/rulesets"

ROUTES: list[Route] = [
    ("GET", _RULESETS, list_rulesets, "repo"),
    ("POST", _RULESETS, create_ruleset, "repo"),
    ("GET", f"{_RULESETS}/{{ruleset_id}}", show_ruleset, "repo"),
    ("PUT", f"{_RULESETS}/{{ruleset_id}}", change_ruleset, "repo"),
    ("DELETE", f"{_RULESETS}/{{ruleset_id}}", delete_ruleset, "repo"),
    ("GET", "/orgs/{org}/rulesets", list_for_organization, "read:org"),
]
