"""The local cloud's stand-in for the Heroku Platform API, one file per noun."""

from __future__ import annotations

from datetime import datetime

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku import (
    addon_config,
    addons,
    app_setups,
    apps,
    attachments,
    audit_trail,
    authorizations,
    buildpacks,
    builds,
    collaborators,
    conditions,
    config_vars,
    domains,
    door,
    features,
    formation,
    log_drains,
    log_sessions,
    oauth_clients,
    oauth_tokens,
    oci_images,
    peerings,
    people,
    pipeline_config_vars,
    pipeline_couplings,
    pipeline_latest,
    pipelines,
    plans,
    promotions,
    provisioning,
    releases,
    resolutions,
    review_app_config,
    review_apps,
    slugs,
    sni_endpoints,
    space_access,
    space_networks,
    space_rules,
    spaces,
    stacks,
    team_addons,
    team_apps,
    team_invitations,
    team_permissions,
    teams,
    telemetry_drains,
    transfers,
    vpn_connections,
    webhook_deliveries,
    webhooks,
)
from infra.localcloud.heroku.aliases import aliases
from infra.localcloud.heroku.answers import finish, refuse
from infra.localcloud.heroku.door import authenticate, caller_named
from infra.localcloud.heroku.estate import estate
from infra.localcloud.heroku.jobs import take_due
from infra.localcloud.heroku.seeding import seed
from infra.localcloud.routing import Router
from infra.localcloud.store import Store

__all__ = ["ROUTES", "admit", "aliases", "authenticate", "caller_named", "estate", "finish", "refuse", "seed", "settle"]

_NOUNS = (
    addon_config, addons, apps, attachments, authorizations, buildpacks, builds, collaborators, config_vars, domains,
    features, formation, log_drains, people, pipeline_config_vars, pipeline_couplings, pipeline_latest, pipelines,
    plans, promotions, releases, resolutions, review_apps, slugs, sni_endpoints, stacks, teams, transfers, webhooks,
    log_sessions, oauth_clients, oauth_tokens, oci_images, peerings, space_access, space_networks, space_rules, spaces,
    telemetry_drains, team_addons, team_invitations, team_permissions, app_setups, review_app_config,
    webhook_deliveries, vpn_connections, team_apps, audit_trail,
)  # fmt: skip


def _recorded(route: Route) -> Route:
    """The same route; what it changes is kept in the audit trail of an enterprise's account."""
    method, template, function, scope = route
    if (method, template) not in audit_trail.ACTIONS:
        return route

    def answer(call: Call) -> Answer:
        given = function(call)
        audit_trail.record(call, template, given)
        return given

    return method, template, answer, scope


ROUTES: list[Route] = [_recorded(route) for noun in _NOUNS for route in noun.ROUTES]
_READS = Router(route for route in ROUTES if route[0] == "GET")


def admit(call: Call) -> None:
    """Check the Accept header, scope and budget, then what ``If-Match`` asks for."""
    door.admit(call)
    conditions.check(call, _READS)


def settle(store: Store, now: datetime) -> None:
    """Finish what is due: add-ons being provisioned, certificates, promotions."""
    finishing = {
        "provision": provisioning.provision,
        "certify": domains.certify,
        "promote": promotions.promote,
        "allocate": spaces.allocate,
        "remove space": spaces.remove,
        "peer": peerings.activate,
        "connect": vpn_connections.activate,
        "set up": app_setups.set_up,
        "begin review app": review_apps.begin,
        "finish review app": review_apps.finish,
        "end review app": review_apps.end,
    }
    for what, subject in take_due(store, now):
        finishing[what](store, now, subject)
