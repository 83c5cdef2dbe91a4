"""Sources, builds, slugs, releases, formation, dynos, app setups; and the Fir generation's images."""

from __future__ import annotations

from tests.contract.links.step import Prepare, Step, World, upload
from tests.localcloud.heroku.steps import archive

APP = "/apps/banking"
IMAGE = {
    "commit": "0123456789abcdef",
    "digest": f"sha256:{'0' * 64}",
    "process_types": {
        "web": {"name": "web", "display_cmd": "./web", "command": "./web", "working_dir": "/", "default": True}
    },
    "buildpacks": [{"id": "heroku/python", "version": "1.0.0", "homepage": "https://example.com"}],
}


async def _upload(world: World) -> None:
    await upload(world, archive(), "source")


STEPS: list[Step | Prepare] = [
    Step("app: Create", "/apps", {"name": "banking"}),
    Step(
        "source: Create", "/sources", keep={"source_put": "source_blob.put_url", "source_get": "source_blob.get_url"}
    ),
    Step("source: Create - Deprecated", f"{APP}/sources"),
    Prepare(_upload),
    Step("buildpack-installation: Update", f"{APP}/buildpack-installations",
         {"updates": [{"buildpack": "heroku/clojure"}]}),
    Step("buildpack-installation: List", f"{APP}/buildpack-installations"),
    Step(
        "build: Create", f"{APP}/builds",
        {"source_blob": {"url": "{source_get}", "version": "0123456789"}, "buildpacks": [{"url": "heroku/clojure"}]},
        keep={"build": "id"},
    ),
    Step("build: Info", f"{APP}/builds/{{build}}"),
    Step("build: List", f"{APP}/builds"),
    Step("build: Cancel", f"{APP}/builds/{{build}}", refused=422),
    Step("build: Delete cache", f"{APP}/build-cache"),
    Step("slug: Create", f"{APP}/slugs", {"process_types": {"web": "run"}, "stack": "heroku-24"}, keep={"slug": "id"}),
    Step("slug: Info", f"{APP}/slugs/{{slug}}"),
    Step("release: Create", f"{APP}/releases", {"slug": "{slug}", "description": "By hand"}, keep={"release": "id"}),
    Step("release: List", f"{APP}/releases"),
    Step("release: Info", f"{APP}/releases/{{release}}"),
    Step("release: Rollback", f"{APP}/releases", {"release": "{release}"}),
    Step("formation: List", f"{APP}/formation"),
    Step("formation: Info", f"{APP}/formation/web"),
    Step("formation: Batch Update", f"{APP}/formation",
         {"updates": [{"type": "web", "quantity": 2, "dyno_size": {"name": "standard-1x"}}]}),
    Step("formation: Update", f"{APP}/formation/web", {"quantity": 1}),
    Step("dyno: List", f"{APP}/dynos"),
    Step("dyno: Info", f"{APP}/dynos/web.1"),
    Step("dyno: Restart", f"{APP}/dynos/web.1"),
    Step("dyno: Restart formation", f"{APP}/formations/web"),
    Step("dyno: Restart all", f"{APP}/dynos"),
    Step("dyno: Stop", f"{APP}/dynos/web.1/actions/stop"),
    Step("dyno: Stop formation", f"{APP}/formations/web/actions/stop"),
    Step(
        "app-setup: Create",
        "/app-setups",
        {
            "source_blob": {"url": "{source_get}", "version": "0123456789"},
            "app": {"name": "setup-one", "personal": True},
            "overrides": {"env": {"LOG_LEVEL": "info"}, "buildpacks": [{"url": "heroku/clojure"}]},
        },
        keep={"setup": "id"},
    ),
    Step("app-setup: Info", "/app-setups/{setup}", wait=1),
    Step("space: Create", "/spaces", {"name": "grove", "team": "practicalli-team", "generation": "fir"}),
    Step("team-app: Create", "/teams/apps", {"name": "birch", "space": "grove", "team": "practicalli-team"},
         keep={"birch": "id"}, wait=1),
    Step("oci-image: Create", "/apps/birch/oci-images", IMAGE, keep={"image": "id"}),
    Step("oci-image: Info", "/apps/birch/oci-images/{image}"),
    Step("release: Create", "/apps/birch/releases", {"oci_image": "{image}"}),
    Step("formation: List", "/apps/birch/formation"),
    Step(
        "telemetry-drain: Create",
        "/telemetry-drains",
        {
            "owner": {"id": "{birch}", "type": "app"},
            "signals": ["traces"],
            "exporter": {"type": "otlphttp", "endpoint": "https://otel.example.com", "headers": {"x-key": "hush"}},
        },
        keep={"drain": "id"},
    ),
    Step("telemetry-drain: Info", "/telemetry-drains/{drain}"),
    Step("telemetry-drain: List by App", "/apps/birch/telemetry-drains"),
    Step("telemetry-drain: List by Space", "/spaces/grove/telemetry-drains"),
    Step("telemetry-drain: Update", "/telemetry-drains/{drain}", {"signals": ["logs"]}),
    Step("telemetry-drain: Delete", "/telemetry-drains/{drain}"),
]  # fmt: skip
