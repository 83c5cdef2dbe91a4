"""What people do by hand in the vendors' dashboards, past the code: each with what an audit must find of it.

The changes do not get in each other's way, so that they can be made one after the other on one estate, and stay.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nacl.public import PublicKey, SealedBox

from infra.workflows.cloud import ACCOUNT, LocalCloud
from tests.certificates import new_certificate

CHAIN, KEY = new_certificate("orders.example")
OTHER_CHAIN, OTHER_KEY = new_certificate("pay.orders.example")
MIRROR = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl mirror"
BACKUP = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx4ZcBs2RrGvs6PzXSWpXfYEvGL8WvIvYzOzCUbDJ3p backup"
STRANGE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6pq1y0cTXWvpc1Sm0cJqcVwXWn3Yl0sVWlTXqdr7hT strange"
REPOSITORY = "practicalli/orders"
PLAN, HOOK = "heroku-postgresql:essential-0", "https://hooks.orders.example"

SERVICE: dict[str, Any] = {
    "repository": REPOSITORY,
    "language": "python",
    "pipeline": {
        "name": "orders",
        "stages": ["staging", "production"],
        "config_vars": {"test": {"CI_ONLY": "yes", "CI_TOO": "yes"}, "review": {"REVIEW_ONLY": "yes"}},
    },
    "region": "eu",
    "stack": "heroku-24",
    "buildpacks": ["heroku/python"],
    "apps": {
        "web": {
            "app": "orders-web",
            "formation": {"web": {"size": "standard-1x", "quantity": 2}, "clock": {"size": "standard-1x"}},
            "addons": {
                "database": {"plan": PLAN, "as": "DATABASE"},
                "replica": {"plan": PLAN, "as": "ANALYTICS"},
                "cache": {"plan": "heroku-redis:mini", "as": "CACHE"},
            },
            "config_vars": {"LOG_LEVEL": "info", "POOL": "5", "GREETING": "hello", "SELF": "${apps.web.url}"},
            "features": {"http-session-affinity": True, "preboot": False},
            "collaborators": ["ops@example.com"],
            "domains": {"orders.example": {"certificate": "own"}, "shop.orders.example": {}, "pay.orders.example": {}},
            "webhooks": {
                "builds": {"url": f"{HOOK}/builds", "include": ["api:build"]},
                "dynos": {"url": f"{HOOK}/dynos", "include": ["api:dyno"]},
                "levels": {"url": f"{HOOK}/levels", "include": ["api:formation"]},
                "releases": {"url": f"{HOOK}/heroku", "include": ["api:release", "api:build"]},
            },
            "drains": {
                "audit": {"url": "syslog+tls://audit.orders.example:6514"},
                "plain": {"url": "syslog+tls://logs.orders.example:6514"},
            },
        },
        "jobs": {
            "app": "orders-jobs",
            "maintenance": True,
            "formation": {"worker": {"size": "standard-1x"}},
            "attachments": {"DATABASE": {"app": "web", "addon": "database"}},
            "config_vars": {"WEB": "${apps.web.name}", "RETRIES": "3"},
        },
    },
    "github": {
        "variables": {"PIPELINE": "${pipeline.id}", "REGION": "eu", "CHANNEL": "orders"},
        "environments": {
            "staging": {
                "wait_timer": 3,
                "reviewers": {"users": ["practicalli-john"], "teams": ["operations"]},
                "branch_policy": {"branches": ["main", "release/*"], "tags": ["v*"]},
                "variables": {"WEB_URL": "${apps.web.url}", "TIER": "one", "ZONE": "b"},
            },
            "docs": {"branch_policy": {"protected_branches": True}},
        },
        "webhooks": {
            "alerts": {"url": f"{HOOK}/alerts", "events": ["issues"]},
            "chat": {"url": f"{HOOK}/chat", "events": ["push"]},
            "mail": {"url": f"{HOOK}/mail", "events": ["release"]},
        },
        "rulesets": {
            "main": {"deletion": True, "pull_request": {"required_approving_review_count": 2}},
            "next": {"include": ["refs/heads/next"], "non_fast_forward": True},
            "releases": {"include": ["refs/heads/release/*"], "deletion": True},
            "tags": {"target": "tag", "include": ["refs/tags/v*"], "update": True},
        },
        "deploy_keys": {"backup": {"key": BACKUP}, "mirror": {"key": MIRROR}},
    },
}
SECRETS = {
    "apps.web.config_vars.SESSION_KEY": "s3ssion",
    "apps.web.config_vars.SIGNING_KEY": "s1gning",
    "apps.web.certificates.own.certificate_chain": CHAIN,
    "apps.web.certificates.own.private_key": KEY,
    "github.secrets.TOKEN": "repo-secret",
    "github.secrets.OTHER_TOKEN": "other-repo-secret",
    "github.dependabot_secrets.FEED": "bot-secret",
    "github.dependabot_secrets.MIRROR": "bot-mirror",
    "github.environments.staging.secrets.HEROKU_API_KEY": "env-secret",
    "github.environments.staging.secrets.SIGNING": "env-signing",
}

Body = dict[str, Any]


@dataclass
class Hands:
    """Makes calls at the vendors as somebody in their dashboards, who is no account of the code."""

    cloud: LocalCloud

    def heroku(self, method: str, path: str, body: Any = None) -> Any:
        """One call at Heroku."""
        return self.cloud.by_hand("heroku", method, path, body)

    def github(self, method: str, path: str, body: Any = None) -> Any:
        """One call at GitHub, below the repository."""
        return self.cloud.by_hand("github", method, f"/api/v3/repos/{REPOSITORY}{path}", body)

    def one(self, path: str, **wanted: Any) -> Body:
        """The element of a list at Heroku whose fields are as ``wanted``."""
        return _only(self.heroku("GET", path), wanted)

    def seal(self, keys: str, name: str, value: str) -> None:
        """Put a secret of the repository where ``keys`` says."""
        key = self.github("GET", f"{keys}/public-key")
        sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(value.encode())
        text = base64.b64encode(sealed).decode()
        self.github("PUT", f"{keys}/{name}", {"encrypted_value": text, "key_id": key["key_id"]})

    def hook(self, end: str) -> str:
        """The path of the repository's webhook whose address ends so."""
        found = next(one for one in self.github("GET", "/hooks") if one["config"]["url"].endswith(end))
        return f"/hooks/{found['id']}"

    def ruleset(self, name: str) -> str:
        """The path of a ruleset of the repository."""
        return f"/rulesets/{_only(self.github('GET', '/rulesets'), {'name': name})['id']}"

    def deploy_key(self, title: str) -> str:
        """The path of a deploy key of the repository."""
        return f"/keys/{_only(self.github('GET', '/keys'), {'title': title})['id']}"


def _only(rows: list[Body], wanted: Body) -> Body:
    (found,) = [row for row in rows if wanted.items() <= row.items()]
    return found


@dataclass(frozen=True)
class HandMade:
    """A change by hand, and what is to be found: class, subject, and the changed fields."""

    title: str
    act: Callable[[Hands], object]
    kind: str
    subject: str
    fields: tuple[str, ...] = ()
    who: str = ""
    """The person it is put down to, where the vendor tells."""
    more: int = 0
    """How many findings it makes besides."""

    @property
    def has_time(self) -> bool:
        """Whether the vendor tells when: of what is there in its own times, of what is gone in its releases."""
        untold = "pipeline-config-var" in self.subject or bool({"buildpacks", "branches"} & set(self.fields))
        return bool(self.who) or not (untold or self.kind == "missing")


HEROKU_PERSON, GITHUB_PERSON = "pat@example.com", "pat"
WEB, JOBS = "/apps/orders-web", "/apps/orders-jobs"
ENVIRONMENT = f"{REPOSITORY}/staging"
ONE = {"quantity": 1, "dyno_size": {"name": "standard-1x"}}


def _set(app: str, values: Body) -> Callable[[Hands], object]:
    return lambda hands: hands.heroku("PATCH", f"{app}/config-vars", values)


def _scale(app: str, type: str, **change: Any) -> Callable[[Hands], object]:
    return lambda hands: hands.heroku("PATCH", f"{app}/formation", {"updates": [{"type": type, **change}]})


def _of(path: str, method: str, body: Any = None, **wanted: Any) -> Callable[[Hands], object]:
    """A call on the element of the list at ``path`` whose fields are as ``wanted``."""
    return lambda hands: hands.heroku(method, f"{path}/{hands.one(path, **wanted)['id']}", body)


def _hub(method: str, path: str, body: Any = None) -> Callable[[Hands], object]:
    return lambda hands: hands.github(method, path, body)


def _attached(name: str) -> Callable[[Hands], object]:
    return lambda hands: hands.heroku(
        "DELETE", f"/addon-attachments/{hands.one(f'{JOBS}/addon-attachments', name=name)['id']}"
    )


def _attach(hands: Hands) -> object:
    cache = hands.one(f"{WEB}/addon-attachments", name="CACHE")["addon"]["id"]
    return hands.heroku("POST", "/addon-attachments", {"addon": cache, "app": "orders-jobs", "name": "BORROWED"})


def _drop_addon(hands: Hands) -> object:
    addon = hands.one(f"{WEB}/addon-attachments", name="ANALYTICS")["addon"]["id"]
    return hands.heroku("DELETE", f"{WEB}/addons/{addon}", {"confirm": "orders-web"})


def _bigger_addon(hands: Hands) -> object:
    addon = hands.one(f"{WEB}/addon-attachments", name="CACHE")["addon"]["id"]
    return hands.heroku("PATCH", f"{WEB}/addons/{addon}", {"plan": "heroku-redis:premium-0"})


def _move_stage(hands: Hands) -> object:
    coupling = hands.heroku("GET", f"{JOBS}/pipeline-couplings")
    return hands.heroku("PATCH", f"/pipeline-couplings/{coupling['id']}", {"stage": "production"})


def _strange_app(hands: Hands) -> object:
    app = hands.heroku("POST", "/apps", {"name": "orders-strange", "region": "eu"})
    hands.heroku("POST", "/apps/orders-strange/collaborators", {"user": ACCOUNT})
    pipeline = hands.one("/pipelines", name="orders")["id"]
    return hands.heroku("POST", "/pipeline-couplings", {"app": app["id"], "pipeline": pipeline, "stage": "staging"})


def _pipeline_vars(stage: str, values: Body) -> Callable[[Hands], object]:
    def act(hands: Hands) -> object:
        pipeline = hands.one("/pipelines", name="orders")["id"]
        return hands.heroku("PATCH", f"/pipelines/{pipeline}/stage/{stage}/config-vars", values)

    return act


def _uncertify(hands: Hands) -> object:
    domain = hands.one(f"{WEB}/domains", hostname="orders.example")["id"]
    return hands.heroku("PATCH", f"{WEB}/domains/{domain}", {"sni_endpoint": None})


def _policy(name: str) -> Callable[[Hands], object]:
    def act(hands: Hands) -> object:
        path = "/environments/staging/deployment-branch-policies"
        found = _only(hands.github("GET", path)["branch_policies"], {"name": name})
        return hands.github("DELETE", f"{path}/{found['id']}")

    return act


def _retimed(hands: Hands) -> object:
    found = hands.github("GET", "/environments/staging")
    reviewers = next(rule for rule in found["protection_rules"] if rule["type"] == "required_reviewers")["reviewers"]
    kept = [{"type": one["type"], "id": one["reviewer"]["id"]} for one in reviewers if one["type"] == "Team"]
    policy = found["deployment_branch_policy"]
    body = {"wait_timer": 30, "reviewers": kept, "deployment_branch_policy": policy}
    return hands.github("PUT", "/environments/staging", body)


def _roll_back(hands: Hands) -> object:
    releases = hands.heroku("GET", f"{JOBS}/releases")
    *_, before, _ = sorted((one for one in releases if one["slug"]), key=lambda one: int(one["version"]))
    return hands.heroku("POST", f"{JOBS}/releases", {"release": before["id"]})


def _ruleset(name: str, change: Body) -> Callable[[Hands], object]:
    return lambda hands: hands.github("PUT", hands.ruleset(name), change)


def _heroku_changes() -> list[HandMade]:
    def made(
        title: str, act: Callable[[Hands], object], kind: str, subject: str, *fields: str, who: str = ""
    ) -> HandMade:
        return HandMade(title, act, kind, f"heroku/{subject}", fields, who)

    def var(title: str, act: Callable[[Hands], object], kind: str, subject: str, *fields: str) -> HandMade:
        return HandMade(title, act, kind, f"heroku/config-var/{subject}", fields, HEROKU_PERSON)

    return [
        var("a config var changed", _set(WEB, {"LOG_LEVEL": "trace"}), "changed", "orders-web/LOG_LEVEL", "value"),
        var("another one of another app", _set(JOBS, {"RETRIES": "9"}), "changed", "orders-jobs/RETRIES", "value"),
        var("a secret rotated", _set(WEB, {"SESSION_KEY": "by-hand"}), "changed", "orders-web/SESSION_KEY", "value"),
        var("a config var deleted", _set(WEB, {"GREETING": None}), "missing", "orders-web/GREETING"),
        var("a secret deleted", _set(WEB, {"SIGNING_KEY": None}), "missing", "orders-web/SIGNING_KEY"),
        var("a config var added", _set(WEB, {"HOTFIX": "1"}), "unmanaged", "orders-web/HOTFIX"),
        var("a resolved reference changed", _set(JOBS, {"WEB": "other"}), "changed", "orders-jobs/WEB", "value"),
        made("an add-on deleted", _drop_addon, "missing", "addon/orders-web/replica", who=HEROKU_PERSON),
        made("an add-on's plan changed", _bigger_addon, "changed", "addon/orders-web/cache", "plan"),
        made(
            "an add-on bought",
            lambda hands: hands.heroku(
                "POST", f"{JOBS}/addons", {"plan": "papertrail:choklad", "name": "logs-by-hand", "attachment": {}}
            ),
            "unmanaged",
            "addon/orders-jobs/logs-by-hand",
            who=HEROKU_PERSON,
        ),
        made(
            "an attachment detached",
            _attached("DATABASE"),
            "missing",
            "attachment/orders-jobs/DATABASE",
            who=HEROKU_PERSON,
        ),
        made("an add-on attached", _attach, "unmanaged", "attachment/orders-jobs/BORROWED", who=HEROKU_PERSON),
        made(
            "a domain removed",
            _of(f"{WEB}/domains", "DELETE", hostname="shop.orders.example"),
            "missing",
            "domain/orders-web/shop.orders.example",
        ),
        made(
            "a domain added",
            lambda hands: hands.heroku(
                "POST", f"{WEB}/domains", {"hostname": "new.orders.example", "sni_endpoint": None}
            ),
            "unmanaged",
            "domain/orders-web/new.orders.example",
        ),
        made(
            "a domain's certificate taken off", _uncertify, "changed", "domain/orders-web/orders.example", "certificate"
        ),
        made(
            "a certificate added",
            lambda hands: hands.heroku(
                "POST", f"{WEB}/sni-endpoints", {"certificate_chain": OTHER_CHAIN, "private_key": OTHER_KEY}
            ),
            "unmanaged",
            "certificate/orders-web/*",
        ),
        made(
            "scaled up",
            _scale(WEB, "web", quantity=5),
            "changed",
            "formation/orders-web/web",
            "quantity",
            who=HEROKU_PERSON,
        ),
        made(
            "bigger dynos",
            _scale(JOBS, "worker", dyno_size={"name": "standard-2x"}),
            "changed",
            "formation/orders-jobs/worker",
            "size",
        ),
        made(
            "an undeclared process started",
            _scale(WEB, "extra", **ONE),
            "unmanaged",
            "formation/orders-web/extra",
            who=HEROKU_PERSON,
        ),
        made(
            "a collaborator removed",
            lambda hands: hands.heroku("DELETE", f"{WEB}/collaborators/ops@example.com"),
            "missing",
            "collaborator/orders-web/ops@example.com",
        ),
        made(
            "a collaborator added",
            lambda hands: hands.heroku("POST", f"{JOBS}/collaborators", {"user": "mel@example.com"}),
            "unmanaged",
            "collaborator/orders-jobs/mel@example.com",
        ),
        made(
            "a drain removed",
            _of(f"{WEB}/log-drains", "DELETE", url="syslog+tls://audit.orders.example:6514"),
            "missing",
            "drain/orders-web/audit",
        ),
        made(
            "a drain added",
            lambda hands: hands.heroku("POST", f"{JOBS}/log-drains", {"url": "https://user:pass@elsewhere.example/in"}),
            "unmanaged",
            "drain/orders-jobs/*",
        ),
        made(
            "a webhook removed",
            _of(f"{WEB}/webhooks", "DELETE", url=f"{HOOK}/builds"),
            "missing",
            "webhook/orders-web/builds",
        ),
        made(
            "a webhook moved",
            _of(f"{WEB}/webhooks", "PATCH", {"url": "https://elsewhere.example/in"}, url=f"{HOOK}/dynos"),
            "changed",
            "webhook/orders-web/dynos",
            "url",
        ),
        made(
            "a webhook's events changed",
            _of(f"{WEB}/webhooks", "PATCH", {"include": ["api:release"]}, url=f"{HOOK}/heroku"),
            "changed",
            "webhook/orders-web/releases",
            "include",
        ),
        made(
            "a webhook's level changed",
            _of(f"{WEB}/webhooks", "PATCH", {"level": "sync"}, url=f"{HOOK}/levels"),
            "changed",
            "webhook/orders-web/levels",
            "level",
        ),
        made(
            "a webhook added",
            lambda hands: hands.heroku(
                "POST",
                f"{JOBS}/webhooks",
                {"url": "https://elsewhere.example/hook", "include": ["api:app"], "level": "notify"},
            ),
            "unmanaged",
            "webhook/orders-jobs/*",
        ),
        made(
            "a feature switched off",
            lambda hands: hands.heroku("PATCH", f"{WEB}/features/http-session-affinity", {"enabled": False}),
            "changed",
            "feature/orders-web/http-session-affinity",
            "enabled",
        ),
        made(
            "a feature switched on",
            lambda hands: hands.heroku("PATCH", f"{WEB}/features/preboot", {"enabled": True}),
            "changed",
            "feature/orders-web/preboot",
            "enabled",
        ),
        made(
            "an undeclared feature switched on",
            lambda hands: hands.heroku("PATCH", f"{JOBS}/features/log-runtime-metrics", {"enabled": True}),
            "unmanaged",
            "feature/orders-jobs/log-runtime-metrics",
        ),
        made(
            "other buildpacks",
            lambda hands: hands.heroku(
                "PUT", f"{JOBS}/buildpack-installations", {"updates": [{"buildpack": "heroku/nodejs"}]}
            ),
            "changed",
            "app/orders-jobs",
            "buildpacks",
        ),
        made(
            "maintenance ended",
            lambda hands: hands.heroku("PATCH", JOBS, {"maintenance": False}),
            "changed",
            "app/orders-jobs",
            "maintenance",
            who=HEROKU_PERSON,
        ),
        made(
            "another stack chosen",
            lambda hands: hands.heroku("PATCH", WEB, {"build_stack": "heroku-22"}),
            "changed",
            "app/orders-web",
            "stack",
        ),
        made("moved to another stage", _move_stage, "changed", "coupling/orders-jobs/orders", "stage"),
        made("an app that no stack knows", _strange_app, "unmanaged", "app/orders-strange"),
        made(
            "a pipeline's config var changed",
            _pipeline_vars("test", {"CI_ONLY": "no"}),
            "changed",
            "pipeline-config-var/orders/test/CI_ONLY",
            "value",
        ),
        made(
            "a pipeline's config var deleted",
            _pipeline_vars("test", {"CI_TOO": None}),
            "missing",
            "pipeline-config-var/orders/test/CI_TOO",
        ),
        made(
            "a pipeline's config var added",
            _pipeline_vars("review", {"EXTRA": "1"}),
            "unmanaged",
            "pipeline-config-var/orders/review/EXTRA",
        ),
        HandMade("a release rolled back", _roll_back, "unmanaged", "heroku/release/orders-jobs/*", (), HEROKU_PERSON),
        made(
            "an app renamed",
            lambda hands: hands.heroku("PATCH", WEB, {"name": "orders-web-2"}),
            "changed",
            "app/orders-web",
            "name",
        ),
    ]


def _github_changes() -> list[HandMade]:
    def made(
        title: str, act: Callable[[Hands], object], kind: str, subject: str, *fields: str, who: str = ""
    ) -> HandMade:
        return HandMade(title, act, kind, f"github/{subject}", fields, who)

    def sealed(keys: str, name: str) -> Callable[[Hands], object]:
        return lambda hands: hands.seal(keys, name, "by-hand")

    secrets, bots = "/actions/secrets", "/dependabot/secrets"
    inside, variables = "/environments/staging/secrets", "/environments/staging/variables"
    return [
        made("a secret written", sealed(secrets, "TOKEN"), "changed", f"secret/{REPOSITORY}/TOKEN"),
        made(
            "a secret of the repository deleted",
            _hub("DELETE", f"{secrets}/OTHER_TOKEN"),
            "missing",
            f"secret/{REPOSITORY}/OTHER_TOKEN",
        ),
        made("a secret added", sealed(secrets, "STRANGE"), "unmanaged", f"secret/{REPOSITORY}/STRANGE"),
        made(
            "a secret of an environment written",
            sealed(inside, "HEROKU_API_KEY"),
            "changed",
            f"secret/{ENVIRONMENT}/HEROKU_API_KEY",
        ),
        made(
            "a secret of an environment deleted",
            _hub("DELETE", f"{inside}/SIGNING"),
            "missing",
            f"secret/{ENVIRONMENT}/SIGNING",
        ),
        made("one added there", sealed(inside, "STRANGE"), "unmanaged", f"secret/{ENVIRONMENT}/STRANGE"),
        made("a Dependabot secret written", sealed(bots, "FEED"), "changed", f"dependabot-secret/{REPOSITORY}/FEED"),
        made(
            "a Dependabot secret deleted",
            _hub("DELETE", f"{bots}/MIRROR"),
            "missing",
            f"dependabot-secret/{REPOSITORY}/MIRROR",
        ),
        made("one added", sealed(bots, "STRANGE"), "unmanaged", f"dependabot-secret/{REPOSITORY}/STRANGE"),
        made(
            "a variable changed",
            _hub("PATCH", "/actions/variables/REGION", {"value": "us"}),
            "changed",
            f"variable/{REPOSITORY}/REGION",
            "value",
        ),
        made(
            "a variable deleted",
            _hub("DELETE", "/actions/variables/CHANNEL"),
            "missing",
            f"variable/{REPOSITORY}/CHANNEL",
        ),
        made(
            "a variable added",
            _hub("POST", "/actions/variables", {"name": "STRANGE", "value": "1"}),
            "unmanaged",
            f"variable/{REPOSITORY}/STRANGE",
        ),
        made(
            "a variable of an environment changed",
            _hub("PATCH", f"{variables}/TIER", {"value": "two"}),
            "changed",
            f"variable/{ENVIRONMENT}/TIER",
            "value",
        ),
        made(
            "a variable of an environment deleted",
            _hub("DELETE", f"{variables}/ZONE"),
            "missing",
            f"variable/{ENVIRONMENT}/ZONE",
        ),
        made(
            "a variable of an environment added",
            _hub("POST", variables, {"name": "STRANGE", "value": "1"}),
            "unmanaged",
            f"variable/{ENVIRONMENT}/STRANGE",
        ),
        made(
            "a branch kept from an environment",
            _policy("release/*"),
            "changed",
            f"environment/{REPOSITORY}/staging",
            "branches",
        ),
        made(
            "an environment's rules changed",
            _retimed,
            "changed",
            f"environment/{REPOSITORY}/staging",
            "reviewers_users",
            "wait_timer",
        ),
        made(
            "an environment deleted", _hub("DELETE", "/environments/docs"), "missing", f"environment/{REPOSITORY}/docs"
        ),
        made("an environment added", _hub("PUT", "/environments/qa", {}), "unmanaged", f"environment/{REPOSITORY}/qa"),
        made(
            "a hook's events changed",
            lambda hands: hands.github("PATCH", hands.hook("/chat"), {"events": ["push", "fork"]}),
            "changed",
            f"webhook/{REPOSITORY}/chat",
            "events",
        ),
        made(
            "a hook switched off",
            lambda hands: hands.github("PATCH", hands.hook("/mail"), {"active": False}),
            "changed",
            f"webhook/{REPOSITORY}/mail",
            "active",
        ),
        made(
            "a hook deleted",
            lambda hands: hands.github("DELETE", hands.hook("/alerts")),
            "missing",
            f"webhook/{REPOSITORY}/alerts",
        ),
        made(
            "a hook added",
            _hub("POST", "/hooks", {"config": {"url": "https://elsewhere.example/hook"}, "events": ["push"]}),
            "unmanaged",
            f"webhook/{REPOSITORY}/*",
        ),
        made(
            "a ruleset disabled",
            _ruleset("main", {"enforcement": "disabled"}),
            "changed",
            f"ruleset/{REPOSITORY}/main",
            "enforcement",
            who=GITHUB_PERSON,
        ),
        made(
            "a ruleset's rules changed",
            _ruleset("next", {"rules": [{"type": "deletion"}]}),
            "changed",
            f"ruleset/{REPOSITORY}/next",
            "rules.deletion",
            "rules.non_fast_forward",
            who=GITHUB_PERSON,
        ),
        made(
            "a way past a ruleset",
            _ruleset(
                "tags", {"bypass_actors": [{"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "always"}]}
            ),
            "changed",
            f"ruleset/{REPOSITORY}/tags",
            "bypass",
            who=GITHUB_PERSON,
        ),
        made(
            "a ruleset deleted",
            lambda hands: hands.github("DELETE", hands.ruleset("releases")),
            "missing",
            f"ruleset/{REPOSITORY}/releases",
        ),
        made(
            "a ruleset added",
            _hub("POST", "/rulesets", {"name": "strange", "target": "branch", "enforcement": "active", "rules": []}),
            "unmanaged",
            f"ruleset/{REPOSITORY}/strange",
            who=GITHUB_PERSON,
        ),
        made(
            "a deploy key deleted",
            lambda hands: hands.github("DELETE", hands.deploy_key("mirror")),
            "missing",
            f"deploy-key/{REPOSITORY}/mirror",
        ),
        made(
            "a deploy key added",
            _hub("POST", "/keys", {"title": "strange", "key": STRANGE, "read_only": False}),
            "unmanaged",
            f"deploy-key/{REPOSITORY}/strange",
            who=GITHUB_PERSON,
        ),
    ]


CHANGES = [*_heroku_changes(), *_github_changes()]
