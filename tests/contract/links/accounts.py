"""Accounts, what Heroku itself offers, and OAuth."""

from __future__ import annotations

from tests.contract.links.step import Prepare, Step

REDIRECT = "https://example.com/callback"

STEPS: list[Step | Prepare] = [
    Step("account: Info", "/account"),
    Step("account: Update", "/account", {"name": "Deployer", "allow_tracking": False}),
    Step("account: Info By User", "/users/~"),
    Step("account: Update By User", "/users/~", {"beta": True}),
    Step("rate-limit: Info", "/account/rate-limits"),
    Step("account-feature: List", "/account/features", keep={"feature": "0.id"}),
    Step("account-feature: Info", "/account/features/{feature}"),
    Step("account-feature: Update", "/account/features/{feature}", {"enabled": True}),
    Step("key: List", "/account/keys"),
    Step("key: Info", "/account/keys/none", refused=404),
    Step("region: List", "/regions", keep={"region": "0.id"}),
    Step("region: Info", "/regions/{region}"),
    Step("stack: List", "/stacks"),
    Step("stack: Info", "/stacks/heroku-24"),
    Step("generation: List", "/generations"),
    Step("generation: Info", "/generations/fir"),
    Step("dyno-size: List", "/dyno-sizes"),
    Step("dyno-size: Info", "/dyno-sizes/basic"),
    Step("add-on-service: List", "/addon-services"),
    Step("add-on-service: Info", "/addon-services/heroku-postgresql"),
    Step("plan: List By Add-on", "/addon-services/heroku-postgresql/plans"),
    Step("plan: Info By Add-on", "/addon-services/heroku-postgresql/plans/essential-0"),
    Step("plan: Info", "/plans/heroku-postgresql:essential-0"),
    Step("add-on-region-capability: List", "/addon-region-capabilities"),
    Step("add-on-region-capability: List by Add-on Service", "/addon-services/heroku-redis/region-capabilities"),
    Step("add-on-region-capability: List By Region", "/regions/eu/addon-region-capabilities"),
    Step(
        "oauth-client: Create",
        "/oauth/clients",
        {"name": "Ledger", "redirect_uri": REDIRECT},
        keep={"client": "id", "secret": "secret"},
    ),
    Step("oauth-client: List", "/oauth/clients"),
    Step("oauth-client: Info", "/oauth/clients/{client}"),
    Step("oauth-client: Update", "/oauth/clients/{client}", {"name": "Ledger two"}),
    Step(
        "oauth-client: Rotate Credentials", "/oauth/clients/{client}/actions/rotate-credentials",
        keep={"secret": "secret"},
    ),
    Step("oauth-authorization: Create", "/oauth/authorizations", {"scope": ["read"], "expires_in": 3600}),
    Step(
        "oauth-authorization: Create", "/oauth/authorizations", {"scope": ["read"], "client": "{client}"},
        keep={"authorization": "id", "code": "grant.code"},
    ),
    Step(
        "oauth-token: Create",
        "/oauth/tokens",
        {
            "client": {"secret": "{secret}"},
            "grant": {"code": "{code}", "type": "authorization_code"},
            "refresh_token": {"token": ""},
        },
        keep={"token": "id", "refresh": "refresh_token.token"},
    ),
    Step("oauth-token: Delete", "/oauth/tokens/{token}"),
    Step("oauth-authorization: List", "/oauth/authorizations"),
    Step("oauth-authorization: Info", "/oauth/authorizations/{authorization}"),
    Step(
        "oauth-authorization: Update", "/oauth/authorizations/{authorization}",
        {"description": "For the ledger", "client": {"id": "{client}", "secret": "{secret}"}},
    ),
    Step("oauth-authorization: Regenerate", "/oauth/authorizations/{authorization}/actions/regenerate-tokens"),
    Step("oauth-authorization: Delete", "/oauth/authorizations/{authorization}"),
    Step("oauth-client: Delete", "/oauth/clients/{client}"),
]  # fmt: skip
