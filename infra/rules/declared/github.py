"""What an environment declares at GitHub, thing by thing, as the program would make it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.model.environment import Environment
from infra.model.estate import Fields, Kind, Subject, Thing
from infra.model.github import BypassActor, GitHub, GitHubEnvironment, Repository, RepositoryWebhook, Ruleset
from infra.model.values import Kept, Path
from infra.rules.declared.resolving import Resolver, Said

_FLAGS = ("creation", "update", "deletion", "non_fast_forward", "required_linear_history", "required_signatures")


def declared_at_github(environment: Environment, resolver: Resolver) -> Iterator[Said]:
    """The repository's own things where this stack owns what is shared, and the stack's deployment environments."""
    repository = environment.service.repository
    if repository is None:
        return
    part = _Repository(repository, resolver)
    if environment.owns_shared:
        yield from part.shared(environment.service.github)
    for name in environment.own_deployments:
        yield from part.environment(name, environment.service.github.environments[name])


@dataclass(frozen=True)
class _Repository:
    name: str
    resolver: Resolver

    def said(self, kind: Kind, name: str, place: Path, fields: Fields, scope: str = "") -> Said:
        """One thing of the repository, or of one of its environments."""
        subject = Subject("github", kind, scope or self.name, name)
        return Said(subject, Thing(fields, owner="declared"), ("github", *place))

    def shared(self, wanted: GitHub) -> Iterator[Said]:
        if wanted.repository:
            subject = Subject("github", "repository", "", self.name)
            thing = Thing(_settings(wanted.repository), owner="declared")
            yield Said(subject, thing, ("github", "repository"))
        yield from self._values("secret", wanted.secrets, ("secrets",))
        yield from self._values("dependabot-secret", wanted.dependabot_secrets, ("dependabot_secrets",))
        yield from self._values("variable", wanted.variables, ("variables",))
        for label, hook in wanted.webhooks.items():
            yield self.said("webhook", label, ("webhooks", label), self._hook(hook))
        for name, ruleset in wanted.rulesets.items():
            yield self.said("ruleset", name, ("rulesets", name), _ruleset(ruleset))
        for title, key in wanted.deploy_keys.items():
            fields = {"key": " ".join(key.key.split()[:2]), "read_only": key.read_only}
            yield self.said("deploy-key", title, ("deploy_keys", title), fields)

    def _values(self, kind: Kind, values: Mapping[str, Any], place: Path, scope: str = "") -> Iterator[Said]:
        for name, value in values.items():
            if isinstance(value, Kept):
                fields: Fields = {"kept_in": value.place}
            elif kind == "variable":
                fields = {"value": self.resolver.resolve(value)}
            else:
                fields = {"value": self.resolver.hidden(value)}
            yield self.said(kind, name, (*place, name), fields, scope)

    def _hook(self, wanted: RepositoryWebhook) -> Fields:
        secret = {"secret": self.resolver.hidden(wanted.secret)} if wanted.secret else {}
        return {
            "url": self.resolver.hidden(wanted.url),
            "events": sorted(wanted.events),
            "content_type": wanted.content_type,
            "insecure_ssl": wanted.insecure_ssl,
            "active": wanted.active,
            **secret,
        }

    def environment(self, name: str, wanted: GitHubEnvironment) -> Iterator[Said]:
        place: Path = ("environments", name)
        yield self.said("environment", name, place, _environment(wanted))
        scope = f"{self.name}/{name}"
        yield from self._values("secret", wanted.secrets, (*place, "secrets"), scope)
        yield from self._values("variable", wanted.variables, (*place, "variables"), scope)


def _settings(wanted: Repository) -> Fields:
    return {
        "description": wanted.description or "",
        "visibility": wanted.visibility,
        "has_issues": wanted.has_issues,
        "delete_branch_on_merge": wanted.delete_branch_on_merge,
        "topics": sorted(wanted.topics),
        "archived": False,
    }


def _environment(wanted: GitHubEnvironment) -> Fields:
    policy = wanted.branch_policy
    return {
        "wait_timer": wanted.wait_timer,
        "reviewers_users": sorted(wanted.reviewers.users),
        "reviewers_teams": sorted(wanted.reviewers.teams),
        "prevent_self_review": wanted.prevent_self_review,
        "can_admins_bypass": wanted.can_admins_bypass,
        "protected_branches": bool(policy and policy.protected_branches),
        "branches": sorted(policy.branches) if policy else [],
        "tags": sorted(policy.tags) if policy else [],
    }


def _ruleset(wanted: Ruleset) -> Fields:
    rules: dict[str, Any] = {name: {} for name in _FLAGS if getattr(wanted, name)}
    if wanted.pull_request:
        rules["pull_request"] = wanted.pull_request.model_dump()
    if wanted.required_status_checks:
        checks = wanted.required_status_checks
        rules["required_status_checks"] = {
            "required_status_checks": [{"context": context} for context in checks.checks],
            "strict_required_status_checks_policy": checks.strict,
        }
    return {
        "target": wanted.target,
        "enforcement": wanted.enforcement,
        "include": sorted(wanted.include),
        "exclude": sorted(wanted.exclude),
        "rules": rules,
        "bypass": [_actor(actor) for actor in wanted.bypass],
    }


def _actor(actor: BypassActor) -> dict[str, Any]:
    return {"actor_type": actor.actor_type, "actor_id": actor.actor_id or None, "bypass_mode": actor.bypass_mode}
