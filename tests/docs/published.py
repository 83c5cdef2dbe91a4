"""What the published plugin (pulumi-heroku 1.0.4, on terraform-provider-heroku 5.2.10) does, by token."""

from __future__ import annotations

from tests.providers.heroku import tokens

BREAKS = "Deleted by hand, it breaks `refresh`."
NONE = "Has no such resource."

PUBLISHED = {
    tokens.ACCOUNT_FEATURE: BREAKS,
    tokens.AUTHORIZATION: NONE,
    tokens.ADDON: (
        "Its id is only in the state once it is provisioned: after a timeout it stands, is billed, and is "
        "unknown. One add-on at a time, behind a lock. Any change of `config` replaces it, data and all. "
        "Cannot choose the name of its attachment. `config` in clear."
    ),
    tokens.ATTACHMENT: BREAKS,
    tokens.ADDON_CONFIG: NONE,
    tokens.APP: (
        "Another team means delete and create. No maintenance mode, no Fir. Every update sends the config "
        "vars, and waits for the newest release, whoever made it. Ten seconds' pause after a create. "
        "Import leaves config vars out."
    ),
    tokens.APP_CONFIG: "The same: it is only in the state.",
    tokens.CONFIG: (
        "Cannot be imported. Overwrites keys that are there without a word. A changed secret hides which "
        f"key it is. {BREAKS}"
    ),
    tokens.FEATURE: BREAKS,
    tokens.OCI_IMAGE: NONE,
    tokens.RELEASE: (
        "Does not see a newer release. A change of the description fails. Its import expects every "
        f"release to have a slug. {BREAKS}"
    ),
    tokens.WEBHOOK: f"Taking its `secret` away sends nothing. {BREAKS}",
    tokens.BUILD: f"Does not see deploys that others made. {BREAKS}",
    tokens.CERT: "Still offers the endpoints, which Heroku has switched off.",
    tokens.COLLABORATOR: BREAKS,
    tokens.DOMAIN: f"Five seconds' pause after a create. {BREAKS}",
    tokens.DRAIN: f"`url` in clear. {BREAKS}",
    tokens.TELEMETRY_DRAIN: NONE,
    tokens.FORMATION: (
        "One request for each process type, so that two types cannot change their tier together. Fails "
        f"before the first deploy. Another `type` makes no new one. {BREAKS}"
    ),
    tokens.PIPELINE_VARS: f"Cannot be imported. {BREAKS}",
    tokens.COUPLING: f"Another stage means delete and create; the stage `test` is refused. {BREAKS}",
    tokens.PIPELINE: f"Another owner means delete and create. {BREAKS}",
    tokens.PROMOTION: NONE,
    tokens.REVIEW_APPS: f"`deployTarget` is compulsory, which it is not at Heroku. {BREAKS}",
    tokens.SLUG: BREAKS,
    tokens.APP_ACCESS: BREAKS,
    tokens.RULESET: f"Cannot be imported. {BREAKS}",
    tokens.PEERING: BREAKS,
    tokens.SPACE: BREAKS,
    tokens.VPN: BREAKS,
    tokens.SSL: BREAKS,
    tokens.TEAM_COLLABORATOR: "Sees that it was deleted by hand, as one of three.",
    tokens.MEMBER: f"Reads the team's members up to 1,000. {BREAKS}",
}
