"""What somebody changed since it was last read is a conflict, not overwritten; what else changes there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from infra.errors import Conflict
from infra.providers.kit.values import Values
from tests.certificates import new_certificate
from tests.providers.heroku.deploys import deploy
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import (
    ACCOUNT_FEATURE,
    ADDON,
    APP,
    APP_ACCESS,
    COUPLING,
    FEATURE,
    FORMATION,
    MEMBER,
    PIPELINE,
    REVIEW_APPS,
    SPACE,
    SSL,
    TEAM_COLLABORATOR,
    TELEMETRY_DRAIN,
    VPN,
    WEBHOOK,
)


async def refused_until_refreshed(
    estate: Estate, resource: Resource, wanted: Values, path: str, by_hand: Values, what: str
) -> None:
    """A person changes what the program is about to change: refused, and after a refresh it is put right."""
    await estate.by_hand("PATCH", path, by_hand)
    await refused_until_read(estate, resource, wanted, what)


async def refused_until_read(estate: Estate, resource: Resource, wanted: Values, what: str) -> None:
    """The update is refused, names what moved, and writes nothing; once it was read, it goes through."""
    before = len(estate.writes())
    with pytest.raises(Conflict, match=f"somebody changed {what} since this was last read\n  Run `pulumi refresh`"):
        await estate.update(resource, wanted)
    assert len(estate.writes()) == before
    live = await estate.refresh(resource)
    assert live is not None
    done = await estate.update(live, wanted)
    assert await estate.drift(done) == {}


async def test_an_app(estate: Estate, app: Resource) -> None:
    """Its name."""
    wanted = {**app.inputs, "name": "acme-mine"}
    await refused_until_refreshed(estate, app, wanted, f"/apps/{app.id}", {"name": "acme-hand"}, "name")


async def test_an_addon(estate: Estate, app: Resource) -> None:
    """Its plan."""
    addon = await estate.create(ADDON, {"appId": app.id, "plan": "heroku-redis:mini"})
    path = f"/apps/{app.id}/addons/{addon.id}"
    wanted = {**addon.inputs, "plan": "heroku-redis:premium-0"}
    await refused_until_refreshed(estate, addon, wanted, path, {"plan": "heroku-redis:premium-1"}, "plan")


async def test_a_coupling_and_its_pipeline(estate: Estate, app: Resource) -> None:
    """Stage and name."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    inputs: Values = {"appId": app.id, "pipeline": pipeline.id, "stage": "staging"}
    coupling = await estate.create(COUPLING, inputs)
    path = f"/pipeline-couplings/{coupling.id}"
    wanted = {**inputs, "stage": "production"}
    await refused_until_refreshed(estate, coupling, wanted, path, {"stage": "development"}, "stage")
    path = f"/pipelines/{pipeline.id}"
    await refused_until_refreshed(estate, pipeline, {"name": "acme-2"}, path, {"name": "acme-3"}, "name")


async def test_a_webhook(estate: Estate, app: Resource) -> None:
    """Its address; the secret is nobody's to see."""
    inputs: Values = {"appId": app.id, "includes": ["api:release", "api:build"], "level": "notify", "secret": "canary"}
    webhook = await estate.create(WEBHOOK, {**inputs, "url": "https://ci.example.com"})
    path = f"/apps/{app.id}/webhooks/{webhook.id}"
    by_hand = {"url": "https://other.example.com", "level": "notify", "include": ["api:release", "api:build"]}
    wanted = {**inputs, "url": "https://new.example.com"}
    await refused_until_refreshed(estate, webhook, wanted, path, by_hand, "url")


async def test_review_apps(estate: Estate) -> None:
    """After how many days they are old."""
    pipeline = await estate.create(PIPELINE, {"name": "acme"})
    inputs: Values = {
        "pipelineId": pipeline.id,
        "orgRepo": "acme/shop",
        "deployTarget": {"id": "eu", "type": "region"},
        "destroyStaleApps": True,
        "staleDays": 3,
    }
    config = await estate.create(REVIEW_APPS, inputs)
    path = f"/pipelines/{pipeline.id}/review-app-config"
    await refused_until_refreshed(estate, config, {**inputs, "staleDays": 9}, path, {"stale_days": 5}, "stale_days")


async def test_a_change_of_something_else_is_no_conflict(estate: Estate, app: Resource) -> None:
    """Somebody's maintenance is not the stack's business, and a lost answer is no conflict with ourselves."""
    made = await estate.create(APP, {"name": "acme-stack", "region": "eu", "stack": "heroku-22"})
    await estate.by_hand("PATCH", f"/apps/{made.id}", {"maintenance": True})
    estate.fault("drop_after", method="PATCH", path=f"apps/{made.id}$", count=1)
    changed = await estate.update(made, {**made.inputs, "stack": "heroku-24"})
    assert changed["stack"] == "heroku-24"


async def test_a_certificate(estate: Estate, app: Resource) -> None:
    """Its chain; the key is never told."""
    first, by_hand, wanted = (new_certificate("www.example.org") for _ in range(3))
    ssl = await estate.create(SSL, _certificate(app, first))
    path = f"/apps/{app.id}/sni-endpoints/{ssl.id}"
    body = {"certificate_chain": by_hand[0], "private_key": by_hand[1]}
    await refused_until_refreshed(estate, ssl, _certificate(app, wanted), path, body, "certificate_chain")


def _certificate(app: Resource, pair: tuple[str, str]) -> Values:
    return {"appId": app.id, "certificateChain": pair[0], "privateKey": pair[1]}


async def test_permissions(estate: Estate) -> None:
    """Of a team's collaborator, and of a member of a space."""
    app = await estate.create(APP, {"name": "acme-team", "region": "eu", "organization": {"name": "acme"}})
    inputs: Values = {"appId": app.id, "email": "pat@example.com", "permissions": ["deploy"]}
    member = await estate.create(TEAM_COLLABORATOR, inputs)
    path = f"/teams/apps/{app.id}/collaborators/pat@example.com"
    wanted = {**inputs, "permissions": ["operate"]}
    await refused_until_refreshed(estate, member, wanted, path, {"permissions": ["manage"]}, "permissions")


async def test_access_to_a_space_that_is_as_wanted_is_not_written(estate: Estate) -> None:
    """There is one permission only: what somebody else changed is what the program wants."""
    space = await estate.create(SPACE, {"name": "acme-space", "organization": "acme", "region": "dublin"})
    await estate.by_hand("PUT", "/teams/acme/members", {"email": "dev@example.com", "role": "member"})
    inputs: Values = {"space": space.id, "email": "dev@example.com", "permissions": []}
    access = await estate.create(APP_ACCESS, inputs)
    path = f"/spaces/{space.id}/members/dev@example.com"
    await estate.by_hand("PATCH", path, {"permissions": [{"name": "create_apps"}]})
    estate.forget_requests()
    await estate.update(access, {**inputs, "permissions": ["create_apps"]})
    assert estate.writes() == []


async def test_a_member_of_a_team(estate: Estate) -> None:
    """Their role, which is compared right before it is written; someone who left meanwhile is let in again."""
    inputs: Values = {"team": "acme", "email": "dev@example.com"}
    member = await estate.create(MEMBER, {**inputs, "role": "member"})
    by_hand = {"email": "dev@example.com", "role": "viewer"}
    wanted = {**inputs, "role": "admin"}
    await refused_until_refreshed(estate, member, wanted, "/teams/acme/members", by_hand, "role")
    await estate.by_hand("DELETE", "/teams/acme/members/dev@example.com")
    await estate.update(member, wanted)
    assert await estate.drift(await estate.update(member, wanted)) == {}


async def test_a_telemetry_drain(estate: Estate) -> None:
    """What it sends, by name and without a value."""
    space = await estate.create(
        SPACE, {"name": "acme-fir", "organization": "acme", "region": "dublin", "generation": "fir"}
    )
    inputs: Values = {
        "ownerId": space.id,
        "ownerType": "space",
        "signals": ["logs"],
        "endpoint": "https://telemetry.example.com",
        "exporterType": "otlphttp",
        "headers": {"x-api-key": "canary"},
    }
    drain = await estate.create(TELEMETRY_DRAIN, inputs)
    exporter = {"type": "otlphttp", "endpoint": inputs["endpoint"], "headers": {"x-api-key": "theirs"}}
    path = f"/telemetry-drains/{drain.id}"
    wanted = {**inputs, "headers": {"x-api-key": "ours"}}
    await refused_until_refreshed(estate, drain, wanted, path, {"exporter": exporter}, "headers")


async def test_processes(estate: Estate, app: Resource) -> None:
    """Only the one that moved is refused, and only what the program changes is compared and sent."""
    await deploy(estate, app)
    inputs: Values = {"appId": app.id, "type": "web", "quantity": 1, "size": "standard-1x"}
    web = await estate.create(FORMATION, inputs)
    worker = await estate.create(FORMATION, {**inputs, "type": "worker"})
    path = f"/apps/{app.id}/formation"
    await estate.by_hand("PATCH", f"{path}/worker", {"quantity": 4})
    resized = await estate.update(worker, {**worker.inputs, "size": "standard-2x"})
    assert (resized["quantity"], resized["size"]) == (4, "standard-2x")
    hand = {"updates": [{"type": "web", "quantity": 7}]}
    await refused_until_refreshed(estate, web, {**inputs, "quantity": 2}, path, hand, "quantity")


async def test_names_and_addresses_of_a_space(estate: Estate) -> None:
    """The space's name, and what is behind its VPN."""
    space = await estate.create(SPACE, {"name": "acme-space", "organization": "acme", "region": "dublin"})
    path = f"/spaces/{space.id}"
    renamed = {**space.inputs, "name": "acme-mine"}
    await refused_until_refreshed(estate, space, renamed, path, {"name": "acme-hand"}, "name")
    inputs: Values = {"space": space.id, "name": "office", "publicIp": "203.0.113.7", "routableCidrs": ["10.0.0.0/16"]}
    vpn = await estate.create(VPN, inputs)
    path = f"{path}/vpn-connections/{vpn.id.split(':')[1]}"
    wanted = {**inputs, "routableCidrs": ["10.2.0.0/16"]}
    await refused_until_refreshed(estate, vpn, wanted, path, {"routable_cidrs": ["10.1.0.0/16"]}, "routable_cidrs")


async def test_the_owner_of_an_app(estate: Estate, app: Resource) -> None:
    """Somebody gave it to another team, or took it out of the one that it was in."""
    for team in ("blue", "green"):
        await estate.by_hand("POST", "/teams", {"name": team})
    path = f"/teams/apps/{app.id}"
    wanted: Values = {**app.inputs, "organization": {"name": "acme"}}
    await estate.by_hand("PATCH", path, {"owner": "blue"})
    await refused_until_read(estate, app, wanted, "organization")
    live = await estate.refresh(app)
    assert live is not None
    assert live["organization"]["name"] == "acme"
    await refused_until_refreshed(
        estate, live, {**app.inputs, "organization": {"name": "green"}}, path, {"owner": "blue"}, "organization"
    )


async def test_the_owner_of_a_pipeline(estate: Estate) -> None:
    """Compared right before it is handed over, as a transfer has no ETag of its own."""
    teams = [await estate.by_hand("POST", "/teams", {"name": team}) for team in ("blue", "green")]
    account = await estate.by_hand("GET", "/account")
    mine: Values = {"name": "acme", "owner": {"id": account["id"], "type": "user"}}
    pipeline = await estate.create(PIPELINE, mine)
    blue, green = ({"id": team["id"], "type": "team"} for team in teams)
    await estate.by_hand("POST", "/pipeline-transfers", {"pipeline": {"id": pipeline.id}, "new_owner": blue})
    await refused_until_read(estate, pipeline, {**mine, "owner": green}, "owner")


async def test_a_switch_that_is_as_wanted_is_not_written(estate: Estate, app: Resource) -> None:
    """A switch has two positions: what somebody else set is what was read, or what is wanted."""
    account = await estate.by_hand("GET", "/account/features")
    inputs: Values = {"appId": app.id, "name": "preboot", "enabled": True}
    of_app = await estate.create(FEATURE, inputs)
    await estate.by_hand("PATCH", f"/apps/{app.id}/features/preboot", {"enabled": False})
    named: Values = {"name": account[0]["name"], "enabled": True}
    of_account = await estate.create(ACCOUNT_FEATURE, named)
    await estate.by_hand("PATCH", f"/account/features/{named['name']}", {"enabled": False})
    estate.forget_requests()
    assert (await estate.update(of_app, {**inputs, "enabled": False}))["enabled"] is False
    assert (await estate.update(of_account, {**named, "enabled": False}))["enabled"] is False
    assert estate.writes() == []


def interfering(estate: Estate, change: Callable[[], Awaitable[object]]) -> None:
    """Let somebody change something between the provider's next read and its write."""
    heroku, original = estate.heroku, estate.heroku.get_with_etag

    async def read_then_interfere(path: str) -> tuple[object, str]:
        answer = await original(path)
        heroku.get_with_etag = original  # type: ignore[method-assign]
        await change()
        return answer

    heroku.get_with_etag = read_then_interfere  # type: ignore[method-assign]


async def test_a_change_between_reading_and_writing(estate: Estate) -> None:
    """Heroku refuses the write by its ETag (412); then it is read again, and the conflict is seen."""
    app = await estate.create(APP, {"name": "acme-team", "region": "eu", "organization": {"name": "acme"}})
    await estate.by_hand("POST", "/teams", {"name": "blue"})
    await estate.by_hand("POST", "/teams", {"name": "green"})
    interfering(estate, lambda: estate.by_hand("PATCH", f"/teams/apps/{app.id}", {"owner": "blue"}))
    with pytest.raises(Conflict, match="somebody changed organization"):
        await estate.update(app, {**app.inputs, "organization": {"name": "green"}})
    assert (await estate.by_hand("GET", f"/apps/{app.id}"))["team"]["name"] == "blue"
