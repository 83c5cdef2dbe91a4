"""The Heroku half of the estate as nested plain data, the same for equal estates."""

from __future__ import annotations

from typing import Any

from infra.localcloud.heroku.aliases import aliases, named
from infra.localcloud.heroku.artifacts import code_id_of, code_with, commands_of
from infra.localcloud.heroku.attached import addons_of, attachments_of, own_config_vars
from infra.localcloud.heroku.buildpacks import installations_of
from infra.localcloud.heroku.domains import domains_of
from infra.localcloud.heroku.estate_of_accounts import accounts_in
from infra.localcloud.heroku.estate_of_spaces import space_in, telemetry_drains_in
from infra.localcloud.heroku.processes import formation_of
from infra.localcloud.heroku.releases import current_release
from infra.localcloud.store import Store

Body = dict[str, Any]


def estate(store: Store) -> dict[str, Any]:
    """Apps, pipelines and teams by their names; ids, times and random parts left out, secrets as fingerprints."""
    names = {app["id"]: app["name"] for app in store.find("heroku.app")}
    return {
        "apps": {app["name"]: _app(store, app) for app in _by_name(store.find("heroku.app"))},
        "pipelines": {
            _pipeline_name(store, one): _pipeline(store, one, names) for one in _by_name(store.find("heroku.pipeline"))
        },
        "spaces": {space["name"]: space_in(store, space) for space in _by_name(store.find("heroku.space"))},
        "accounts": accounts_in(store),
        "teams": {
            team["name"]: {
                member["email"]: member["role"] for member in store.find("heroku.team_member", parent=team["id"])
            }
            for team in _by_name(store.find("heroku.team"))
        },
    }


def _by_name(bodies: list[Body]) -> list[Body]:
    return sorted(bodies, key=lambda body: str(body["name"]))


def _fingerprints(store: Store, values: dict[str, str]) -> dict[str, str]:
    return {name: _fingerprint(store, values[name]) for name in sorted(values)}


def _fingerprint(store: Store, text: str) -> str:
    return store.fingerprint(named(text, aliases(store)))


def _app(store: Store, app: Body) -> Body:
    release = current_release(store, app["id"])
    code = code_with(store, code_id_of(release))
    return {
        "acm": app["acm"],
        "build_stack": app["build_stack"]["name"],
        "locked": app["_locked"],
        "maintenance": app["maintenance"],
        "owner": app["owner"]["email"],
        "region": app["region"]["name"],
        "stack": app["stack"]["name"],
        "team": app["team"] and app["team"]["name"],
        "generation": app["generation"]["name"],
        "internal_routing": app["internal_routing"],
        "space": app["space"] and app["space"]["name"],
        "slug": code and _code(code),
        "config_vars": _fingerprints(store, own_config_vars(store, app["id"])),
        "buildpacks": [item["buildpack"]["name"] for item in installations_of(store, app["id"])],
        "formation": {
            one["type"]: {"quantity": one["quantity"], "size": one["size"]}
            for one in _by_type(formation_of(store, app["id"]))
        },
        "addons": sorted(
            (_addon(store, one) for one in addons_of(store, app["id"])), key=lambda one: str(one["attached"])
        ),
        "attachments": {one["name"]: _attachment(store, one) for one in _by_name(attachments_of(store, app["id"]))},
        "domains": _domains(store, app),
        "sni_endpoints": sorted(
            one["ssl_cert"]["subject"] for one in store.find("heroku.sni_endpoint", parent=app["id"])
        ),
        "log_drains": sorted(_fingerprint(store, one["url"]) for one in _own_drains(store, app["id"])),
        "telemetry_drains": telemetry_drains_in(store, app["id"]),
        "features": sorted(one["name"] for one in store.find("heroku.app_feature", parent=app["id"]) if one["enabled"]),
        "collaborators": _collaborators(store, app),
        "webhooks": _webhooks(store, app["id"]),
        "transfers": sorted(
            one["recipient"]["email"] for one in store.find("heroku.transfer", parent=app["id"], state="pending")
        ),
    }


def _code(code: Body) -> Body:
    checksum = code["digest"] if "digest" in code else code["checksum"]
    return {"commit": code["commit"], "checksum": checksum, "process_types": commands_of(code)}


def _own_drains(store: Store, app_id: str) -> list[Body]:
    """The drains that people made; an add-on's own come and go with it, at an address made up at random."""
    return [drain for drain in store.find("heroku.drain", parent=app_id) if drain["addon"] is None]


def _by_type(processes: list[Body]) -> list[Body]:
    return sorted(processes, key=lambda body: str(body["type"]))


def _addon(store: Store, addon: Body) -> Body:
    attached = [one for one in store.find("heroku.attachment", _addon_id=addon["id"])]
    return {
        "attached": sorted(f"{one['app']['name']}::{one['name']}" for one in attached),
        "config": _fingerprints(store, addon["_config"]),
        "plan": addon["plan"]["name"],
        "state": addon["state"],
    }


def _attachment(store: Store, attachment: Body) -> Body:
    """Add-on names are random unless chosen, so an attachment is described by what it leads to."""
    addon = store.get("heroku.addon", attachment["addon"]["id"]) or {}
    return {"plan": addon["plan"]["name"], "of": addon["app"]["name"], "namespace": attachment["namespace"]}


def _domains(store: Store, app: Body) -> Body:
    custom = [one for one in domains_of(store, app["id"]) if one["kind"] == "custom"]
    return {
        one["hostname"]: {"acm_status": one["acm_status"], "sni_endpoint": one["sni_endpoint"] is not None}
        for one in sorted(custom, key=lambda body: str(body["hostname"]))
    }


def _collaborators(store: Store, app: Body) -> Body:
    found = sorted(store.find("heroku.collaborator", parent=app["id"]), key=lambda body: str(body["user"]["email"]))
    return {
        one["user"]["email"]: {"permissions": [item["name"] for item in one["permissions"]], "role": one["role"]}
        for one in found
    }


def _webhooks(store: Store, parent: str) -> list[Body]:
    """Without the secret: Heroku makes one up when none is given."""
    shown = [
        {"include": sorted(one["include"]), "level": one["level"], "url": _fingerprint(store, one["url"])}
        for one in store.find("heroku.webhook", parent=parent)
    ]
    return sorted(shown, key=str)


def _pipeline_name(store: Store, pipeline: Body) -> str:
    owner = (
        store.get("heroku.team", pipeline["owner"]["id"]) or store.get("heroku.account", pipeline["owner"]["id"]) or {}
    )
    return (
        f"{owner.get('name') or owner.get('email')}/{pipeline['name']}"
        if pipeline["owner"]["type"] == "team"
        else pipeline["name"]
    )


def _pipeline(store: Store, pipeline: Body, names: dict[str, str]) -> Body:
    couplings = store.find("heroku.coupling", _pipeline_id=pipeline["id"])
    review = store.get("heroku.review_app_config", pipeline["id"])
    return {
        "couplings": {
            name: stage for name, stage in sorted((names[one["app"]["id"]], one["stage"]) for one in couplings)
        },
        "config_vars": {
            one["stage"]: _fingerprints(store, one["values"])
            for one in store.find("heroku.pipeline_config_vars", parent=pipeline["id"])
            if one["values"]
        },
        "review_app_config": review
        and {name: review[name] for name in sorted(review) if name not in ("pipeline_id", "repo")},
    }
