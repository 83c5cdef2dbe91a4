"""Which branches and tags may deploy to an environment, and its custom protection rules (of which there are none)."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import BRANCH_POLICY, keep, shown
from infra.localcloud.github.fields import body_of, one_of, text
from infra.localcloud.github.links import new_id, node_id
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.places import environment_for
from infra.localcloud.github.refusals import invalid, not_found

PAGE = "deployments/branch-policies"

Document = dict[str, Any]


def list_policies(call: Call) -> Answer:
    """GET …/deployment-branch-policies."""
    return page_of(call, call.store.find(BRANCH_POLICY, parent=_parent(call, "pull")), shown, under="branch_policies")


def create_policy(call: Call) -> Answer:
    """POST …/deployment-branch-policies: 303 when there is one of that pattern, 404 unless custom policies are on."""
    parent = _parent(call, "admin", custom=True)
    body = body_of(call)
    name, kind = _pattern(text(body, "name")), one_of(body, "type", ("branch", "tag"), "branch")
    if call.store.find(BRANCH_POLICY, parent=parent, name=name, type=kind):
        return Answer(303)
    number = new_id(call.store)
    policy = {"id": number, "node_id": node_id("GABP", number), "name": name, "type": kind}
    keep(call.store, BRANCH_POLICY, f"{parent}/{number}", policy, parent)
    return Answer(200, policy)


def show_policy(call: Call) -> Answer:
    """GET …/deployment-branch-policies/{branch_policy_id}."""
    return Answer(200, shown(_policy(call, _parent(call, "pull"))))


def change_policy(call: Call) -> Answer:
    """PUT …/deployment-branch-policies/{branch_policy_id}: another pattern, the same type."""
    parent = _parent(call, "admin", custom=True)
    policy = {**_policy(call, parent), "name": _pattern(text(body_of(call), "name"))}
    keep(call.store, BRANCH_POLICY, policy["_key"], policy, parent)
    return Answer(200, shown(policy))


def delete_policy(call: Call) -> Answer:
    """DELETE …/deployment-branch-policies/{branch_policy_id}."""
    call.store.delete(BRANCH_POLICY, _policy(call, _parent(call, "admin"))["_key"])
    return Answer(204)


def list_protection_rules(call: Call) -> Answer:
    """GET …/deployment_protection_rules: no GitHub App is installed here, so none can be enabled."""
    _parent(call, "pull")
    return page_of(call, [], shown, under="custom_deployment_protection_rules")


def list_protection_apps(call: Call) -> Answer:
    """GET …/deployment_protection_rules/apps."""
    _parent(call, "admin")
    return page_of(call, [], shown, under="available_custom_deployment_protection_rule_integrations")


def _parent(call: Call, need: str, *, custom: bool = False) -> str:
    repository = repository_for(call, need)
    environment = environment_for(call, repository)
    if custom and not (environment["deployment_branch_policy"] or {}).get("custom_branch_policies"):
        raise not_found()
    return f"{repository['id']}/{environment['id']}"


def _policy(call: Call, parent: str) -> Document:
    policy = call.store.get(BRANCH_POLICY, f"{parent}/{call.params['branch_policy_id']}")
    if policy is None:
        raise not_found()
    return policy


def _pattern(name: str) -> str:
    if not name.strip():
        raise invalid("Name can't be blank")
    return name


_ENVIRONMENT = "/repos/{owner}/{repo}/environments/{environment_name}"
_POLICIES = f"{_ENVIRONMENT}/deployment-branch-policies"

ROUTES: list[Route] = [
    ("GET", _POLICIES, list_policies, "repo"),
    ("POST", _POLICIES, create_policy, "repo"),
    ("GET", f"{_POLICIES}/{{branch_policy_id}}", show_policy, "repo"),
    ("PUT", f"{_POLICIES}/{{branch_policy_id}}", change_policy, "repo"),
    ("DELETE", f"{_POLICIES}/{{branch_policy_id}}", delete_policy, "repo"),
    ("GET", f"{_ENVIRONMENT}/deployment_protection_rules", list_protection_rules, "repo"),
    ("GET", f"{_ENVIRONMENT}/deployment_protection_rules/apps", list_protection_apps, "repo"),
]
