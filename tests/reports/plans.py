"""Plans to be shown: an ordinary one, and one full of hostile names."""

from __future__ import annotations

from infra.model.plan import MASK, Diagnostic, Plan, PropertyChange, Step

PARENTS = "pulumi:pulumi:Stack$twelvefold:index:Environment$twelvefold:heroku:App$"


def urn(token: str, name: str) -> str:
    """A resource's urn below the app's component."""
    return f"urn:pulumi:staging::shop::{PARENTS}{token}::{name}"


ORDINARY = Plan(
    stack="staging",
    verb="preview",
    steps=(
        Step("create", urn("heroku:drain/drain:Drain", "shop-staging-archive")),
        Step("read", urn("heroku:pipeline/pipeline:Pipeline", "shop")),
        Step(
            "update",
            urn("heroku:app/configAssociation:ConfigAssociation", "shop-staging-config"),
            (
                PropertyChange("vars.LOG_LEVEL", "update", "info", "debug"),
                PropertyChange("vars.NEW", "add", None, "größer"),
                PropertyChange("vars.OLD", "delete", "x", None),
                PropertyChange("sensitiveVars.SESSION_KEY", "update", MASK, MASK),
                PropertyChange("sensitiveVars.TOKEN", "add", None, MASK),
                PropertyChange("vars.LONG", "update", "a" * 60, "b" * 60),
            ),
        ),
        Step(
            "replace",
            urn("heroku:app/app:App", "shop-staging"),
            (
                PropertyChange("region", "update", "us", "eu", forces_replacement=True),
                PropertyChange("buildpacks", "update", ["heroku/nodejs"], ["heroku/clojure"]),
            ),
        ),
        Step(
            "delete",
            urn("heroku:domain/domain:Domain", "www.example.com"),
            (PropertyChange("hostname", "delete", "x"),),
        ),
        Step("refresh", urn("heroku:app/feature:Feature", "shop-staging-labs")),
    ),
    unchanged=12,
    diagnostics=(Diagnostic("warning", "the add-on takes a moment", urn("heroku:addon/addon:Addon", "x")),),
    seconds=1.23456,
)

HOSTILE = Plan(
    stack="staging",
    verb="up",
    steps=(
        Step(
            "update",
            urn("heroku:app/app:App", "\x1b[2J\x1b]0;owned\x07shop\r\n\u202egnp.exe\x9b31m"),
            (PropertyChange("vars.\x1b[31m", "update", "\x1b[0m\x00", "\u2028\x7f\x85"),),
        ),
        Step("create", urn("heroku:app/app:App", "n" * 500)),
    ),
)
