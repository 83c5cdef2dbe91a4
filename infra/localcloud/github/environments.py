"""Deployment environments: reviewers, wait timer, self review, and which branches may deploy."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github import belongings
from infra.localcloud.github.access import repository_for, role_of
from infra.localcloud.github.belongings import ENVIRONMENT, keep
from infra.localcloud.github.fields import body_of, flag, mapping, mappings, number, one_of
from infra.localcloud.github.links import SITE, api_url, later_stamp, new_id, node_id, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import TEAM, USER, organization_named, simple_user, team_shape
from infra.localcloud.github.places import environment_for
from infra.localcloud.github.refusals import invalid

PAGE = "deployments/environments"
MOST_MINUTES = 43200
MOST_REVIEWERS = 6

Document = dict[str, Any]


def list_environments(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/environments."""
    repository = repository_for(call)
    found = call.store.find(ENVIRONMENT, parent=str(repository["id"]))
    return page_of(call, found, lambda body: environment_shape(call, repository, body), under="environments")


def show_environment(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/environments/{environment_name}."""
    repository = repository_for(call)
    return Answer(200, environment_shape(call, repository, environment_for(call, repository)))


def write_environment(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/environments/{environment_name}: creates or replaces; what is left out is off."""
    repository, body = repository_for(call, "admin"), body_of(call)
    settings = _settings(call, repository, body)
    environment = _existing(call, repository) or new_environment(call, call.params["environment_name"])
    environment.update(settings)
    _number_rules(call, environment)
    environment["updated_at"] = later_stamp(call.now, environment["updated_at"])
    key = f"{repository['id']}/{environment['id']}"
    keep(call.store, ENVIRONMENT, key, environment, str(repository["id"]))
    if not (settings["deployment_branch_policy"] or {}).get("custom_branch_policies"):
        belongings.delete_policies(call.store, repository["id"], environment["id"])
    return Answer(200, environment_shape(call, repository, environment))


def delete_environment(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/environments/{environment_name}: its secrets and variables go too."""
    repository = repository_for(call, "admin")
    belongings.delete_environment(call.store, repository["id"], environment_for(call, repository)["id"])
    return Answer(204)


def environment_shape(call: Call, repository: Document, environment: Document) -> Document:
    """An environment with its protection rules as GitHub lists them."""
    name, page = environment["name"], f"{SITE}/{repository['owner']}/{repository['name']}"
    return {
        "id": environment["id"],
        "node_id": node_id("EN", environment["id"]),
        "name": name,
        "url": api_url(call.base_url, "repos", repository["owner"], repository["name"], "environments", name),
        "html_url": f"{page}/deployments/activity_log?environments_filter={quote(name, safe='')}",
        "created_at": environment["created_at"],
        "updated_at": environment["updated_at"],
        "can_admins_bypass": environment["can_admins_bypass"],
        "protection_rules": _protection_rules(call, environment),
        "deployment_branch_policy": environment["deployment_branch_policy"],
    }


def _settings(call: Call, repository: Document, body: Document) -> Document:
    return {
        "wait_timer": number(body, "wait_timer", 0, least=0, most=MOST_MINUTES),
        "prevent_self_review": flag(body, "prevent_self_review", False),
        # Not in the published description; the site sends it and clients (go-github) do too.
        "can_admins_bypass": flag(body, "can_admins_bypass", True),
        "reviewers": _reviewers(call, repository, body),
        "deployment_branch_policy": _branch_policy(body),
    }


def _existing(call: Call, repository: Document) -> Document | None:
    wanted = call.params["environment_name"].lower()
    found = call.store.find(ENVIRONMENT, parent=str(repository["id"]), _slug=wanted)
    return found[0] if found else None


def new_environment(call: Call, name: str) -> Document:
    """An environment of that name without any rule, not stored yet."""
    if not name.strip() or len(name) > 255:
        raise invalid("Environment name must be between 1 and 255 characters.")
    moment = stamp(call.now)
    return {
        "id": new_id(call.store),
        "name": name,
        "_slug": name.lower(),
        "wait_timer": 0,
        "prevent_self_review": False,
        "can_admins_bypass": True,
        "reviewers": [],
        "deployment_branch_policy": None,
        "created_at": moment,
        "updated_at": moment,
        "rule_ids": {},
    }


def _number_rules(call: Call, environment: Document) -> None:
    """Each protection rule keeps its id for as long as it is switched on."""
    on = [kind for kind in ("wait_timer", "required_reviewers", "branch_policy") if _is_on(environment, kind)]
    ids = environment["rule_ids"]
    environment["rule_ids"] = {kind: ids.get(kind) or new_id(call.store) for kind in on}


def _is_on(environment: Document, kind: str) -> bool:
    if kind == "wait_timer":
        return bool(environment["wait_timer"])
    if kind == "required_reviewers":
        return bool(environment["reviewers"] or environment["prevent_self_review"])
    return environment["deployment_branch_policy"] is not None


def _protection_rules(call: Call, environment: Document) -> list[Document]:
    details: dict[str, Document] = {
        "wait_timer": {"wait_timer": environment["wait_timer"]},
        "required_reviewers": {
            "prevent_self_review": environment["prevent_self_review"],
            "reviewers": [_reviewer_shape(call, reviewer) for reviewer in environment["reviewers"]],
        },
        "branch_policy": {},
    }
    return [
        {"id": number, "node_id": node_id("GA", number), "type": kind, **details[kind]}
        for kind, number in environment["rule_ids"].items()
    ]


def _reviewer_shape(call: Call, reviewer: Document) -> Document:
    kind = USER if reviewer["type"] == "User" else TEAM
    found = call.store.find(kind, id=reviewer["id"])[0]
    shape = simple_user(call.base_url, found) if kind == USER else team_shape(call.base_url, found)
    return {"type": reviewer["type"], "reviewer": shape}


def _reviewers(call: Call, repository: Document, body: Document) -> list[Document]:
    wanted = mappings(body, "reviewers", nullable=True)
    if len(wanted) > MOST_REVIEWERS:
        raise invalid(
            f"Failed to create the environment protection rule. At most {MOST_REVIEWERS} reviewers are allowed."
        )
    return [_reviewer(call, repository, entry) for entry in wanted]


def _reviewer(call: Call, repository: Document, entry: Document) -> Document:
    kind = one_of(entry, "type", ("User", "Team"), "User")
    identity = number(entry, "id", 0, least=0, most=2**53)
    known = _readable_user(call, repository, identity) if kind == "User" else _own_team(call, repository, identity)
    if not known:
        raise invalid(
            f"Failed to create the environment protection rule. Please ensure the reviewer ({kind} {identity}) "
            "has read access to the repository."
        )
    return {"type": kind, "id": identity}


def _readable_user(call: Call, repository: Document, identity: int) -> bool:
    found = call.store.find(USER, id=identity)
    return bool(found) and role_of(call.store, repository, found[0]["login"]) != "none"


def _own_team(call: Call, repository: Document, identity: int) -> bool:
    organization = organization_named(call.store, repository["owner"])
    found = call.store.find(TEAM, id=identity)
    return bool(found) and organization is not None and found[0]["organization_id"] == organization["id"]


def _branch_policy(body: Document) -> Document | None:
    policy = mapping(body, "deployment_branch_policy", nullable=True)
    if policy is None:
        return None
    choice = {name: flag(policy, name, False) for name in ("protected_branches", "custom_branch_policies")}
    if choice["protected_branches"] == choice["custom_branch_policies"]:
        raise invalid("custom_branch_policies and protected_branches cannot have the same value")
    return choice


ROUTES: list[Route] = [
    ("GET", "/repos/{owner}/{repo}/environments", list_environments, "repo"),
    ("GET", "/repos/{owner}/{repo}/environments/{environment_name}", show_environment, "repo"),
    ("PUT", "/repos/{owner}/{repo}/environments/{environment_name}", write_environment, "repo"),
    ("DELETE", "/repos/{owner}/{repo}/environments/{environment_name}", delete_environment, "repo"),
]
