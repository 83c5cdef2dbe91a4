"""Apps and what belongs to them, as the published plugin leaves them in a state."""

from __future__ import annotations

from pathlib import Path

from infra.apis.blobs import checksum_of
from infra.providers.kit.values import Secret
from tests.certificates import new_certificate
from tests.providers.heroku.deploys import deploy, source_archive, upload_source
from tests.providers.heroku.published import State, World


async def app(world: World) -> State:
    """Its config vars, all of them, lie in its state: ours leaves out those that were not declared."""
    path = f"/apps/{world.app.id}"
    await world.estate.by_hand("PATCH", f"{path}/config-vars", {"A": "1", "KEY": "canary", "THEIRS": "x"})
    updates = {"updates": [{"buildpack": "heroku/ruby"}]}
    await world.estate.by_hand("PUT", f"{path}/buildpack-installations", updates)
    live = await world.get(path)
    return State(
        live["id"],
        {
            "name": "acme-shop",
            "region": "eu",
            "buildpacks": ["heroku/ruby"],
            "configVars": {"A": "1"},
            "sensitiveConfigVars": Secret({"KEY": "canary"}),
        },
        outputs={
            "acm": False,
            "allConfigVars": Secret({"A": "1", "KEY": "canary", "THEIRS": "x"}),
            "gitUrl": live["git_url"],
            "herokuHostname": live["web_url"].removeprefix("https://").rstrip("/"),
            "internalRouting": False,
            "stack": live["build_stack"]["name"],
            "uuid": live["id"],
            "webUrl": live["web_url"],
        },
        dropped=frozenset({"allConfigVars", "internalRouting"}),
    )


async def team_app(world: World) -> State:
    """Of a team."""
    live = await world.post("/teams/apps", {"name": "acme-team", "team": "acme", "region": "eu"})
    team = {"name": "acme", "locked": False, "personal": False}
    return State(
        live["id"],
        {"name": "acme-team", "region": "eu", "organization": {"name": "acme"}},
        outputs={
            "acm": False,
            "allConfigVars": Secret({}),
            "configVars": {},
            "gitUrl": live["git_url"],
            "herokuHostname": live["web_url"].removeprefix("https://").rstrip("/"),
            "internalRouting": False,
            "organization": team,
            "space": "",
            "stack": live["build_stack"]["name"],
            "uuid": live["id"],
            "webUrl": live["web_url"],
        },
        dropped=frozenset({"allConfigVars", "configVars", "internalRouting", "space"}),
    )


async def addon(world: World) -> State:
    """The values of its config vars lie in its state: ours leaves them out."""
    made = await world.post(f"/apps/{world.app.id}/addons", {"plan": "heroku-postgresql:essential-0"})
    while (made := await world.get(f"/addons/{made['id']}"))["state"] != "provisioned":
        pass
    return State(
        made["id"],
        {"appId": world.app.id, "plan": "heroku-postgresql:essential-0"},
        outputs={
            "name": made["name"],
            "configVars": made["config_vars"],
            "configVarValues": Secret({"DATABASE_URL": "postgres://canary"}),
            "providerId": made["provider_id"],
        },
        dropped=frozenset({"configVarValues"}),
    )


async def attachment(world: World) -> State:
    """Under the name that Heroku chose."""
    addon_state = await addon(world)
    made = await world.post("/addon-attachments", {"app": world.app.id, "addon": addon_state.id, "name": "SECOND"})
    return State(
        made["id"],
        {"appId": world.app.id, "addonId": addon_state.id, "name": "SECOND"},
        outputs={"namespace": ""},
        dropped=frozenset({"namespace"}),
    )


async def app_config(_world: World) -> State:
    """Local to the state."""
    return State(
        "config-00000000-0000-0000-0000-000000000000",
        {"vars": {"A": "1"}, "sensitiveVars": Secret({"KEY": "canary"})},
    )


async def config_association(world: World) -> State:
    """Some of the app's config vars."""
    await world.estate.by_hand("PATCH", f"/apps/{world.app.id}/config-vars", {"A": "1", "KEY": "canary", "B": "x"})
    return State(
        f"config:{world.app.id}",
        {"appId": world.app.id, "vars": {"A": "1"}, "sensitiveVars": Secret({"KEY": "canary"})},
    )


async def app_feature(world: World) -> State:
    """With the default that it is on."""
    path = f"/apps/{world.app.id}/features/runtime-dyno-metadata"
    made = await world.estate.by_hand("PATCH", path, {"enabled": True})
    return State(
        f"{world.app.id}:{made['id']}",
        {"appId": world.app.id, "name": "runtime-dyno-metadata"},
        {"enabled": True},
    )


async def webhook(world: World) -> State:
    """Its secret is only in the state."""
    body = {"include": ["api:release"], "level": "notify", "url": "https://ci.example.com", "secret": "canary"}
    made = await world.post(f"/apps/{world.app.id}/webhooks", body)
    return State(
        made["id"],
        {
            "appId": world.app.id,
            "includes": ["api:release"],
            "level": "notify",
            "url": "https://ci.example.com",
            "secret": Secret("canary"),
        },
    )


async def domain(world: World) -> State:
    """Without a certificate."""
    made = await world.post(f"/apps/{world.app.id}/domains", {"hostname": "www.example.org", "sni_endpoint": None})
    return State(
        made["id"],
        {"appId": world.app.id, "hostname": "www.example.org"},
        outputs={"cname": made["cname"], "sniEndpointId": ""},
        dropped=frozenset({"sniEndpointId"}),
    )


async def ssl(world: World) -> State:
    """Its key is only in the state."""
    chain, key = new_certificate("www.example.org")
    made = await world.post(f"/apps/{world.app.id}/sni-endpoints", {"certificate_chain": chain, "private_key": key})
    return State(
        made["id"],
        {"appId": world.app.id, "certificateChain": chain, "privateKey": Secret(key)},
        outputs={"name": made["name"]},
    )


async def drain(world: World) -> State:
    """Its address lies in the state in the clear: ours makes it a secret."""
    made = await world.post(f"/apps/{world.app.id}/log-drains", {"url": "https://logs.example.com/x"})
    return State(
        made["id"],
        {"appId": world.app.id, "url": "https://logs.example.com/x"},
        outputs={"token": made["token"]},
    )


async def formation(world: World) -> State:
    """In the user's spelling."""
    await deploy(world.estate, world.app)
    updates = {"updates": [{"type": "web", "quantity": 2, "dyno_size": {"name": "standard-1x"}}]}
    made = await world.estate.by_hand("PATCH", f"/apps/{world.app.id}/formation", updates)
    web = next(one for one in made if one["type"] == "web")
    return State(web["id"], {"appId": world.app.id, "type": "web", "quantity": 2, "size": "standard-1x"})


async def collaborator(world: World) -> State:
    """By address."""
    made = await world.post(f"/apps/{world.app.id}/collaborators", {"user": "dev@example.com"})
    return State(made["id"], {"appId": world.app.id, "email": "dev@example.com"})


async def slug(world: World) -> State:
    """From a local file; the signed address of its archive lies in its state, where ours leaves it out."""
    made = await world.post(f"/apps/{world.app.id}/slugs", {"process_types": {"web": "run"}, "checksum": _sum(world)})
    blob = {"method": "get", "url": "https://store.test/x?signature=canary"}
    return State(
        made["id"],
        {"appId": world.app.id, "processTypes": {"web": "run"}, "filePath": str(_archive(world))},
        outputs={
            "blobs": [blob],
            "checksum": _sum(world),
            "size": 0,
            "stack": made["stack"]["name"],
            "stackId": made["stack"]["id"],
        },
        dropped=frozenset({"blobs", "size"}),
    )


def _archive(world: World) -> Path:
    archive = world.folder / "source.tgz"
    if not archive.exists():
        archive.write_bytes(source_archive())
    return archive


def _sum(world: World) -> str:
    return checksum_of(_archive(world))


async def build(world: World) -> State:
    """From a local archive."""
    body = {"source_blob": {"url": await upload_source(world.estate), "checksum": None}}
    made = await world.post(f"/apps/{world.app.id}/builds", body)
    store = world.estate.app.state.cloud.store
    blob = {**made["source_blob"], "checksum": _sum(world)}
    store.put("heroku.build", made["id"], {**store.get("heroku.build", made["id"]), "source_blob": blob})
    return State(
        made["id"],
        {"appId": world.app.id, "source": {"path": str(_archive(world))}},
        outputs={
            "buildpacks": [],
            "localChecksum": _sum(world),
            "outputStreamUrl": made["output_stream_url"],
            "releaseId": made["release"]["id"],
            "slugId": made["slug"]["id"],
            "source": {"path": str(_archive(world)), "checksum": "", "url": "", "version": ""},
            "stack": made["stack"],
            "status": made["status"],
            "users": [{"email": made["user"]["email"], "id": made["user"]["id"]}],
            "uuid": made["id"],
        },
        dropped=frozenset({"source"}),
    )


async def release(world: World) -> State:
    """The one that the app runs."""
    await deploy(world.estate, world.app)
    made = await world.get(f"/apps/{world.app.id}/releases/current")
    return State(
        made["id"],
        {"appId": world.app.id, "slugId": made["slug"]["id"]},
        outputs={"description": made["description"]},
    )
