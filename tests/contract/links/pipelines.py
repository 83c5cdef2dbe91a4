"""Pipelines, couplings, promotions, review apps."""

from __future__ import annotations

from tests.contract.links.step import Prepare, Step, World, upload
from tests.localcloud.heroku.steps import archive

PIPELINE = "/pipelines/{pipeline}"


async def _upload(world: World) -> None:
    await upload(world, archive(), "source")


STEPS: list[Step | Prepare] = [
    Step("account: Info", "/account", keep={"me": "id"}),
    Step("app: Create", "/apps", {"name": "banking-staging"}, keep={"staging": "id"}),
    Step("app: Create", "/apps", {"name": "banking-production"}, keep={"production": "id"}),
    Step("pipeline: Create", "/pipelines", {"name": "banking", "owner": {"id": "{me}", "type": "user"}},
         keep={"pipeline": "id"}),
    Step("pipeline: Info", PIPELINE),
    Step("pipeline: List", "/pipelines"),
    Step("pipeline: Update", PIPELINE, {"name": "banking-two"}),
    Step("pipeline-coupling: Create", "/pipeline-couplings",
         {"app": "{staging}", "pipeline": "{pipeline}", "stage": "development"}, keep={"coupling": "id"}),
    Step("pipeline-coupling: Update", "/pipeline-couplings/{coupling}", {"stage": "staging"}),
    Step("pipeline-coupling: Create", "/pipeline-couplings",
         {"app": "{production}", "pipeline": "{pipeline}", "stage": "production"}, keep={"other": "id"}),
    Step("pipeline-coupling: Info", "/pipeline-couplings/{coupling}"),
    Step("pipeline-coupling: Info By App", "/apps/banking-staging/pipeline-couplings"),
    Step("pipeline-coupling: List", "/pipeline-couplings"),
    Step("pipeline-coupling: List By Current User", "/users/~/pipeline-couplings"),
    Step("pipeline-coupling: List By Pipeline", f"{PIPELINE}/pipeline-couplings"),
    Step("pipeline-coupling: List By Team", "/teams/practicalli-team/pipeline-couplings"),
    Step("pipeline-config-var: Update", f"{PIPELINE}/stage/review/config-vars", {"LOG_LEVEL": "debug"}),
    Step("pipeline-config-var: Info for App", f"{PIPELINE}/stage/review/config-vars"),
    Step("pipeline-stack: Default Stack", f"{PIPELINE}/pipeline-stack"),
    Step("source: Create", "/sources",
         keep={"source_put": "source_blob.put_url", "source_get": "source_blob.get_url"}),
    Prepare(_upload),
    Step("build: Create", "/apps/banking-staging/builds", {"source_blob": {"url": "{source_get}"}},
         keep={"release": "release.id"}),
    Step(
        "pipeline-promotion: Create",
        "/pipeline-promotions",
        {
            "pipeline": {"id": "{pipeline}"},
            "source": {"app": {"id": "{staging}"}, "release": {"id": "{release}"}},
            "targets": [{"app": {"id": "{production}"}}],
        },
        keep={"promotion": "id"},
    ),
    Step("pipeline-promotion: Info", "/pipeline-promotions/{promotion}", wait=1),
    Step("pipeline-promotion-target: List", "/pipeline-promotions/{promotion}/promotion-targets"),
    Step("pipeline-build: List", f"{PIPELINE}/latest-builds"),
    Step("pipeline-deployment: List", f"{PIPELINE}/latest-deployments"),
    Step("pipeline-release: List", f"{PIPELINE}/latest-releases"),
    Step(
        "review-app-config: Enable",
        f"{PIPELINE}/review-app-config",
        {
            "repo": "practicalli/banking-on-clojure",
            "automatic_review_apps": True,
            "destroy_stale_apps": True,
            "stale_days": 3,
            "deploy_target": {"id": "eu", "type": "region"},
            "wait_for_ci": True,
            "base_name": "banking",
        },
    ),
    Step("review-app-config: Info", f"{PIPELINE}/review-app-config"),
    Step("review-app-config: Update", f"{PIPELINE}/review-app-config", {"stale_days": 5}),
    Step(
        "review-app: Create",
        "/review-apps",
        {
            "branch": "topic",
            "pipeline": "{pipeline}",
            "pr_number": 7,
            "fork_repo_id": None,
            "source_blob": {"url": "{source_get}", "version": "0123456789"},
            "environment": {"LOG_LEVEL": "trace"},
        },
        keep={"review_app": "id"},
    ),
    Step("review-app: List", f"{PIPELINE}/review-apps"),
    Step("review-app: Get review app", "/review-apps/{review_app}", wait=1, keep={"made": "app.id"}),
    Step("review-app: Get review app by app_id", "/apps/{made}/review-app", wait=1),
    Step("review-app: Delete", "/review-apps/{review_app}"),
    Step("review-app-config: Delete", f"{PIPELINE}/review-app-config"),
    Step("team: Info", "/teams/practicalli-team", keep={"team": "id"}),
    Step("pipeline-transfer: Create", "/pipeline-transfers",
         {"pipeline": {"id": "{pipeline}"}, "new_owner": {"id": "{team}", "type": "team"}}),
    Step("pipeline-coupling: Delete", "/pipeline-couplings/{coupling}"),
    Step("pipeline: Delete", PIPELINE),
]  # fmt: skip
