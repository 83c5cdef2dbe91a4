"""What a GitHub repository holds for the service: secrets, variables, environments, webhooks, rulesets, deploy keys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from infra.model.fields import (
    GitHubName,
    KeepableSecret,
    Label,
    OpenValue,
    SecretValue,
    Text,
    WebAddress,
    named,
    refuse,
)
from infra.model.section import Section

EnvironmentName = Annotated[Text, named(r"[^\s/][^/]{0,254}", "an environment name: up to 255 characters, no slash")]


class Reviewers(Section):
    """Who must approve a deployment: up to six users and teams."""

    users: list[Text] = []
    """GitHub logins."""
    teams: list[Text] = []
    """Team slugs of the repository's organization."""


class BranchPolicy(Section):
    """Which branches and tags may deploy."""

    protected_branches: bool = False
    """Only branches with protection rules."""
    branches: list[Text] = []
    """Name patterns of branches."""
    tags: list[Text] = []
    """Name patterns of tags."""


class GitHubEnvironment(Section):
    """A deployment environment of the repository."""

    wait_timer: int = Field(default=0, ge=0, le=43_200)
    """Minutes to wait before a deployment starts."""
    reviewers: Reviewers = Reviewers()
    """Who must approve."""
    prevent_self_review: bool = False
    """Whether who started a deployment may not approve it."""
    can_admins_bypass: bool = True
    """Whether administrators may skip the rules."""
    branch_policy: BranchPolicy | None = None
    """Which branches and tags may deploy; left out, all."""
    secrets: dict[GitHubName, KeepableSecret] = {}
    """The environment's Actions secrets."""
    variables: dict[GitHubName, OpenValue] = {}
    """The environment's Actions variables."""


class RepositoryWebhook(Section):
    """Whom GitHub tells about the repository's events."""

    url: WebAddress
    """Where the events are posted."""
    events: list[Text] = Field(default=["push"], min_length=1)
    """Which events."""
    content_type: Literal["json", "form"] = "json"
    """How the payload is written."""
    insecure_ssl: bool = False
    """Whether a bad certificate of the receiver is accepted."""
    secret: SecretValue | None = None
    """Signs each delivery."""
    active: bool = True
    """Whether deliveries are made."""


class PullRequestRule(Section):
    """What a pull request needs before it may be merged."""

    required_approving_review_count: int = Field(default=1, ge=0, le=10)
    """How many approvals."""
    dismiss_stale_reviews_on_push: bool = False
    """Whether a push takes approvals away."""
    require_code_owner_review: bool = False
    """Whether a code owner must approve."""
    require_last_push_approval: bool = False
    """Whether someone other than the last pusher must approve."""
    required_review_thread_resolution: bool = False
    """Whether every conversation must be resolved."""


class StatusChecksRule(Section):
    """Which checks must pass."""

    checks: list[Text] = Field(min_length=1)
    """The checks' names."""
    strict: bool = False
    """Whether the branch must be up to date."""


class BypassActor(Section):
    """Who may pass by a ruleset."""

    actor_type: Literal["RepositoryRole", "Team", "Integration", "OrganizationAdmin", "DeployKey"]
    """What kind of actor."""
    actor_id: int = Field(default=0, ge=0)
    """The actor's number at GitHub."""
    bypass_mode: Literal["always", "pull_request"] = "always"
    """When."""


class Ruleset(Section):
    """A ruleset of the repository."""

    target: Literal["branch", "tag"] = "branch"
    """What it rules."""
    enforcement: Literal["active", "evaluate", "disabled"] = "active"
    """Whether it holds."""
    include: list[Text] = ["~DEFAULT_BRANCH"]
    """Ref patterns it applies to; ~DEFAULT_BRANCH, ~ALL, refs/heads/…"""
    exclude: list[Text] = []
    """Ref patterns it leaves out."""
    creation: bool = False
    """Whether only those who may bypass can create matching refs."""
    update: bool = False
    """Whether only those who may bypass can update matching refs."""
    deletion: bool = False
    """Whether only those who may bypass can delete matching refs."""
    non_fast_forward: bool = False
    """Whether force pushes are refused."""
    required_linear_history: bool = False
    """Whether merge commits are refused."""
    required_signatures: bool = False
    """Whether commits must be signed."""
    pull_request: PullRequestRule | None = None
    """What a pull request needs."""
    required_status_checks: StatusChecksRule | None = None
    """Which checks must pass."""
    bypass: list[BypassActor] = []
    """Who may pass by."""


class DeployKey(Section):
    """An SSH key that may read, or write, this repository alone."""

    key: Text
    """The public key."""
    read_only: bool = True
    """Whether it may not push."""

    @field_validator("key")
    @classmethod
    def _public_key(cls, value: str) -> str:
        parts = value.split()
        if len(parts) < 2 or not parts[0].startswith(("ssh-", "ecdsa-", "sk-")):
            raise refuse("is not an SSH public key", "It looks like: ssh-ed25519 AAAA… comment")
        return value


class Repository(Section):
    """Settings of the repository itself, only for those who want it made or kept by this project.

    It is never deleted: destroyed, it is archived.
    """

    description: Text | None = None
    """What GitHub shows under the name."""
    visibility: Literal["public", "private", "internal"] = "private"
    """Who may see it."""
    has_issues: bool = True
    """Whether it has issues."""
    delete_branch_on_merge: bool = True
    """Whether merged branches go."""
    topics: list[Text] = []
    """Topics."""


class GitHub(Section):
    """Everything declared for the repository."""

    repository: Repository | None = None
    """Manage the repository itself; left out, it must exist and is left alone."""
    secrets: dict[GitHubName, KeepableSecret] = {}
    """Actions secrets of the repository."""
    variables: dict[GitHubName, OpenValue] = {}
    """Actions variables of the repository."""
    dependabot_secrets: dict[GitHubName, KeepableSecret] = {}
    """What Dependabot's runs may see."""
    environments: dict[EnvironmentName, GitHubEnvironment] = {}
    """Deployment environments; one with a stage's name belongs to that stage's stack."""
    webhooks: dict[Label, RepositoryWebhook] = {}
    """Webhooks by a name of your choice."""
    rulesets: dict[Label, Ruleset] = {}
    """Rulesets by name."""
    deploy_keys: dict[Label, DeployKey] = {}
    """Deploy keys by title."""
