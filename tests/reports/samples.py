"""Rich reports to be shown: a preview, an audit, a failure, an untouched estate, hostile names, 5,000 changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from infra.model.estate import Cause, Subject
from infra.model.finding import Acknowledgement, FieldDifference, Finding
from infra.model.plan import MASK, Diagnostic, Plan, PropertyChange, Step
from infra.model.report import Cost, Impact, Origin, Picture, Report, StackReport, Use

MADE_AT = datetime(2026, 11, 24, 9, 5, 30, tzinfo=UTC)
ORIGIN = Origin(
    commit="3f2c9a1b7d5e4c60812f9b3a7d1e5c4f6a8b9c0d",
    branch="feature/larger-dynos",
    pull_request="42",
    run_url="https://github.com/practicalli/banking-on-clojure/actions/runs/123456",
    actor="ada",
)
OLD_KEY, NEW_KEY = "1f2e3d4c5b6a", "9a8b7c6d5e4f"


def urn(token: str, name: str, stack: str = "staging") -> str:
    """A resource's urn below the app's component."""
    parents = "pulumi:pulumi:Stack$twelvefold:index:Environment$twelvefold:heroku:App$"
    return f"urn:pulumi:{stack}::banking::{parents}{token}::{name}"


STAGING = Plan(
    "staging",
    "preview",
    (
        Step("create", urn("heroku:drain/drain:Drain", "banking-staging-archive")),
        Step(
            "update",
            urn("heroku:app/configAssociation:ConfigAssociation", "banking-staging-config"),
            (
                PropertyChange("vars.LOG_LEVEL", "update", "info", "debug", origin="drift"),
                PropertyChange("vars.NEW", "add", None, "größer", origin="code"),
                PropertyChange("vars.OLD", "delete", "x", None, origin="both"),
                PropertyChange("vars.LONG", "update", "a" * 600 + "1", "a" * 600 + "2", origin="code"),
            ),
        ),
        Step("update", urn("heroku:formation/formation:Formation", "banking-staging-web"), origin="code"),
    ),
    unchanged=12,
    seconds=4.2,
)
PRODUCTION = Plan(
    "production",
    "preview",
    (
        Step(
            "update",
            urn("heroku:formation/formation:Formation", "banking-production-web", "production"),
            (
                PropertyChange("size", "update", "basic", "standard-1x", origin="code"),
                PropertyChange("quantity", "update", 1, 2, origin="code"),
            ),
        ),
        Step(
            "update",
            urn("heroku:app/configAssociation:ConfigAssociation", "banking-production-config", "production"),
            (
                PropertyChange(
                    "sensitiveVars.SESSION_KEY", "update", MASK, MASK, origin="code", fingerprints=(OLD_KEY, NEW_KEY)
                ),
                PropertyChange("sensitiveVars.TOKEN", "add", None, MASK),
            ),
        ),
        Step(
            "replace",
            urn("heroku:addon/addon:Addon", "banking-production-database", "production"),
            (
                PropertyChange("plan", "update", "heroku-postgresql:essential-0", "heroku-redis:mini", True, "code"),
                PropertyChange("config", "update", {"version": "16"}, {"version": "17"}),
            ),
            origin="code",
        ),
        Step("delete", urn("heroku:domain/domain:Domain", "old.example.com", "production"), origin="drift"),
        Step("import", urn("heroku:domain/domain:Domain", "www.example.com", "production")),
        Step("read", urn("heroku:pipeline/pipeline:Pipeline", "banking", "production")),
    ),
    unchanged=20,
    diagnostics=(
        Diagnostic("warning", "the add-on takes\na moment", urn("heroku:addon/addon:Addon", "x", "production")),
        Diagnostic("info", "nothing to see"),
    ),
    seconds=5.5,
)
PICTURES = {
    "staging": Picture(
        "staging",
        "staging",
        ("banking-staging",),
        {
            "stack": "heroku-24",
            "add-on DATABASE": "heroku-postgresql:essential-0",
            "config var LOG_LEVEL": "info",
            "config var SESSION_KEY": f"secret {NEW_KEY}",
            "config var BASE_URL": "https://staging.example.com",
            "formation web": "basic × 1",
        },
    ),
    "production": Picture(
        "production",
        "production",
        ("banking-production", "banking-worker", "banking-admin"),
        {
            "stack": "heroku-24",
            "add-on DATABASE": "heroku-postgresql:standard-0",
            "config var LOG_LEVEL": "info",
            "config var SESSION_KEY": f"secret {OLD_KEY}",
            "formation web": "standard-1x × 2",
        },
    ),
}
RULES = (
    Finding(
        "staging-host-in-production",
        "error",
        ("config_vars", "BASE_URL"),
        'BASE_URL names the host of staging, "staging.example.com"',
        "Say production's own address",
        stack="production",
        factor=3,
        file="Pulumi.production.yaml",
        line=12,
    ),
)
PREVIEW = Report(
    "banking-on-clojure",
    "preview",
    MADE_AT,
    2,
    (
        StackReport(
            "staging",
            STAGING,
            Impact({"banking-staging": ("config vars change", "the formation changes")}, {"banking-staging": 1}),
            picture=PICTURES["staging"],
        ),
        StackReport(
            "production",
            PRODUCTION,
            Impact(
                {"banking-production": ("config vars change",)},
                {"banking-production": 2, "banking-worker": 1},
                ("heroku-postgresql database of banking-production (10 tables)",),
                (Use(".github/workflows/deploy.yml", 17, "HEROKU_API_KEY"),),
                Cost(1_400, 105_050, ("acme:unheard-of",)),
            ),
            RULES,
            PICTURES["production"],
        ),
    ),
    origin=ORIGIN,
    notes=("fingerprints can be compared within this run only",),
    requests=87,
    seconds=9.7,
)


def _drift(kind: str, level: str, subject: Subject, message: str, **more: object) -> Finding:
    return Finding(f"drift-{kind}", level, (), message, kind=kind, stack="production", subject=subject, **more)  # type: ignore[arg-type]


APP = "banking-production"
FINDINGS = (
    _drift(
        "changed",
        "warning",
        Subject("heroku", "config-var", APP, "LOG_LEVEL"),
        "config var LOG_LEVEL of banking-production is not what is declared",
        differences=(FieldDifference("value", '"info"', '"info"', '"debug"'),),
        cause=Cause(
            "eve@example.com",
            datetime(2026, 11, 23, 22, 14, tzinfo=UTC),
            "release v42: Set LOG_LEVEL config vars",
            42,
            '"info"',
        ),
        suggestion="twelvefold drift --fix production",
        factor=3,
        owner="declared",
    ),
    _drift(
        "changed",
        "warning",
        Subject("heroku", "config-var", APP, "SESSION_KEY"),
        "secret SESSION_KEY of banking-production was rotated",
        differences=(
            FieldDifference("value", f"secret {OLD_KEY}", f"secret {OLD_KEY}", f"secret {NEW_KEY}", secret=True),
        ),
        cause=Cause("eve@example.com", None, "", 43, f"secret {OLD_KEY}"),
        expired=True,
        factor=3,
    ),
    _drift(
        "missing",
        "error",
        Subject("heroku", "addon", APP, "database"),
        "add-on database of banking-production is gone, with what it held",
        differences=(FieldDifference("plan", '"heroku-postgresql:standard-0"', '"heroku-postgresql:standard-0"', ""),),
        factor=4,
    ),
    _drift(
        "unmanaged",
        "warning",
        Subject("github", "secret", "practicalli/banking-on-clojure", "AWS_KEY"),
        "secret AWS_KEY is in the repository, and no code declares it",
        cause=Cause(when=datetime(2026, 11, 1, 8, tzinfo=UTC), how="added in the dashboard"),
        owner="unmanaged",
    ),
    _drift(
        "unverifiable",
        "note",
        Subject("github", "ruleset", "practicalli/banking-on-clojure", "main"),
        "who may bypass the ruleset main is not shown to us",
        needs="administration: write on the repository",
    ),
    _drift(
        "pending",
        "note",
        Subject("heroku", "formation", APP, "web"),
        "the formation web is declared larger, and that was not applied yet",
        differences=(FieldDifference("quantity", "2", "1", "1"),),
        factor=8,
    ),
    _drift(
        "unmanaged",
        "warning",
        Subject("heroku", "collaborator", APP, "kim@example.com"),
        "kim@example.com is a collaborator, and no code declares it",
        acknowledged=Acknowledgement("ada", date(2026, 12, 31), "on call until the move"),
        owner="unmanaged",
    ),
)
PARITY = (
    Finding(
        "same-secret",
        "error",
        ("config_vars", "SESSION_KEY"),
        "staging and production share the secret SESSION_KEY",
        "Give each its own",
        factor=10,
        file="Pulumi.staging.yaml",
        line=9,
    ),
)
DRIFT = Report(
    "banking-on-clojure",
    "drift",
    MADE_AT,
    2,
    (
        StackReport("staging", picture=PICTURES["staging"]),
        StackReport("production", findings=FINDINGS, picture=PICTURES["production"]),
    ),
    PARITY,
    origin=ORIGIN,
    requests=41,
    seconds=2.25,
)
FAILED = Report(
    "banking-on-clojure",
    "preview",
    MADE_AT,
    1,
    (
        StackReport("staging", replace(STAGING, steps=(), unchanged=15)),
        StackReport("production", error='Heroku: the token is refused [HTTP 401, id "unauthorized"]\n  Log in again'),
    ),
    origin=Origin(branch="main"),
)
CLEAN = Report("banking-on-clojure", "drift", MADE_AT, 0, (StackReport("staging"), StackReport("production")))
UNCHANGED = Report(
    "banking-on-clojure", "preview", MADE_AT, 0, (StackReport("staging", replace(STAGING, steps=(), unchanged=15)),)
)
SAMPLES = {
    "preview": PREVIEW,
    "drift": DRIFT,
    "failed": FAILED,
    "clean": CLEAN,
    "unchanged": UNCHANGED,
}
