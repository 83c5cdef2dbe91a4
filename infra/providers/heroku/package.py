"""The Heroku provider as a whole: its configuration, its resources and functions, and its client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from infra.apis.heroku import URL, Heroku, headers, refusal
from infra.apis.rest import Rest
from infra.errors import TwelvefoldError, Unauthorized
from infra.providers.heroku import (
    addon,
    addon_attachment,
    app,
    app_config,
    app_feature,
    app_webhook,
    collaborator,
    config_association,
    domain,
    drain,
    formation,
    pipeline,
    pipeline_config_var,
    pipeline_coupling,
    sni_endpoint,
    team_collaborator,
)
from infra.providers.heroku.lookups import FUNCTIONS
from infra.providers.kit.fields import boolean, integer, list_of, object_of, string
from infra.providers.kit.plugin import Package, Surroundings
from infra.providers.kit.values import Values

VERSION = "1.0.4"
RESOURCES = (
    addon.RESOURCE,
    addon_attachment.RESOURCE,
    app.RESOURCE,
    app_config.RESOURCE,
    app_feature.RESOURCE,
    app_webhook.RESOURCE,
    collaborator.RESOURCE,
    config_association.RESOURCE,
    domain.RESOURCE,
    drain.RESOURCE,
    formation.RESOURCE,
    pipeline.RESOURCE,
    pipeline_config_var.RESOURCE,
    pipeline_coupling.RESOURCE,
    sni_endpoint.RESOURCE,
    team_collaborator.RESOURCE,
)

IGNORED = "Accepted for programs written for the published provider; not needed here."
CUSTOMIZATIONS = {
    "set_addon_config_vars_in_state": boolean(IGNORED),
    "set_app_all_config_vars_in_state": boolean(IGNORED),
}
DELAYS = {
    "post_app_create_delay": integer(IGNORED),
    "post_domain_create_delay": integer(IGNORED),
    "post_space_create_delay": integer(IGNORED),
}
TIMEOUTS = {"addon_create_timeout": integer(IGNORED)}
CONFIG = {
    "api_key": string("The API token; else HEROKU_API_KEY.", secret=True),
    "url": string("The address of the Platform API; else HEROKU_API_URL."),
    "headers": string("More headers, as a JSON object; else HEROKU_HEADERS.", secret=True),
    "email": string(IGNORED),
    "customizations": list_of(
        object_of("heroku:config/customizations:customizations", CUSTOMIZATIONS, IGNORED), IGNORED
    ),
    "delays": object_of("heroku:config/delays:delays", DELAYS, IGNORED),
    "timeouts": object_of("heroku:config/timeouts:timeouts", TIMEOUTS, IGNORED),
}


def package(environment: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None) -> Package[Heroku]:
    """The provider, with its defaults from ``environment``; ``transport`` replaces the network in tests."""

    def connect(config: Values, surroundings: Surroundings) -> Heroku:
        return _connect({**_defaults(environment), **config}, surroundings, transport)

    return Package.of(
        name="heroku",
        vendor="Heroku",
        version=VERSION,
        config=CONFIG,
        connect=connect,
        resources=RESOURCES,
        functions=FUNCTIONS,
        check_config=_check,
    )


def _defaults(environment: Mapping[str, str]) -> Values:
    names = {"api_key": "HEROKU_API_KEY", "url": "HEROKU_API_URL", "headers": "HEROKU_HEADERS"}
    return {key: environment[name] for key, name in names.items() if environment.get(name)}


def _connect(config: Values, surroundings: Surroundings, transport: httpx.AsyncBaseTransport | None) -> Heroku:
    token = str(config.get("api_key", "")).strip()
    if not token:
        raise Unauthorized(
            "there is no token for Heroku",
            todo="Set HEROKU_API_KEY, or: pulumi config set --secret heroku:apiKey TOKEN",
        )
    wrong = _check(config)
    if wrong:
        raise TwelvefoldError(
            "; ".join(reason for _, reason in wrong),
            todo="It comes from the provider's configuration or from HEROKU_API_URL and HEROKU_HEADERS.",
        )
    rest = Rest(
        str(config.get("url", URL)),
        vendor="Heroku",
        headers=headers(token, _more_headers(config)),
        refusal=refusal,
        notice=surroundings.notice,
        sleep=surroundings.sleep,
        transport=transport,
    )
    return Heroku(rest)


def _more_headers(config: Values) -> dict[str, str]:
    found = json.loads(config.get("headers", "{}"))
    return {str(key): str(value) for key, value in found.items()}


def _check(config: Values) -> list[tuple[str, str]]:
    failures = []
    address = urlsplit(str(config.get("url", URL)))
    if address.scheme not in ("http", "https") or not address.netloc:
        failures.append(("url", "`heroku:url` must be an address such as https://api.heroku.com"))
    try:
        valid = isinstance(json.loads(config.get("headers", "{}")), dict)
    except ValueError:
        valid = False
    if not valid:
        failures.append(("headers", '`heroku:headers` must be a JSON object such as {"X-Name": "value"}'))
    return failures
