"""Declare the GitHub side: what the repository holds for the service, and its deployment environments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import pulumi
import pulumi_github as github
from pulumi import ResourceOptions

from infra.model.github import DeployKey, GitHub, GitHubEnvironment, Repository, RepositoryWebhook, Ruleset
from infra.model.kept import environment_secret
from infra.model.values import Kept, Value
from infra.program.facts import Facts
from infra.program.lookups import look_up

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class GitHubRepository(pulumi.ComponentResource):
    """One repository's part in this stack: what is shared if the stack owns that, and the stack's own environments."""

    def __init__(self, full_name: str, facts: Facts, opts: ResourceOptions) -> None:
        super().__init__("twelvefold:github:Repository", full_name, None, opts)
        owner, self.repository = full_name.split("/")
        self.facts = facts
        # Only a provider that the engine makes by itself takes the configuration; without it, this is GITHUB_TOKEN.
        token = pulumi.Config("github").get_secret("token")
        provider = github.Provider(
            "github", owner=owner, token=token, write_delay_ms=_write_delay(), opts=ResourceOptions(parent=self)
        )
        self.inside = ResourceOptions(parent=self, provider=provider)
        self.lookup = pulumi.InvokeOptions(parent=self, provider=provider)

    def declare_shared(self, wanted: GitHub, *, protect: bool) -> None:
        """Declare what belongs to the repository as a whole."""
        if wanted.repository:
            self._repository(wanted.repository, protect)
        for name, secret in ours(wanted.secrets).items():
            github.ActionsSecret(
                name, repository=self.repository, secret_name=name, value=self.facts.resolve(secret), opts=self.inside
            )
        for name, value in wanted.variables.items():
            github.ActionsVariable(
                name, repository=self.repository, variable_name=name, value=self.facts.resolve(value), opts=self.inside
            )
        for name, secret in ours(wanted.dependabot_secrets).items():
            github.DependabotSecret(
                name, repository=self.repository, secret_name=name, value=self.facts.resolve(secret), opts=self.inside
            )
        for name, hook in wanted.webhooks.items():
            self._webhook(name, hook)
        for name, ruleset in wanted.rulesets.items():
            self._ruleset(name, ruleset)
        for title, key in wanted.deploy_keys.items():
            self._deploy_key(title, key)

    def _repository(self, wanted: Repository, protect: bool) -> None:
        repository = github.Repository(
            self.repository,
            name=self.repository,
            description=wanted.description,
            visibility=wanted.visibility,
            has_issues=wanted.has_issues,
            delete_branch_on_merge=wanted.delete_branch_on_merge,
            topics=wanted.topics,
            # Code is data: taken out of the stack, the repository is kept.
            archive_on_destroy=True,
            opts=ResourceOptions.merge(self.inside, ResourceOptions(protect=protect)),
        )
        # Everything declared after it waits for it.
        self.inside = ResourceOptions.merge(self.inside, ResourceOptions(depends_on=[repository]))

    def _webhook(self, name: str, wanted: RepositoryWebhook) -> None:
        secret = pulumi.Output.secret(self.facts.resolve(wanted.secret)) if wanted.secret else None
        configuration = github.RepositoryWebhookConfigurationArgs(
            url=self.facts.resolve(wanted.url),
            content_type=wanted.content_type,
            insecure_ssl=wanted.insecure_ssl,
            secret=secret,
        )
        github.RepositoryWebhook(
            name,
            repository=self.repository,
            events=sorted(wanted.events),
            active=wanted.active,
            configuration=configuration,
            opts=self.inside,
        )

    def _ruleset(self, name: str, wanted: Ruleset) -> None:
        conditions = github.RepositoryRulesetConditionsArgs(
            ref_name=github.RepositoryRulesetConditionsRefNameArgs(includes=wanted.include, excludes=wanted.exclude)
        )
        bypass = [
            github.RepositoryRulesetBypassActorArgs(
                actor_id=actor.actor_id or None, actor_type=actor.actor_type, bypass_mode=actor.bypass_mode
            )
            for actor in wanted.bypass
        ]
        github.RepositoryRuleset(
            name,
            name=name,
            repository=self.repository,
            target=wanted.target,
            enforcement=wanted.enforcement,
            conditions=conditions,
            rules=_rules(wanted),
            bypass_actors=bypass or None,
            opts=self.inside,
        )

    def _deploy_key(self, title: str, wanted: DeployKey) -> None:
        github.RepositoryDeployKey(
            title,
            title=title,
            repository=self.repository,
            key=wanted.key,
            read_only=wanted.read_only,
            opts=self.inside,
        )

    def declare_environment(self, name: str, wanted: GitHubEnvironment) -> None:
        """Declare one deployment environment with its policies, secrets and variables."""
        environment = github.RepositoryEnvironment(
            name,
            repository=self.repository,
            environment=name,
            wait_timer=wanted.wait_timer or None,
            reviewers=self._reviewers(wanted),
            prevent_self_review=wanted.prevent_self_review,
            can_admins_bypass=wanted.can_admins_bypass,
            deployment_branch_policy=_branch_policy(wanted),
            opts=self.inside,
        )
        inside = ResourceOptions.merge(self.inside, ResourceOptions(depends_on=[environment]))
        self._policies(name, wanted, inside)
        for key, secret in ours(wanted.secrets).items():
            github.ActionsEnvironmentSecret(
                environment_secret(name, key),
                repository=self.repository,
                environment=name,
                secret_name=key,
                value=self.facts.resolve(secret),
                opts=inside,
            )
        for key, value in wanted.variables.items():
            github.ActionsEnvironmentVariable(
                f"{name}-{key}",
                repository=self.repository,
                environment=name,
                variable_name=key,
                value=self.facts.resolve(value),
                opts=inside,
            )

    def _policies(self, name: str, wanted: GitHubEnvironment, inside: ResourceOptions) -> None:
        policy = wanted.branch_policy
        patterns = (
            [("branch", text) for text in policy.branches] + [("tag", text) for text in policy.tags] if policy else []
        )
        for kind, pattern in patterns:
            github.RepositoryEnvironmentDeploymentPolicy(
                f"{name}-{kind}-{pattern}",
                repository=self.repository,
                environment=name,
                branch_pattern=pattern if kind == "branch" else None,
                tag_pattern=pattern if kind == "tag" else None,
                opts=inside,
            )

    def _reviewers(self, wanted: GitHubEnvironment) -> list[github.RepositoryEnvironmentReviewerArgs] | None:
        users = [self._user(login) for login in wanted.reviewers.users]
        teams = [self._team(slug) for slug in wanted.reviewers.teams]
        if not users and not teams:
            return None
        return [github.RepositoryEnvironmentReviewerArgs(users=sorted(users) or None, teams=sorted(teams) or None)]

    def _user(self, login: str) -> int:
        found = look_up(f'the GitHub user "{login}"', lambda: github.get_user(username=login, opts=self.lookup))
        return int(found.id)

    def _team(self, slug: str) -> int:
        found = look_up(
            f'the GitHub team "{slug}"', lambda: github.get_team(slug=slug, summary_only=True, opts=self.lookup)
        )
        return int(found.id)


def ours(secrets: Mapping[str, Value | Kept]) -> dict[str, Value]:
    """The secrets that this project writes: those that are kept elsewhere are never touched."""
    return {name: value for name, value in secrets.items() if not isinstance(value, Kept)}


def _rules(wanted: Ruleset) -> github.RepositoryRulesetRulesArgs:
    pull_request, checks = wanted.pull_request, wanted.required_status_checks
    return github.RepositoryRulesetRulesArgs(
        creation=wanted.creation or None,
        update=wanted.update or None,
        deletion=wanted.deletion or None,
        non_fast_forward=wanted.non_fast_forward or None,
        required_linear_history=wanted.required_linear_history or None,
        required_signatures=wanted.required_signatures or None,
        pull_request=github.RepositoryRulesetRulesPullRequestArgs(**pull_request.model_dump())
        if pull_request
        else None,
        required_status_checks=github.RepositoryRulesetRulesRequiredStatusChecksArgs(
            required_checks=[
                github.RepositoryRulesetRulesRequiredStatusChecksRequiredCheckArgs(context=context)
                for context in checks.checks
            ],
            strict_required_status_checks_policy=checks.strict,
        )
        if checks
        else None,
    )


def _branch_policy(wanted: GitHubEnvironment) -> github.RepositoryEnvironmentDeploymentBranchPolicyArgs | None:
    policy = wanted.branch_policy
    if policy is None:
        return None
    return github.RepositoryEnvironmentDeploymentBranchPolicyArgs(
        protected_branches=policy.protected_branches, custom_branch_policies=not policy.protected_branches
    )


def _write_delay() -> int | None:
    """GitHub asks for a second between writes (the default); a stand-in on loopback has no such limit to respect."""
    host = urlsplit(os.environ.get("GITHUB_BASE_URL", "")).hostname
    return 0 if host in _LOOPBACK else None
