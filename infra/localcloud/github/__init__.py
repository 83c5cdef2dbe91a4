"""The stand-in for GitHub's REST API, as ``exchange.Vendor`` describes a vendor."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.github import (
    actions_permissions,
    actions_secrets,
    audit_log,
    branch_policies,
    branches,
    collaborators,
    deliveries,
    deploy_keys,
    deployments,
    environments,
    issue_comments,
    issues,
    labels,
    organizations,
    pulls,
    repositories,
    ruleset_history,
    rulesets,
    users,
    variables,
    webhooks,
)
from infra.localcloud.github.authentication import authenticate, caller_named
from infra.localcloud.github.door import admit, finish
from infra.localcloud.github.estates import aliases, estate
from infra.localcloud.github.graphql import GRAPHQL_ROUTES
from infra.localcloud.github.refusals import DOCUMENTATION, refuse
from infra.localcloud.github.seeding import seed
from infra.localcloud.store import Store

__all__ = [
    "GRAPHQL_ROUTES",
    "ROUTES",
    "admit",
    "aliases",
    "authenticate",
    "caller_named",
    "estate",
    "finish",
    "refuse",
    "seed",
    "settle",
]

_NOUNS: tuple[ModuleType, ...] = (
    users,
    organizations,
    repositories,
    branches,
    actions_secrets,
    variables,
    environments,
    branch_policies,
    webhooks,
    deliveries,
    rulesets,
    deploy_keys,
    collaborators,
    actions_permissions,
    issues,
    issue_comments,
    labels,
    pulls,
    deployments,
    ruleset_history,
    audit_log,
)

_BY_NAME, _BY_ID = "/repos/{owner}/{repo}", "/repositories/{repository_id}"


def settle(store: Store, now: datetime) -> None:
    """Nothing takes time here: what GitHub was told is true at once."""


def _documented(route: Route, page: str) -> Route:
    """The same route, its refusals pointing to the noun's page of GitHub's documentation."""
    method, template, function, scope = route

    def answer(call: Call) -> Answer:
        try:
            given = function(call)
        except Refusal as refusal:
            refusal.extra.setdefault("documentation_url", f"{DOCUMENTATION}/{page}")
            raise
        audit_log.record(call, template, given)
        return given

    return method, template, answer, scope


def _with_form_by_id(route: Route) -> list[Route]:
    """A repository's route also under ``/repositories/{id}``, where redirects and older clients go."""
    method, template, function, scope = route
    if not template.startswith(_BY_NAME):
        return [route]
    return [route, (method, _BY_ID + template.removeprefix(_BY_NAME), function, scope)]


ROUTES: list[Route] = [
    form for noun in _NOUNS for route in noun.ROUTES for form in _with_form_by_id(_documented(route, noun.PAGE))
]
