"""The GitHub half of the page: repositories with environments, secrets and variables by name, webhooks and rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.localcloud.github.access import REPOSITORY
from infra.localcloud.github.actions_secrets import SECRET
from infra.localcloud.github.belongings import (
    BRANCH_POLICY,
    ENVIRONMENT,
    place_of_environment,
    place_of_repository,
)
from infra.localcloud.github.conversations import COMMENT, ISSUE
from infra.localcloud.github.deploy_keys import DEPLOY_KEY
from infra.localcloud.github.people import TEAM, USER
from infra.localcloud.github.rules_in_force import RULESET
from infra.localcloud.github.variables import VARIABLE
from infra.localcloud.github.webhooks import HOOK
from infra.localcloud.page.masks import host_of
from infra.localcloud.store import Store

Document = dict[str, Any]
_PATTERNS = {"~DEFAULT_BRANCH": "the default branch", "~ALL": "everything"}


@dataclass(frozen=True)
class Entry:
    """A secret or a variable: its name and when it was last written."""

    name: str
    updated_at: datetime


@dataclass(frozen=True)
class Environment:
    """A deployment environment with its protection, secrets and variables; ``wait_timer`` in minutes."""

    id: int
    name: str
    reviewers: tuple[str, ...]
    prevent_self_review: bool
    admins_bypass: bool
    wait_timer: int
    branches: tuple[str, ...]
    secrets: tuple[Entry, ...]
    variables: tuple[Entry, ...]


@dataclass(frozen=True)
class Hook:
    """A webhook's host and events, and whether its deliveries are signed."""

    id: int
    host: str
    events: tuple[str, ...]
    active: bool
    signed: bool
    verifies_tls: bool


@dataclass(frozen=True)
class Ruleset:
    """A ruleset, what it applies to, and its rules in words."""

    id: int
    name: str
    target: str
    enforcement: str
    applies_to: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class DeployKey:
    """A deploy key's title and kind, not the key."""

    id: int
    title: str
    kind: str
    read_only: bool
    added_by: str
    created_at: datetime


@dataclass(frozen=True)
class Conversation:
    """An issue or pull request, and how much was said in it."""

    number: int
    title: str
    kind: str
    state: str
    labels: tuple[str, ...]
    comments: int
    updated_at: datetime


@dataclass(frozen=True)
class Repository:
    """A repository and everything the page shows of it."""

    id: int
    full_name: str
    visibility: str
    default_branch: str
    archived: bool
    environments: tuple[Environment, ...]
    secrets: tuple[Entry, ...]
    variables: tuple[Entry, ...]
    dependabot_secrets: tuple[Entry, ...]
    hooks: tuple[Hook, ...]
    rulesets: tuple[Ruleset, ...]
    deploy_keys: tuple[DeployKey, ...]
    conversations: tuple[Conversation, ...]

    @property
    def is_bare(self) -> bool:
        """Whether nothing at all is set on it."""
        named = (self.environments, self.secrets, self.variables, self.dependabot_secrets)
        return not any((*named, self.hooks, self.rulesets, self.deploy_keys, self.conversations))


def repositories_of(store: Store) -> tuple[Repository, ...]:
    """Every repository, by full name."""
    found = (_repository(store, body) for body in store.find(REPOSITORY))
    return tuple(sorted(found, key=lambda repository: repository.full_name))


def _repository(store: Store, body: Document) -> Repository:
    number = body["id"]
    parent = str(number)
    actions = place_of_repository(number, "actions")
    return Repository(
        id=number,
        full_name=f"{body['owner']}/{body['name']}",
        visibility="private" if body["private"] else "public",
        default_branch=body["default_branch"],
        archived=body["archived"],
        environments=tuple(_environment(store, number, one) for one in store.find(ENVIRONMENT, parent=parent)),
        secrets=_entries(store, SECRET, actions),
        variables=_entries(store, VARIABLE, actions),
        dependabot_secrets=_entries(store, SECRET, place_of_repository(number, "dependabot")),
        hooks=tuple(_hook(one) for one in store.find(HOOK, parent=parent)),
        rulesets=tuple(_ruleset(one) for one in store.find(RULESET, parent=parent)),
        deploy_keys=tuple(_deploy_key(one) for one in store.find(DEPLOY_KEY, parent=parent)),
        conversations=tuple(_conversation(store, parent, one) for one in reversed(store.find(ISSUE, parent=parent))),
    )


def _entries(store: Store, kind: str, place: str) -> tuple[Entry, ...]:
    found = sorted(store.find(kind, parent=place), key=lambda body: str(body["name"]))
    return tuple(Entry(one["name"], datetime.fromisoformat(one["updated_at"])) for one in found)


def _environment(store: Store, repository_id: int, body: Document) -> Environment:
    place = place_of_environment(repository_id, body["id"])
    return Environment(
        id=body["id"],
        name=body["name"],
        reviewers=tuple(_reviewer(store, one) for one in body["reviewers"]),
        prevent_self_review=body["prevent_self_review"],
        admins_bypass=body["can_admins_bypass"],
        wait_timer=body["wait_timer"],
        branches=_branches(store, repository_id, body),
        secrets=_entries(store, SECRET, place),
        variables=_entries(store, VARIABLE, place),
    )


def _reviewer(store: Store, reviewer: Document) -> str:
    found = store.find(USER if reviewer["type"] == "User" else TEAM, id=reviewer["id"])
    if not found:
        return f"{reviewer['type']} {reviewer['id']}"
    return str(found[0]["login"] if reviewer["type"] == "User" else f"{found[0]['organization']}/{found[0]['slug']}")


def _branches(store: Store, repository_id: int, environment: Document) -> tuple[str, ...]:
    """What may deploy, in words: ``()`` when a custom policy lets nothing through yet."""
    policy = environment["deployment_branch_policy"]
    if policy is None:
        return ("any branch",)
    if policy["protected_branches"]:
        return ("protected branches",)
    found = store.find(BRANCH_POLICY, parent=f"{repository_id}/{environment['id']}")
    return tuple(f"tag {one['name']}" if one["type"] == "tag" else str(one["name"]) for one in found)


def _hook(body: Document) -> Hook:
    return Hook(
        id=body["id"],
        host=host_of(body["config"]["url"]),
        events=tuple("every event" if event == "*" else event for event in body["events"]),
        active=body["active"],
        signed=bool(body["_secret"]),
        verifies_tls=body["config"]["insecure_ssl"] == "0",
    )


def _ruleset(body: Document) -> Ruleset:
    patterns = (body["conditions"] or {}).get("ref_name", {})
    excluded = (f"not {_pattern(one)}" for one in patterns.get("exclude", []))
    return Ruleset(
        id=body["id"],
        name=body["name"],
        target=body["target"],
        enforcement=body["enforcement"],
        applies_to=(*(_pattern(one) for one in patterns.get("include", [])), *excluded),
        rules=tuple(_rule(rule) for rule in body["rules"]),
    )


def _pattern(pattern: str) -> str:
    return _PATTERNS.get(pattern, pattern.removeprefix("refs/heads/").removeprefix("refs/tags/"))


def _rule(rule: Document) -> str:
    """A rule's kind in words, with what one wants to know first of its parameters."""
    kind, parameters = str(rule["type"]).replace("_", " "), rule.get("parameters") or {}
    if rule["type"] == "required_status_checks":
        return f"{kind}: {', '.join(check['context'] for check in parameters['required_status_checks'])}"
    if rule["type"] == "pull_request":
        count = parameters["required_approving_review_count"]
        return f"{kind}: {count} approval{'' if count == 1 else 's'}"
    if "pattern" in parameters:
        return f"{kind}: {parameters['operator'].replace('_', ' ')} {parameters['pattern']}"
    return kind


def _deploy_key(body: Document) -> DeployKey:
    return DeployKey(
        id=body["id"],
        title=body["title"],
        kind=body["key"].split(" ")[0],
        read_only=body["read_only"],
        added_by=body["added_by"],
        created_at=datetime.fromisoformat(body["created_at"]),
    )


def _conversation(store: Store, repository_id: str, body: Document) -> Conversation:
    comments = store.find(COMMENT, parent=f"{repository_id}/{body['number']}")
    times = (datetime.fromisoformat(one["updated_at"]) for one in [body, *comments])
    return Conversation(
        number=body["number"],
        title=body["title"],
        kind="pull request" if body["_pull"] else "issue",
        state=body["state"],
        labels=tuple(body["labels"]),
        comments=len(comments),
        updated_at=max(times),
    )
