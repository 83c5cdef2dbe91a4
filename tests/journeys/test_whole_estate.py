"""An environment with everything that can be declared: made, changed in every field, and taken away again."""

from __future__ import annotations

import json
from typing import Any

import yaml

from tests.certificates import new_certificate
from tests.journeys.checkout import Checkout

CHAIN, KEY = new_certificate("orders.example")
OTHER_CHAIN, OTHER_KEY = new_certificate("orders.example")
DEPLOY_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deploy"
SECRET = "twelvefold:environment"

SERVICE: dict[str, Any] = {
    "repository": "practicalli/orders",
    "language": "python",
    "pipeline": {
        "name": "orders",
        "stages": ["staging", "production"],
        "config_vars": {"test": {"CI_ONLY": "yes"}, "review": {"REVIEW_ONLY": "yes"}},
    },
    "region": "eu",
    "stack": "heroku-24",
    "buildpacks": ["heroku/python"],
    "apps": {
        "web": {
            "app": "orders-web",
            "formation": {"web": {"size": "standard-1x", "quantity": 2}, "clock": {"size": "standard-1x"}},
            "addons": {
                "database": {"plan": "heroku-postgresql:essential-0", "as": "DATABASE"},
                "replica": {"plan": "heroku-postgresql:essential-0", "as": "ANALYTICS"},
                "cache": {"plan": "heroku-redis:mini", "as": "CACHE"},
            },
            "config_vars": {"LOG_LEVEL": "info", "SELF": "${apps.web.url}", "LITERAL": "$${not.a.reference}"},
            "features": {"http-session-affinity": True},
            "collaborators": ["ops@example.com"],
            "domains": {"orders.example": {"certificate": "own"}, "shop.orders.example": {}},
            "webhooks": {
                "releases": {"url": "https://hooks.orders.example/heroku", "include": ["api:release", "api:build"]},
            },
            "drains": {"plain": {"url": "syslog+tls://logs.orders.example:6514"}},
        },
        "jobs": {
            "app": "orders-jobs",
            "maintenance": True,
            "formation": {"worker": {"size": "standard-1x"}},
            "attachments": {"DATABASE": {"app": "web", "addon": "database"}},
            "config_vars": {"WEB": "${apps.web.name}"},
        },
    },
    "github": {
        "variables": {"PIPELINE": "${pipeline.id}", "DATABASE": "${apps.web.addons.database.attachment}"},
        "environments": {
            "staging": {
                "wait_timer": 3,
                "reviewers": {"users": ["practicalli-john"], "teams": ["operations"]},
                "prevent_self_review": True,
                "branch_policy": {"branches": ["main", "release/*"], "tags": ["v*"]},
                "variables": {"WEB_URL": "${apps.web.url}"},
            },
            "docs": {"branch_policy": {"protected_branches": True}},
        },
        "webhooks": {"chat": {"url": "https://hooks.orders.example/${apps.web.name}", "events": ["push"]}},
        "rulesets": {
            "main": {
                "deletion": True,
                "required_linear_history": True,
                "pull_request": {"required_approving_review_count": 2},
                "required_status_checks": {"checks": ["test", "lint"], "strict": True},
                "bypass": [{"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "pull_request"}],
            },
            "tags": {"target": "tag", "include": ["refs/tags/v*"], "update": True},
        },
        "deploy_keys": {"mirror": {"key": DEPLOY_KEY}},
    },
}
SECRETS = {
    "apps.web.config_vars.SESSION_KEY": "s3ssion",
    "apps.web.certificates.own.certificate_chain": CHAIN,
    "apps.web.certificates.own.private_key": KEY,
    "apps.web.webhooks.releases.secret": "wh-secret",
    "github.secrets.TOKEN": "repo-secret",
    "github.dependabot_secrets.TOKEN": "bot-secret",
    "github.environments.staging.secrets.HEROKU_API_KEY": "env-secret",
    "github.webhooks.chat.secret": "chat-secret",
}
CHANGED_SECRETS = {
    "apps.web.config_vars.SESSION_KEY": "s3ssion-2",
    "apps.web.certificates.own.certificate_chain": OTHER_CHAIN,
    "apps.web.certificates.own.private_key": OTHER_KEY,
    "apps.web.webhooks.releases.secret": "wh-secret-2",
    "github.secrets.TOKEN": "repo-secret-2",
    "github.environments.staging.secrets.HEROKU_API_KEY": "env-secret-2",
    "github.webhooks.chat.secret": "chat-secret-2",
}


def changed(service: dict[str, Any]) -> dict[str, Any]:
    """The same service with nearly every field changed that can change in place, and some things gone or new."""
    new: dict[str, Any] = json.loads(json.dumps(service))
    web, jobs, github = new["apps"]["web"], new["apps"]["jobs"], new["github"]
    new["buildpacks"] = ["heroku/nodejs", "heroku/python"]
    new["pipeline"]["config_vars"]["test"] = {"CI_ONLY": "no", "MORE": "1"}
    web["formation"] = {"web": {"size": "standard-2x", "quantity": 1}}
    web["addons"]["database"]["plan"] = "heroku-postgresql:essential-1"
    del web["addons"]["replica"]
    web["config_vars"] = {"LOG_LEVEL": "debug", "NEW": "1", "SELF": "${apps.web.url}"}
    web["features"] = {"http-session-affinity": False}
    web["collaborators"] = ["dev@example.com"]
    web["domains"] = {"orders.example": {"certificate": "own"}, "store.orders.example": {}}
    web["webhooks"]["releases"] |= {"url": "https://hooks.orders.example/v2", "level": "sync", "include": ["api:app"]}
    web["drains"] = {"plain": {"url": "syslog+tls://logs2.orders.example:6514"}}
    jobs["maintenance"] = False
    jobs["attachments"] = {"MAIN_DB": {"app": "web", "addon": "database"}}
    github["variables"] = {"PIPELINE": "${pipeline.name}"}
    staging = github["environments"]["staging"]
    staging |= {"wait_timer": 0, "prevent_self_review": False, "branch_policy": {"branches": ["main"]}}
    staging["variables"] = {"WEB_URL": "https://elsewhere.example"}
    del github["environments"]["docs"]
    github["webhooks"]["chat"] |= {"events": ["push", "release"], "active": False, "content_type": "form"}
    github["rulesets"]["main"] |= {"deletion": False, "required_status_checks": {"checks": ["test"]}}
    del github["rulesets"]["tags"]
    github["deploy_keys"]["mirror"]["read_only"] = False
    return new


def write(checkout: Checkout, service: dict[str, Any], secrets: dict[str, str]) -> None:
    """Write the service into the stack files as a person would, secrets through the engine."""
    whole = yaml.safe_load((checkout.folder / "Pulumi.yaml").read_text())
    whole["config"]["twelvefold:service"]["value"] = service
    (checkout.folder / "Pulumi.yaml").write_text(yaml.safe_dump(whole))
    for path, value in secrets.items():
        outcome = checkout.run(
            "pulumi", "config", "set", "--secret", "--path", "-s", "staging", "--", f"{SECRET}.{path}", value
        )
        assert outcome.code == 0, outcome.text


def converge(checkout: Checkout) -> None:
    """Bring staging up, and find nothing left to do, neither against the code nor against what is live."""
    up = checkout.pulumi("up", "--yes", "--stack", "staging")
    assert up.code == 0, up.text
    for command in (["preview"], ["refresh", "--preview-only"], ["preview", "--refresh"]):
        outcome = checkout.pulumi(*command, "--expect-no-changes", "--diff", "--stack", "staging")
        assert outcome.code == 0, outcome.text


def test_everything_is_made_changed_and_taken_away(checkout: Checkout) -> None:
    """Every kind of resource: up, then no change; changed, then no change; destroyed, and the cloud is as before."""
    (checkout.folder / "Pulumi.production.yaml").unlink()
    (checkout.folder / "Pulumi.staging.yaml").write_text("config: {}\n")
    write(checkout, SERVICE, SECRETS)
    assert checkout.twelvefold("check").code == 0, checkout.twelvefold("check").text
    checkout.cloud.seed(checkout.cloud.additions())
    repository = {"owner": "practicalli", "name": "orders", "private": False, "default_branch": "main"}
    checkout.cloud.seed({"github": {"repositories": [repository]}})
    empty = json.loads(checkout.cloud.export(normalized=True))

    converge(checkout)
    first = json.loads(checkout.cloud.export(normalized=True))
    write(checkout, changed(SERVICE), CHANGED_SECRETS)
    converge(checkout)
    write(checkout, SERVICE, SECRETS)
    converge(checkout)
    again = json.loads(checkout.cloud.export(normalized=True))
    destroyed = checkout.pulumi("destroy", "--yes", "--stack", "staging")

    assert again == first
    assert destroyed.code == 0, destroyed.text
    assert json.loads(checkout.cloud.export(normalized=True)) == empty
