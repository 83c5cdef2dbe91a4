"""What the state recorded of GitHub, thing by thing, under the names that the stack files give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from infra.model.estate import Kind, Unknown
from infra.model.recorded import RecordedResource
from infra.model.times import read_time
from infra.rules.recorded.reading import (
    Read,
    Reader,
    State,
    hidden,
    names,
    parent_name,
    parent_type,
    plain,
    read,
    read_by,
    said,
    snake,
)

POLICY = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
_COMPONENT = "twelvefold:github:Repository"
_BY_NUMBER = Unknown("recorded by number")


def recorded_at_github(state: State) -> Iterator[Read]:
    """Every thing at GitHub that the stack's state holds."""
    yield from read_by(READERS, state)


def _scope(resource: RecordedResource) -> str:
    """The repository as owner/name: the provider's owner is told by the component alone."""
    repository = str(plain(said(resource, "repository", "")))
    return parent_name(resource) if parent_type(resource) == _COMPONENT else repository


def _environment_scope(resource: RecordedResource) -> str:
    return f"{_scope(resource)}/{plain(said(resource, 'environment', ''))}"


def _repository(_: State, resource: RecordedResource) -> Iterator[Read]:
    fields = {
        "description": plain(said(resource, "description", "")),
        "visibility": plain(said(resource, "visibility")),
        "has_issues": bool(plain(said(resource, "hasIssues", False))),
        "delete_branch_on_merge": bool(plain(said(resource, "deleteBranchOnMerge", False))),
        "topics": names(said(resource, "topics")),
        "archived": bool(plain(said(resource, "archived", False))),
    }
    name = parent_name(resource) if parent_type(resource) == _COMPONENT else str(plain(said(resource, "fullName")))
    yield read("github", "repository", "", name, fields, id=str(plain(said(resource, "repoId", ""))))


def _times(resource: RecordedResource) -> dict[str, datetime | None]:
    written = {"updated_at": said(resource, "updatedAt"), "created_at": said(resource, "createdAt")}
    return {name: read_time(plain(text)) for name, text in written.items()}


def _secret(kind: Kind, scope: Callable[[RecordedResource], str]) -> Reader:
    def reader(_: State, resource: RecordedResource) -> Iterator[Read]:
        value = said(resource, "value", said(resource, "plaintextValue"))
        fields = {"value": None if value is None else hidden(value), "key_id": plain(said(resource, "keyId")) or None}
        yield read(
            "github", kind, scope(resource), str(plain(said(resource, "secretName"))), fields, **_times(resource)
        )

    return reader


def _variable(scope: Callable[[RecordedResource], str]) -> Reader:
    def reader(_: State, resource: RecordedResource) -> Iterator[Read]:
        fields = {"value": str(plain(said(resource, "value", "")))}
        yield read(
            "github",
            "variable",
            scope(resource),
            str(plain(said(resource, "variableName"))),
            fields,
            **_times(resource),
        )

    return reader


def _environment(state: State, resource: RecordedResource) -> Iterator[Read]:
    name = str(plain(said(resource, "environment")))
    policy = plain(said(resource, "deploymentBranchPolicy")) or {}
    policies = [one for one in state.of(POLICY) if plain(said(one, "environment")) == name]
    reviewers = plain(said(resource, "reviewers")) or []
    fields = {
        "wait_timer": int(plain(said(resource, "waitTimer", 0))),
        "reviewers_users": _reviewers(reviewers, "users"),
        "reviewers_teams": _reviewers(reviewers, "teams"),
        "prevent_self_review": bool(plain(said(resource, "preventSelfReview", False))),
        "can_admins_bypass": bool(plain(said(resource, "canAdminsBypass", True))),
        "protected_branches": bool(policy.get("protectedBranches", False)),
        "branches": _patterns(policies, "branchPattern"),
        "tags": _patterns(policies, "tagPattern"),
    }
    yield read("github", "environment", _scope(resource), name, fields)


def _reviewers(reviewers: list[Any], who: str) -> list[str] | Unknown:
    return _BY_NUMBER if any(group.get(who) for group in reviewers) else []


def _patterns(policies: list[RecordedResource], name: str) -> list[str]:
    return sorted(str(plain(said(one, name))) for one in policies if said(one, name))


def _webhook(_: State, resource: RecordedResource) -> Iterator[Read]:
    configuration = said(resource, "configuration") or {}
    configuration = plain(configuration) if not isinstance(configuration, Mapping) else configuration
    secret = configuration.get("secret")
    fields = {
        "url": hidden(configuration.get("url") or ""),
        "events": names(said(resource, "events")),
        "content_type": plain(configuration.get("contentType")) or "form",
        "insecure_ssl": bool(plain(configuration.get("insecureSsl"))),
        "active": bool(plain(said(resource, "active", True))),
        "secret": hidden(secret) if secret else None,
    }
    yield read("github", "webhook", _scope(resource), resource.name, fields, id=resource.id)


def _ruleset(_: State, resource: RecordedResource) -> Iterator[Read]:
    conditions = plain(said(resource, "conditions")) or {}
    refs = conditions.get("refName") or {}
    fields = {
        "target": plain(said(resource, "target")),
        "enforcement": plain(said(resource, "enforcement")),
        "include": names(refs.get("includes")),
        "exclude": names(refs.get("excludes")),
        "rules": rules_of(plain(said(resource, "rules")) or {}),
        "bypass": [_actor(actor) for actor in plain(said(resource, "bypassActors")) or []],
    }
    yield read("github", "ruleset", _scope(resource), str(plain(said(resource, "name"))), fields, id=resource.id)


def rules_of(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The provider's rules in GitHub's own shape: parameters by type, and only what is on."""
    rules = {name: rule for name, rule in snake(recorded).items() if rule}
    # A setting of the rule "update", which the provider tells beside it.
    merging = rules.pop("update_allows_fetch_and_merge", False)
    found = {name: {} if rule is True else rule for name, rule in rules.items()}
    if merging and "update" in found:
        found["update"] = {"update_allows_fetch_and_merge": True}
    checks = found.get("required_status_checks")
    if checks is not None:
        listed = checks.pop("required_checks", [])
        checks["required_status_checks"] = [
            {key: value for key, value in check.items() if key == "context" or value} for check in listed
        ]
    return found


def _actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "actor_type": actor.get("actorType"),
        "actor_id": int(actor.get("actorId") or 0) or None,
        "bypass_mode": actor.get("bypassMode"),
    }


def _deploy_key(_: State, resource: RecordedResource) -> Iterator[Read]:
    key = " ".join(str(plain(said(resource, "key", ""))).split()[:2])
    fields = {"key": key, "read_only": bool(plain(said(resource, "readOnly", True)))}
    number = resource.id.rpartition(":")[2]
    yield read("github", "deploy-key", _scope(resource), str(plain(said(resource, "title"))), fields, id=number)


def _folded(_: State, __: RecordedResource) -> Iterator[Read]:
    """A deployment policy is a field of its environment."""
    yield from ()


READERS: Mapping[str, Reader] = {
    "github:index/repository:Repository": _repository,
    "github:index/actionsSecret:ActionsSecret": _secret("secret", _scope),
    "github:index/dependabotSecret:DependabotSecret": _secret("dependabot-secret", _scope),
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": _secret("secret", _environment_scope),
    "github:index/actionsVariable:ActionsVariable": _variable(_scope),
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": _variable(_environment_scope),
    "github:index/repositoryEnvironment:RepositoryEnvironment": _environment,
    POLICY: _folded,
    "github:index/repositoryWebhook:RepositoryWebhook": _webhook,
    "github:index/repositoryRuleset:RepositoryRuleset": _ruleset,
    "github:index/repositoryDeployKey:RepositoryDeployKey": _deploy_key,
}
"""How each type of resource is read; what is missing here makes no thing that could be declared or live."""
