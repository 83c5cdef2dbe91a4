"""The Fir generation: OCI images, dyno sizes of its own, telemetry drains."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.heroku.steps import deploy, done, new_app, new_space, refused
from tests.localcloud.in_process import LocalCloud

IMAGE = {
    "commit": "0123456789abcdef",
    "digest": f"sha256:{'0' * 64}",
    "process_types": {"web": {"command": "./web"}, "release": {"command": "true"}},
    "buildpacks": [{"id": "heroku/python", "version": "1.0.0", "homepage": "https://example.com"}],
}


@pytest.fixture
async def fir(cloud: LocalCloud) -> dict[str, Any]:
    """An app of the Fir generation."""
    await new_space(cloud, "grove", generation="fir")
    body: dict[str, Any] = await done(cloud.heroku.post("/teams/apps", json={"name": "birch", "space": "grove"}))
    return body


async def test_an_image_is_released(heroku: httpx.AsyncClient, fir: dict[str, Any]) -> None:
    """It brings the process types; a slug or another stack is refused."""
    app = await done(heroku.get("/apps/birch"))
    assert (app["generation"]["name"], app["stack"]["name"]) == ("fir", "cnb")
    image = await done(heroku.post("/apps/birch/oci-images", json=IMAGE))
    assert await done(heroku.get(f"/apps/birch/oci-images/{image['id']}")) == [image]
    assert await done(heroku.get(f"/apps/birch/oci-images/{image['digest']}")) == [image]
    release = await done(heroku.post("/apps/birch/releases", json={"oci_image": image["id"]}))
    assert (release["slug"], release["artifacts"]) == (None, [{"type": "oci-image", "id": image["id"]}])
    assert release["output_stream_url"] is not None
    process = await done(heroku.get("/apps/birch/formation/web"))
    assert (process["size"], process["command"]) == ("dyno-1c-0.5gb", "./web")
    changed = await done(heroku.patch("/apps/birch/formation/web", json={"dyno_size": {"name": "Dyno-2C-4GB"}}))
    assert changed["size"] == "dyno-2c-4gb"
    await refused(heroku.patch("/apps/birch/formation/web", json={"size": "basic"}), 422, "invalid_params", "No such")
    sizes = await done(heroku.get("/apps/birch/available-dyno-sizes"))
    assert {size["generation"]["name"] for size in sizes} == {"fir"}
    slug = {"process_types": {"web": "run"}}
    await refused(heroku.post("/apps/birch/slugs", json=slug), 422, "invalid_params", "OCI images")
    await refused(heroku.post("/apps/birch/releases", json={"slug": image["id"]}), 422, "invalid_params", "oci_image")
    await refused(heroku.patch("/apps/birch", json={"build_stack": "heroku-24"}), 422, "invalid_params", "cnb")
    other = {"name": "oak", "space": "grove", "stack": "heroku-24"}
    await refused(heroku.post("/teams/apps", json=other), 422, "invalid_params", "cnb")


async def test_impossible_images_are_refused(heroku: httpx.AsyncClient, fir: dict[str, Any], app: str) -> None:
    """On a Cedar app, with wrong digests and process types."""
    await refused(heroku.post(f"{app}/oci-images", json=IMAGE), 422, "invalid_params", "Fir")
    for change in ({"digest": "x"}, {"stack": "heroku-24"}, {"process_types": {"a b": {"command": "x"}}}):
        await refused(heroku.post("/apps/birch/oci-images", json={**IMAGE, **change}), 422, "invalid_params")
    await refused(heroku.post("/apps/birch/oci-images", json={"process_types": {"web": "x"}}), 400, "bad_request")
    await refused(heroku.get("/apps/birch/oci-images/none"), 404, "not_found")


async def test_a_build_makes_an_image(heroku: httpx.AsyncClient, fir: dict[str, Any]) -> None:
    """Without buildpacks of the app's own choosing."""
    build = await deploy(heroku, "/apps/birch")
    assert (build["status"], build["slug"], build["stack"]) == ("succeeded", None, "cnb")
    release = await done(heroku.get("/apps/birch/releases/current"))
    assert release["artifacts"][0]["type"] == "oci-image"
    assert {one["type"] for one in await done(heroku.get("/apps/birch/formation"))} == {"web", "worker"}
    updates = {"updates": [{"buildpack": "heroku/python"}]}
    await refused(heroku.put("/apps/birch/buildpack-installations", json=updates), 422, "invalid_params", "project")
    body = {"source_blob": {"url": "https://x.test"}, "buildpacks": [{"name": "heroku/python"}]}
    await refused(heroku.post("/apps/birch/builds", json=body), 422, "invalid_params", "project.toml")


async def test_an_image_is_promoted(cloud: LocalCloud, heroku: httpx.AsyncClient, fir: dict[str, Any]) -> None:
    """Within a pipeline of the same generation."""
    await deploy(heroku, "/apps/birch")
    target = await done(heroku.post("/teams/apps", json={"name": "maple", "space": "grove"}))
    pipeline = await done(heroku.post("/pipelines", json={"name": "grove", "generation": {"name": "fir"}}))
    assert pipeline["generation"]["name"] == "fir"
    cedar = await new_app(heroku, "oldest")
    body = {"app": cedar["id"], "pipeline": pipeline["id"], "stage": "staging"}
    await refused(heroku.post("/pipeline-couplings", json=body), 422, "invalid_params", "same generation")
    for app, stage in ((fir, "staging"), (target, "production")):
        coupling = {"app": app["id"], "pipeline": pipeline["id"], "stage": stage}
        await done(heroku.post("/pipeline-couplings", json=coupling))
    promotion = {
        "pipeline": {"id": pipeline["id"]},
        "source": {"app": {"id": fir["id"]}},
        "targets": [{"app": {"id": target["id"]}}],
    }
    await done(heroku.post("/pipeline-promotions", json=promotion))
    cloud.clock.pass_seconds(1)
    releases = [await done(heroku.get(f"/apps/{name}/releases/current")) for name in ("birch", "maple")]
    source, promoted = (release["artifacts"] for release in releases)
    assert source == promoted
    assert len(await done(heroku.get(f"/apps/maple/oci-images/{promoted[0]['id']}"))) == 1
    assert len(await done(heroku.get(f"/pipelines/{pipeline['id']}/latest-deployments"))) == 2


async def test_telemetry_drains(cloud: LocalCloud, heroku: httpx.AsyncClient, fir: dict[str, Any], app: str) -> None:
    """Of apps and spaces; five at most; headers are answered, and hidden in exports."""
    exporter = {"type": "otlphttp", "endpoint": "https://otel.example.com", "headers": {"x-key": "very-secret"}}
    body = {"owner": {"id": fir["id"], "type": "app"}, "signals": ["logs", "traces"], "exporter": exporter}
    drain = await done(heroku.post("/telemetry-drains", json=body))
    assert (drain["exporter"], drain["signals"]) == (exporter, ["traces", "logs"])
    path = f"/telemetry-drains/{drain['id']}"
    assert await done(heroku.get(path)) == drain
    grpc = {"type": "otlp", "endpoint": "otel.example.com:4317"}
    after = await done(heroku.patch(path, json={"signals": ["metrics"], "exporter": grpc}))
    assert (after["signals"], after["exporter"]) == (["metrics"], {**grpc, "headers": {}})
    for _ in range(4):
        await done(heroku.post("/telemetry-drains", json=body))
    await refused(heroku.post("/telemetry-drains", json=body), 422, "invalid_params", "limit of 5")
    assert len(await done(heroku.get("/apps/birch/telemetry-drains"))) == 5
    space = (await done(heroku.get("/spaces/grove")))["id"]
    mine = await done(heroku.post("/telemetry-drains", json={**body, "owner": {"id": space, "type": "space"}}))
    assert await done(heroku.get("/spaces/grove/telemetry-drains")) == [mine]
    for export in ("/export", "/export?normalized=1"):
        assert "very-secret" not in (await cloud.control.get(export)).text
    await done(heroku.delete(path))
    await refused(heroku.get(path), 404, "not_found")
    await refused(heroku.post("/apps/birch/log-drains", json={"url": "https://x.test/"}), 422, "invalid_params", "Fir")
    cedar = (await done(heroku.get(app)))["id"]
    await refused(
        heroku.post("/telemetry-drains", json={**body, "owner": {"id": cedar, "type": "app"}}),
        422,
        "invalid_params",
        "Fir",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"signals": []},
        {"signals": ["dreams"]},
        {"exporter": {"type": "kafka", "endpoint": "https://x.test"}},
        {"exporter": {"type": "otlphttp", "endpoint": "x.test"}},
        {"exporter": {"type": "otlp", "endpoint": "x.test"}},
        {"exporter": {"type": "otlphttp", "endpoint": "https://["}},
        {"exporter": {"type": "otlphttp", "endpoint": "https://x.test", "headers": {"a b": "c"}}},
        {"exporter": {"type": "otlphttp", "endpoint": "https://x.test", "headers": {"a": 1}}},
    ],
)
async def test_impossible_telemetry_drains_are_refused(
    heroku: httpx.AsyncClient, fir: dict[str, Any], change: dict[str, Any]
) -> None:
    """Signals, types, endpoints, headers."""
    exporter = {"type": "otlphttp", "endpoint": "https://otel.example.com"}
    body = {"owner": {"id": fir["id"], "type": "app"}, "signals": ["logs"], "exporter": exporter, **change}
    await refused(heroku.post("/telemetry-drains", json=body), 422, "invalid_params")
