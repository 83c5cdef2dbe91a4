"""Everything GitHub holds as plain nested data by natural names, so that equal estates give equal text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from infra.localcloud.github.access import COLLABORATOR, REPOSITORY
from infra.localcloud.github.actions_permissions import PERMISSIONS
from infra.localcloud.github.actions_secrets import SECRET
from infra.localcloud.github.belongings import (
    BRANCH_POLICY,
    ENVIRONMENT,
    place_of_environment,
    place_of_repository,
    shown,
)
from infra.localcloud.github.branches import REF
from infra.localcloud.github.conversations import COMMENT, ISSUE
from infra.localcloud.github.deploy_keys import DEPLOY_KEY
from infra.localcloud.github.people import ORGANIZATION, TEAM, USER
from infra.localcloud.github.rules_in_force import RULESET
from infra.localcloud.github.variables import VARIABLE
from infra.localcloud.github.webhooks import HOOK
from infra.localcloud.store import Store

Document = dict[str, Any]

_UNSTABLE = ("id", "node_id", "created_at", "updated_at", "pushed_at", "rule_ids", "added_by")


def aliases(store: Store) -> dict[str, str]:  # noqa: ARG001 (every vendor is asked alike)
    """Names for what GitHub makes up: nothing of that is written anywhere else."""
    return {}


def estate(store: Store) -> Document:
    """Repositories by full name and what organizations share; no ids, times or accounts, secrets as fingerprints."""
    found = sorted(store.find(REPOSITORY), key=_full_name)
    shared = sorted(store.find(ORGANIZATION), key=lambda body: str(body["login"]))
    return {
        "repositories": {_full_name(repository): _repository(store, repository) for repository in found},
        "organizations": {body["login"]: _organization(store, body["login"]) for body in shared},
    }


def _full_name(repository: Document) -> str:
    return f"{repository['owner']}/{repository['name']}"


def _repository(store: Store, repository: Document) -> Document:
    number = repository["id"]
    parent = str(number)
    return {
        "settings": _stable(repository),
        "security_and_analysis": repository["_security"],
        "vulnerability_alerts": repository["_vulnerability_alerts"],
        "refs": sorted(body["ref"] for body in store.find(REF, parent=parent)),
        "collaborators": {body["login"]: body["level"] for body in store.find(COLLABORATOR, parent=parent)},
        "secrets": _secrets(store, place_of_repository(number, "actions")),
        "dependabot_secrets": _secrets(store, place_of_repository(number, "dependabot")),
        "variables": _variables(store, place_of_repository(number, "actions")),
        "environments": {
            body["name"]: _environment(store, number, body) for body in _by_name(store.find(ENVIRONMENT, parent=parent))
        },
        "webhooks": _sorted(_hook(body) for body in store.find(HOOK, parent=parent)),
        "rulesets": _sorted(_stable(body) for body in store.find(RULESET, parent=parent)),
        "deploy_keys": _sorted(_stable(body) for body in store.find(DEPLOY_KEY, parent=parent)),
        "issues": [_issue(store, number, body) for body in store.find(ISSUE, parent=parent)],
        "actions_permissions": _stable(next(iter(store.find(PERMISSIONS, parent=parent)), {})),
    }


def _environment(store: Store, repository_id: int, environment: Document) -> Document:
    place = place_of_environment(repository_id, environment["id"])
    policies = store.find(BRANCH_POLICY, parent=f"{repository_id}/{environment['id']}")
    return {
        **_stable(environment),
        "reviewers": sorted(_reviewer(store, reviewer) for reviewer in environment["reviewers"]),
        "branch_policies": _sorted(_stable(policy) for policy in policies),
        "secrets": _secrets(store, place),
        "variables": _variables(store, place),
    }


def _reviewer(store: Store, reviewer: Document) -> str:
    if reviewer["type"] == "User":
        return f"User {store.find(USER, id=reviewer['id'])[0]['login']}"
    team = store.find(TEAM, id=reviewer["id"])[0]
    return f"Team {team['organization']}/{team['slug']}"


def _issue(store: Store, repository_id: int, issue: Document) -> Document:
    comments = store.find(COMMENT, parent=f"{repository_id}/{issue['number']}")
    kept = {name: issue[name] for name in ("number", "title", "body", "state", "labels", "locked")}
    return {**kept, "author": issue["_author"], "comments": [[one["_author"], one["body"]] for one in comments]}


def _hook(hook: Document) -> Document:
    return {**_stable(hook), "secret": hook["_secret"]}


def _organization(store: Store, login: str) -> Document:
    actions = f"organizations/{login.lower()}/actions"
    return {
        "secrets": [body["name"] for body in _by_name(store.find(SECRET, parent=actions))],
        "variables": _variables(store, actions),
    }


def _secrets(store: Store, place: str) -> Document:
    return {body["name"]: body["_fingerprint"] for body in _by_name(store.find(SECRET, parent=place))}


def _variables(store: Store, place: str) -> Document:
    return {body["name"]: body["value"] for body in _by_name(store.find(VARIABLE, parent=place))}


def _stable(body: Document) -> Document:
    return {name: value for name, value in sorted(shown(body).items()) if name not in _UNSTABLE}


def _by_name(bodies: Iterable[Document]) -> list[Document]:
    return sorted(bodies, key=lambda body: str(body["name"]))


def _sorted(bodies: Iterable[Document]) -> list[Document]:
    return sorted(bodies, key=repr)
