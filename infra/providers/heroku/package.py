"""The Heroku provider as a whole: its configuration, its resources and functions, and its client."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from infra.apis.connection import connect_heroku, heroku_defaults, heroku_faults
from infra.apis.heroku import Heroku
from infra.providers.heroku import (
    account_feature,
    addon,
    addon_attachment,
    addon_config,
    app,
    app_config,
    app_feature,
    app_release,
    app_webhook,
    authorization,
    build,
    cert,
    collaborator,
    config_association,
    domain,
    drain,
    formation,
    inbound_ruleset,
    lookups,
    oci_image,
    peering_accepter,
    pipeline,
    pipeline_config_var,
    pipeline_coupling,
    pipeline_promotion,
    review_app_config,
    slug,
    sni_endpoint,
    space,
    space_app_access,
    space_lookups,
    team_collaborator,
    team_member,
    telemetry_drain,
    vpn_connection,
)
from infra.providers.kit.fields import boolean, integer, list_of, object_of, string
from infra.providers.kit.package import Package, Surroundings
from infra.providers.kit.values import Values

VERSION = "1.0.4"
RESOURCES = (
    account_feature.RESOURCE,
    addon.RESOURCE,
    addon_attachment.RESOURCE,
    addon_config.RESOURCE,
    app.RESOURCE,
    app_config.RESOURCE,
    app_feature.RESOURCE,
    app_release.RESOURCE,
    app_webhook.RESOURCE,
    authorization.RESOURCE,
    build.RESOURCE,
    cert.RESOURCE,
    collaborator.RESOURCE,
    config_association.RESOURCE,
    domain.RESOURCE,
    drain.RESOURCE,
    formation.RESOURCE,
    inbound_ruleset.RESOURCE,
    oci_image.RESOURCE,
    peering_accepter.RESOURCE,
    pipeline.RESOURCE,
    pipeline_config_var.RESOURCE,
    pipeline_coupling.RESOURCE,
    pipeline_promotion.RESOURCE,
    review_app_config.RESOURCE,
    slug.RESOURCE,
    sni_endpoint.RESOURCE,
    space.RESOURCE,
    space_app_access.RESOURCE,
    team_collaborator.RESOURCE,
    team_member.RESOURCE,
    telemetry_drain.RESOURCE,
    vpn_connection.RESOURCE,
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
    "allow_data_loss": boolean("Whether whatever holds data may be replaced and deleted; else HEROKU_ALLOW_DATA_LOSS."),
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
        return connect_heroku(
            {**heroku_defaults(environment), **config},
            notice=surroundings.notice,
            sleep=surroundings.sleep,
            transport=transport,
        )

    return Package.of(
        name="heroku",
        vendor="Heroku",
        version=VERSION,
        config=CONFIG,
        connect=connect,
        resources=RESOURCES,
        functions=(*lookups.FUNCTIONS, *space_lookups.FUNCTIONS),
        check_config=heroku_faults,
        allows_data_loss=lambda config: _allows_data_loss({**heroku_defaults(environment), **config}),
    )


def _allows_data_loss(config: Values) -> bool:
    return str(config.get("allow_data_loss", "")).lower() in ("true", "1", "yes")
