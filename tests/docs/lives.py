"""One life of each Heroku resource: what must be there first, what it is made with, and what changes in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from infra.providers.kit.values import Values
from tests.certificates import new_certificate
from tests.providers.heroku import tokens
from tests.providers.heroku.deploys import deploy, upload_source
from tests.providers.heroku.estate import URL, Estate, Resource

EU_APP: Values = {"name": "acme-shop", "region": "eu"}
SPACE: Values = {"name": "acme-space", "organization": "acme", "region": "dublin"}


@dataclass(frozen=True)
class Life:
    """The inputs that it is made with and those that then change in place; none means that every change replaces it."""

    inputs: Values
    changes: Values = field(default_factory=dict)


Prepare = Callable[[Estate], Awaitable[Life]]


async def _app(estate: Estate, **more: object) -> Resource:
    return await estate.create(tokens.APP, {**EU_APP, **more})


async def _fir_app(estate: Estate) -> Resource:
    await estate.create(tokens.SPACE, {**SPACE, "generation": "fir"})
    return await _app(estate, region="dublin", space="acme-space", organization={"name": "acme"})


async def _space(estate: Estate) -> Resource:
    return await estate.create(tokens.SPACE, SPACE)


async def _pipeline(estate: Estate) -> Resource:
    return await estate.create(tokens.PIPELINE, {"name": "acme"})


async def _addon(estate: Estate, app: Resource) -> Resource:
    return await estate.create(tokens.ADDON, {"appId": app.id, "plan": "heroku-redis:mini"})


def _on_app(*, changes: Values | None = None, **values: object) -> Prepare:
    """The life of what needs nothing but an app; ``changes`` are what changes in place."""

    async def prepare(estate: Estate) -> Life:
        return Life({"appId": (await _app(estate)).id, **values}, changes or {})

    return prepare


async def _feature(estate: Estate) -> Life:
    name = (await estate.by_hand("GET", "/account/features"))[0]["name"]
    return Life({"name": name, "enabled": False}, {"enabled": True})


async def _authorization(_estate: Estate) -> Life:
    return Life({"description": "deploys", "scopes": ["write-protected"], "expiresIn": 3600})


async def _attachment(estate: Estate) -> Life:
    app = await _app(estate)
    return Life({"appId": app.id, "addonId": (await _addon(estate, app)).id, "name": "SECOND"})


async def _addon_config(estate: Estate) -> Life:
    addon = await _addon(estate, await _app(estate))
    return Life({"addonId": addon.id, "config": {"a": "1"}}, {"config": {"a": "2"}})


async def _new_app(_estate: Estate) -> Life:
    return Life(
        {**EU_APP, "configVars": {"A": "1"}, "buildpacks": ["heroku/python"]},
        {"name": "acme-store", "configVars": {"A": "2"}, "buildpacks": ["heroku/ruby"], "maintenance": True},
    )


async def _map_of_vars(_estate: Estate) -> Life:
    return Life({"vars": {"A": "1"}}, {"vars": {"A": "2"}})


async def _image(estate: Estate) -> Life:
    app = await _fir_app(estate)
    return Life(
        {"appId": app.id, "imageRepo": "registry.example.com/shop", "digest": f"sha256:{'0' * 64}",
         "processTypes": {"web": "run"}}
    )  # fmt: skip


async def _slug(estate: Estate) -> Life:
    app, url = await _app(estate), await upload_source(estate)
    return Life({"appId": app.id, "processTypes": {"web": "run"}, "fileUrl": url})


async def _release(estate: Estate) -> Life:
    life = await _slug(estate)
    slug = await estate.create(tokens.SLUG, life.inputs)
    return Life({"appId": life.inputs["appId"], "slugId": slug.id})


async def _build(estate: Estate) -> Life:
    return Life({"appId": (await _app(estate)).id, "source": {"url": await upload_source(estate)}})


async def _formation(estate: Estate) -> Life:
    app = await _app(estate)
    await deploy(estate, app)
    return Life({"appId": app.id, "type": "web", "quantity": 1, "size": "basic"}, {"size": "standard-1x"})


async def _telemetry_drain(estate: Estate) -> Life:
    app = await _fir_app(estate)
    drain = {"endpoint": "https://telemetry.example.com", "exporterType": "otlphttp", "headers": {"x-api-key": "k"}}
    return Life({"ownerId": app.id, "ownerType": "app", "signals": ["logs"], **drain}, {"signals": ["traces"]})


async def _pipeline_vars(estate: Estate) -> Life:
    inputs = {"pipelineId": (await _pipeline(estate)).id, "pipelineStage": "review", "vars": {"A": "1"}}
    return Life(inputs, {"vars": {"A": "2"}})


async def _coupling(estate: Estate) -> Life:
    app, pipeline = await _app(estate), await _pipeline(estate)
    return Life({"appId": app.id, "pipeline": pipeline.id, "stage": "staging"}, {"stage": "production"})


async def _new_pipeline(_estate: Estate) -> Life:
    return Life({"name": "acme"}, {"name": "acme-shop"})


async def _promotion(estate: Estate) -> Life:
    pipeline = await _pipeline(estate)
    apps = {stage: await _app(estate, name=f"acme-{stage}") for stage in ("staging", "production")}
    for stage, app in apps.items():
        await estate.create(tokens.COUPLING, {"appId": app.id, "pipeline": pipeline.id, "stage": stage})
    await deploy(estate, apps["staging"])
    source, target = apps["staging"].id, apps["production"].id
    return Life({"pipeline": pipeline.id, "sourceAppId": source, "targetAppIds": [target]})


async def _review_apps(estate: Estate) -> Life:
    pipeline = await _pipeline(estate)
    target = {"id": "eu", "type": "region"}
    return Life(
        {"pipelineId": pipeline.id, "orgRepo": "acme/shop", "deployTarget": target}, {"automaticReviewApps": True}
    )


async def _app_access(estate: Estate) -> Life:
    await _space(estate)
    await estate.by_hand("PUT", "/teams/acme/members", {"email": "dev@example.com", "role": "member"})
    return Life(
        {"space": "acme-space", "email": "dev@example.com", "permissions": ["create_apps"]}, {"permissions": []}
    )


async def _ruleset(estate: Estate) -> Life:
    office, home = ({"action": "allow", "source": source} for source in ("203.0.113.0/24", "198.51.100.7/32"))
    return Life({"space": (await _space(estate)).id, "rules": [office]}, {"rules": [home]})


async def _peering(estate: Estate) -> Life:
    space = await _space(estate)
    request = {"space": "acme-space", "pcx_id": "pcx-0123", "aws_vpc_id": "vpc-1", "aws_account_id": "123456789012",
               "aws_region": "eu-west-1", "cidr_blocks": ["172.20.0.0/16"]}  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=estate.app), base_url=URL) as client:
        (await client.post("/_cloud/peerings", json=request)).raise_for_status()
    return Life({"space": space.id, "vpcPeeringConnectionId": "pcx-0123"})


async def _new_space(_estate: Estate) -> Life:
    return Life(SPACE, {"name": "acme-other"})


async def _vpn(estate: Estate) -> Life:
    space = await _space(estate)
    return Life(
        {"space": space.id, "name": "office", "publicIp": "203.0.113.7", "routableCidrs": ["172.16.0.0/16"]},
        {"routableCidrs": ["172.17.0.0/16"]},
    )


async def _certificate(estate: Estate) -> Life:
    (chain, key), (renewed, renewed_key) = new_certificate("www.example.org"), new_certificate("www.example.org")
    return Life(
        {"appId": (await _app(estate)).id, "certificateChain": chain, "privateKey": key},
        {"certificateChain": renewed, "privateKey": renewed_key},
    )


async def _team_collaborator(estate: Estate) -> Life:
    app = await _app(estate, organization={"name": "acme"})
    return Life({"appId": app.id, "email": "pat@example.com", "permissions": ["operate"]}, {"permissions": ["view"]})


async def _member(_estate: Estate) -> Life:
    return Life({"team": "acme", "email": "dev@example.com", "role": "member"}, {"role": "admin"})


HOOK = "https://ci.example.com/h"
LIVES: dict[str, Prepare] = {
    tokens.ACCOUNT_FEATURE: _feature,
    tokens.AUTHORIZATION: _authorization,
    tokens.ADDON: _on_app(plan="heroku-redis:mini", allowDataLoss=True, changes={"plan": "heroku-redis:premium-0"}),
    tokens.ATTACHMENT: _attachment,
    tokens.ADDON_CONFIG: _addon_config,
    tokens.APP: _new_app,
    tokens.APP_CONFIG: _map_of_vars,
    tokens.CONFIG: _on_app(vars={"A": "1"}, sensitiveVars={"B": "2"}, changes={"vars": {"A": "3"}}),
    tokens.FEATURE: _on_app(name="http-session-affinity", enabled=False, changes={"enabled": True}),
    tokens.OCI_IMAGE: _image,
    tokens.RELEASE: _release,
    tokens.WEBHOOK: _on_app(includes=["api:release"], level="notify", url=HOOK, changes={"level": "sync"}),
    tokens.BUILD: _build,
    tokens.COLLABORATOR: _on_app(email="pat@example.com"),
    tokens.DOMAIN: _on_app(hostname="www.example.org"),
    tokens.DRAIN: _on_app(url="https://logs.example.com/x"),
    tokens.TELEMETRY_DRAIN: _telemetry_drain,
    tokens.FORMATION: _formation,
    tokens.PIPELINE_VARS: _pipeline_vars,
    tokens.COUPLING: _coupling,
    tokens.PIPELINE: _new_pipeline,
    tokens.PROMOTION: _promotion,
    tokens.REVIEW_APPS: _review_apps,
    tokens.SLUG: _slug,
    tokens.APP_ACCESS: _app_access,
    tokens.RULESET: _ruleset,
    tokens.PEERING: _peering,
    tokens.SPACE: _new_space,
    tokens.VPN: _vpn,
    tokens.SSL: _certificate,
    tokens.TEAM_COLLABORATOR: _team_collaborator,
    tokens.MEMBER: _member,
}
