"""What the state recorded of Heroku, thing by thing, under the names that the stack files give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.model.estate import Kind, Unknown
from infra.model.recorded import RecordedResource
from infra.rules.certificates import leaf_of
from infra.rules.recorded.reading import (
    Read,
    Reader,
    State,
    hidden,
    names,
    parent_name,
    parent_type,
    plain,
    read,
    read_by,
    said,
    secret_map,
)

APP = "heroku:app/app:App"
ADDON = "heroku:addon/addon:Addon"
PIPELINE = "heroku:pipeline/pipeline:Pipeline"
CERTIFICATE = "heroku:ssl/ssl:Ssl"
_COMPONENT = "twelvefold:heroku:App"


def recorded_at_heroku(state: State) -> Iterator[Read]:
    """Every thing at Heroku that the stack's state holds."""
    yield from read_by(READERS, state)


def app_name(state: State, resource: RecordedResource) -> str:
    """The declared name of the app that a resource belongs to."""
    if parent_type(resource) == _COMPONENT:
        return parent_name(resource)
    owner = state.found(APP, said(resource, "appId"))
    return _declared_name(owner) if owner else str(plain(said(resource, "appId", "")))


def _declared_name(app: RecordedResource) -> str:
    return parent_name(app) if parent_type(app) == _COMPONENT else str(plain(app.inputs.get("name") or app.name))


def key_of(state: State, resource: RecordedResource) -> str:
    """What the stack file calls a resource: its logical name without the app's."""
    return resource.name.removeprefix(f"{app_name(state, resource)}-")


def _within(state: State, resource: RecordedResource, kind: Kind, name: str, id: str = "", **fields: Any) -> Read:
    return read("heroku", kind, app_name(state, resource), name, fields, id=id)


def _app(_: State, resource: RecordedResource) -> Iterator[Read]:
    def get(name: str, default: Any = None) -> Any:
        return plain(said(resource, name, default))

    team = get("organization") or {}
    fields = {
        "name": get("name"),
        "region": get("region"),
        "stack": get("stack"),
        "team": "" if team.get("personal") else team.get("name", ""),
        "maintenance": get("maintenance", False),
        "acm": get("acm", False),
        "buildpacks": list(get("buildpacks", [])),
        "space": get("space", ""),
        "generation": get("generation"),
    }
    yield read("heroku", "app", "", _declared_name(resource), fields, id=get("uuid", resource.id))
    yield from _vars("config-var", _declared_name(resource), resource, "configVars", "sensitiveConfigVars")


def _config_vars(state: State, resource: RecordedResource) -> Iterator[Read]:
    yield from _vars("config-var", app_name(state, resource), resource, "vars", "sensitiveVars")


def _vars(kind: Kind, scope: str, resource: RecordedResource, open: str, secret: str) -> Iterator[Read]:
    for name, value in (plain(said(resource, open)) or {}).items():
        yield read("heroku", kind, scope, name, {"value": str(value)})
    for name, hidden_value in secret_map(said(resource, secret)).items():
        yield read("heroku", kind, scope, name, {"value": hidden_value})


def _addon(state: State, resource: RecordedResource) -> Iterator[Read]:
    key, app = key_of(state, resource), app_name(state, resource)
    fields = {"plan": plain(said(resource, "plan")), "name": plain(said(resource, "name"))}
    yield read("heroku", "addon", app, key, fields, id=resource.id)
    name = plain(said(resource, "attachmentName"))
    if name:
        yield read("heroku", "attachment", app, name, {"addon": key, "app": app})


def _attachment(state: State, resource: RecordedResource) -> Iterator[Read]:
    addon = state.found(ADDON, said(resource, "addonId"))
    owner = {"addon": key_of(state, addon), "app": app_name(state, addon)} if addon else {}
    yield _within(state, resource, "attachment", str(plain(said(resource, "name"))), resource.id, **owner)


def _domain(state: State, resource: RecordedResource) -> Iterator[Read]:
    endpoint = plain(said(resource, "sniEndpointId", ""))
    certificate = state.found(CERTIFICATE, endpoint)
    named = key_of(state, certificate) if certificate else endpoint
    host = str(plain(said(resource, "hostname")))
    yield _within(state, resource, "domain", host, resource.id, certificate=named)


def _certificate(state: State, resource: RecordedResource) -> Iterator[Read]:
    leaf = leaf_of(said(resource, "certificateChain", ""))
    yield _within(state, resource, "certificate", key_of(state, resource), resource.id, leaf=leaf)


def _formation(state: State, resource: RecordedResource) -> Iterator[Read]:
    # What waits for the first deploy has an id of ours.
    pending = bool(resource.outputs.get("__pending"))
    fields = {
        "size": str(plain(said(resource, "size", ""))).lower(),
        "quantity": int(plain(said(resource, "quantity", 0))),
        "pending": True if pending else None,
    }
    id = "" if pending else resource.id
    yield _within(state, resource, "formation", str(plain(said(resource, "type"))), id, **fields)


def _collaborator(state: State, resource: RecordedResource) -> Iterator[Read]:
    allowed = said(resource, "permissions")
    permissions = {"permissions": names(allowed)} if allowed is not None else {}
    yield _within(state, resource, "collaborator", str(plain(said(resource, "email"))), resource.id, **permissions)


def _drain(state: State, resource: RecordedResource) -> Iterator[Read]:
    url = said(resource, "sensitiveUrl", said(resource, "url", ""))
    yield _within(state, resource, "drain", key_of(state, resource), resource.id, url=hidden(url))


def _telemetry_drain(state: State, resource: RecordedResource) -> Iterator[Read]:
    owner = state.found(APP, said(resource, "ownerId"))
    scope = _declared_name(owner) if owner else str(plain(said(resource, "ownerId", "")))
    fields = {
        "signals": names(said(resource, "signals")),
        "endpoint": hidden(said(resource, "endpoint", "")),
        "exporter_type": plain(said(resource, "exporterType")),
    }
    key = resource.name.removeprefix(f"{scope}-")
    yield read("heroku", "telemetry-drain", scope, key, fields, id=resource.id)


def _webhook(state: State, resource: RecordedResource) -> Iterator[Read]:
    fields = {
        "url": hidden(said(resource, "url", "")),
        "include": names(said(resource, "includes")),
        "level": plain(said(resource, "level")),
    }
    yield _within(state, resource, "webhook", key_of(state, resource), resource.id, **fields)


def _feature(state: State, resource: RecordedResource) -> Iterator[Read]:
    name, enabled = str(plain(said(resource, "name"))), bool(plain(said(resource, "enabled", True)))
    yield _within(state, resource, "feature", name, resource.id.partition(":")[2], enabled=enabled)


def _coupling(state: State, resource: RecordedResource) -> Iterator[Read]:
    identity = plain(said(resource, "pipeline", ""))
    pipeline = state.found(PIPELINE, identity)
    name = str(plain(said(pipeline, "name"))) if pipeline else str(identity)
    yield _within(state, resource, "coupling", name, resource.id, stage=plain(said(resource, "stage")))


def _pipeline(state: State, resource: RecordedResource) -> Iterator[Read]:
    owner = plain(said(resource, "owner")) or {}
    fields = {"name": plain(said(resource, "name"))}
    if owner.get("type") == "team":
        fields["owner"] = _team(state) or Unknown("recorded by id")
    name = parent_name(resource) if parent_type(resource) == "twelvefold:heroku:Pipeline" else str(fields["name"])
    yield read("heroku", "pipeline", "", name, fields, id=resource.id)


def _team(state: State) -> str:
    """The team that the apps belong to: a pipeline's owner is recorded by its id alone."""
    teams = (plain(said(app, "organization")) or {} for app in state.of(APP))
    return next((team["name"] for team in teams if team.get("name")), "")


def _pipeline_config_vars(state: State, resource: RecordedResource) -> Iterator[Read]:
    pipeline = state.found(PIPELINE, said(resource, "pipelineId"))
    name = str(plain(said(pipeline, "name"))) if pipeline else str(plain(said(resource, "pipelineId")))
    stage = plain(said(resource, "pipelineStage"))
    yield from _vars("pipeline-config-var", f"{name}/{stage}", resource, "vars", "sensitiveVars")


READERS: Mapping[str, Reader] = {
    APP: _app,
    "heroku:app/configAssociation:ConfigAssociation": _config_vars,
    ADDON: _addon,
    "heroku:addon/attachment:Attachment": _attachment,
    "heroku:domain/domain:Domain": _domain,
    CERTIFICATE: _certificate,
    "heroku:formation/formation:Formation": _formation,
    "heroku:collaborator/collaborator:Collaborator": _collaborator,
    "heroku:team/collaborator:Collaborator": _collaborator,
    "heroku:drain/drain:Drain": _drain,
    "heroku:drain/telemetryDrain:TelemetryDrain": _telemetry_drain,
    "heroku:app/webhook:Webhook": _webhook,
    "heroku:app/feature:Feature": _feature,
    "heroku:pipeline/coupling:Coupling": _coupling,
    PIPELINE: _pipeline,
    "heroku:pipeline/configVar:ConfigVar": _pipeline_config_vars,
}
"""How each type of resource is read; what is missing here makes no thing that could be declared or live."""
