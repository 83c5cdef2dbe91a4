"""The view: what of the estate a person gets to see."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

import pytest

from infra.localcloud.faults import Fault, Kind, Switchboard
from infra.localcloud.page.activity import SHOWN_REQUESTS, active_faults, latest_requests
from infra.localcloud.page.github import Repository
from infra.localcloud.page.heroku import App
from infra.localcloud.page.view import View
from infra.localcloud.store import Store
from tests.localcloud.heroku.steps import done
from tests.localcloud.page.estate import CANARY, CONFIG_VARS, REPO, Builder, see


def app_named(view: View, name: str) -> App:
    """One app of a view."""
    return next(app for app in view.heroku.apps if app.name == name)


def only_repository(view: View) -> Repository:
    """The repository of a view that has one."""
    (repository,) = view.repositories
    return repository


def test_no_value_is_in_the_view(view: View) -> None:
    """Whatever was planted in a secret field stays out, so that no template can show it by mistake."""
    assert CANARY not in repr(view)


def test_a_pipeline_has_its_apps_by_stage(view: View) -> None:
    """Three columns, and the stages of review and test apps for their config vars' names."""
    (pipeline,) = view.heroku.pipelines
    assert (pipeline.name, pipeline.owner) == ("banking-on-clojure", "deployer@example.com")
    assert {stage.name: [app.name for app in stage.apps] for stage in pipeline.stages if stage.is_column} == {
        "development": [],
        "staging": ["banking-staging"],
        "production": ["banking-production"],
    }
    named = {stage.name: stage.config_vars for stage in pipeline.stages if stage.config_vars}
    assert named == dict.fromkeys(("test", "review"), ("DATABASE_POOL_SIZE", "LOG_LEVEL"))
    assert [(app.name, app.owner) for app in view.heroku.loose] == [("banking-tools", "practicalli-team")]


def test_config_vars_say_whose_they_are(view: View) -> None:
    """People's own, an add-on's, and Heroku's own."""
    owners = {var.name: var.owner for var in app_named(view, "banking-staging").config_vars}
    assert owners == {
        **dict.fromkeys(CONFIG_VARS, "yours"),
        "HEROKU_APP_NAME": "platform",
        "DATABASE_URL": "add-on",
        "PAPERTRAIL_API_TOKEN": "add-on",
    }
    assert list(owners) == sorted(owners)


async def test_add_ons_have_plan_state_and_attachment(builder: Builder) -> None:
    """One that is still being provisioned gives no config vars yet."""
    await done(builder.heroku.post("/apps", json={"name": "banking"}))
    await done(builder.heroku.post("/apps/banking/addons", json={"plan": "heroku-redis:mini"}), 202)
    app = app_named(see(builder.cloud), "banking")
    assert [(one.attachments, one.plan, one.state) for one in app.addons] == [
        (("REDIS",), "heroku-redis:mini", "provisioning")
    ]
    assert app.config_vars == ()


def test_a_shared_add_on_names_its_owner(view: View) -> None:
    """It is one of the app's rows, though not its own, and counts once."""
    addons = {addon.attachments: addon for addon in app_named(view, "banking-production").addons}
    assert addons[("STAGING_DATABASE",)].of == "banking-staging"
    assert addons[("DATABASE",)].of == ""
    assert {count.noun: count.number for count in view.counts}["add-ons"] == 5


def test_an_app_has_what_belongs_to_it(view: View) -> None:
    """Region, stack, maintenance, formation, domains, drains, people and webhooks."""
    app = app_named(view, "banking-production")
    assert (app.region, app.stack, app.maintenance, app.acm) == ("eu", "heroku-24", True, True)
    assert (app.buildpacks, app.features) == (("heroku/clojure",), ("runtime-dyno-metadata",))
    assert [tuple(asdict(process).values()) for process in app.formation] == [
        ("web", "Standard-1X", 2),
        ("worker", "Standard-2X", 1),
    ]
    certificates = {domain.hostname: domain.certificate for domain in app.domains}
    assert certificates.pop("banking.practicalli.example") == "own certificate until 2027-01-01"
    assert certificates.pop("www.practicalli.example") == "automatic: cert issued"
    assert list(certificates.values()) == ["Heroku's own"]
    assert app.drains == ("syslog+tls://•••.localcloud.invalid", "syslog+tls://•••.example.com")
    assert [person.email for person in app.collaborators] == ["deployer@example.com", "practicalli-john@example.com"]
    assert [(hook.host, hook.entities) for hook in app.webhooks] == [
        ("hooks.example.com", ("api:release", "api:build"))
    ]


def test_releases_are_the_latest_first(view: View) -> None:
    """Five of them, the first one current, with all counted."""
    app = app_named(view, "banking-production")
    assert [release.version for release in app.releases] == [*range(app.release_count, app.release_count - 5, -1)]
    assert [release.current for release in app.releases] == [True, False, False, False, False]
    assert app.releases[0].description.startswith("Attach STAGING_DATABASE")


def test_an_environment_has_its_protection_secrets_and_variables(view: View) -> None:
    """In words, with names only."""
    staging, production = only_repository(view).environments
    assert (production.reviewers, production.wait_timer, production.prevent_self_review) == (("pat",), 5, True)
    assert (production.branches, staging.branches) == (("main",), ("any branch",))
    assert [entry.name for entry in production.secrets] == ["HEROKU_API_KEY"]
    assert [entry.name for entry in production.variables] == ["APP_URL", "HEROKU_APP"]


def test_a_repository_has_secrets_webhooks_rules_and_keys(view: View) -> None:
    """By name and host; a ruleset in words."""
    repository = only_repository(view)
    assert [entry.name for entry in repository.secrets] == ["SONAR_TOKEN"]
    assert [entry.name for entry in repository.dependabot_secrets] == ["CLOJARS_PASSWORD"]
    assert [entry.name for entry in repository.variables] == ["HEROKU_PIPELINE_ID"]
    (hook,), (ruleset,), (key,) = repository.hooks, repository.rulesets, repository.deploy_keys
    assert (hook.host, hook.events, hook.signed) == (
        "hooks.practicalli.example",
        ("deployment_status", "release"),
        True,
    )
    assert ruleset.applies_to == ("the default branch", "not wip/*")
    assert ruleset.rules == (
        "deletion",
        "non fast forward",
        "pull request: 1 approval",
        "required status checks: test, lint",
    )
    assert (key.title, key.kind, key.read_only) == ("deploy from staging", "ssh-ed25519", True)
    (issue,) = repository.conversations
    assert (issue.title, issue.kind, issue.state, issue.labels) == ("Drift in production", "issue", "open", ("drift",))
    assert issue.comments == 1


async def test_a_changed_secret_shows_when(estate: Builder) -> None:
    """The time is all that tells a rewritten secret from an untouched one."""
    before = only_repository(see(estate.cloud)).secrets
    estate.cloud.clock.pass_seconds(60)
    await estate.secret(f"{REPO}/actions", "SONAR_TOKEN")
    after = only_repository(see(estate.cloud)).secrets
    assert (after[0].updated_at - before[0].updated_at).total_seconds() == 60


def test_requests_are_the_latest_first(view: View) -> None:
    """With who made them, with what client, and what came of it."""
    numbers = [request.number for request in view.requests]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == SHOWN_REQUESTS
    latest = view.requests[0]
    assert (latest.method, latest.path) == ("POST", f"/api/v3{REPO}/environments/production/variables")
    assert (latest.status, latest.tone, latest.account, latest.client) == (
        "201",
        "fine",
        "deployer",
        "go-github/v85.0.0",
    )


def test_the_latest_requests_are_found_in_a_log_of_any_length() -> None:
    """Also after a reset, which does not start the numbers again."""
    store = Store(None)
    entry: dict[str, Any] = {"at": "2026-11-24T09:00:00+00:00", "method": "GET", "path": "/", "query": []}
    entry |= {"account": "", "client": "", "status": "dropped before", "milliseconds": 0.1}
    assert latest_requests(store) == ()
    for length in range(1, 70):
        number = store.log_request(entry)
        found = [request.number for request in latest_requests(store)]
        assert found == [*range(number, max(0, number - SHOWN_REQUESTS), -1)], length
    store.clear()
    assert latest_requests(store) == ()
    number = store.log_request(entry)
    assert [(request.number, request.tone) for request in latest_requests(store)] == [(number, "failed")]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_fault_has_words(kind: Kind) -> None:
    """Also those made for tests."""
    board = Switchboard()
    board.switch_on(Fault(kind))
    assert active_faults(board)[0].what


def test_faults_are_told_in_words() -> None:
    """What happens, to whom, how often; one that is used up is not active any more."""
    board = Switchboard()
    board.switch_on(Fault("rate_limit", "heroku", "patch", "config-vars", count=2, retry_after=3))
    board.switch_on(Fault("status", count=1, status=502))
    board.switch_on(Fault("slow", "github", milliseconds=250))
    board.meet("heroku", "GET", "/apps")
    limit, slow = active_faults(board)
    assert (limit.what, limit.whom, limit.left) == (
        "rate limit (429, retry after 3 s)",
        "heroku PATCH config-vars",
        "2 more",
    )
    assert (slow.what, slow.whom, slow.met, slow.left) == ("slow by 250 ms", "github", 0, "until cleared")


async def test_a_fresh_cloud_is_empty(builder: Builder) -> None:
    """Accounts and a bare repository do not count as something; a pipeline does."""
    assert see(builder.cloud).is_empty
    await done(builder.heroku.post("/pipelines", json={"name": "banking-on-clojure"}))
    assert not see(builder.cloud).is_empty
