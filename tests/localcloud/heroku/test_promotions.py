"""Promotions: the same code on every target."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.heroku.steps import deploy, descriptions, done, new_app, refused
from tests.localcloud.in_process import LocalCloud


def promotion_of(banking: dict[str, Any], target: str = "production") -> dict[str, Any]:
    """The body that promotes staging."""
    return {
        "pipeline": {"id": banking["pipeline"]},
        "source": {"app": {"id": banking["staging"]}},
        "targets": [{"app": {"id": banking[target]}}],
    }


async def test_a_promotion_releases_the_same_code(
    heroku: httpx.AsyncClient, banking: dict[str, Any], cloud: LocalCloud
) -> None:
    """Pending first, then completed; config vars stay with their apps."""
    build = await deploy(heroku, "/apps/banking-staging")
    await done(heroku.patch("/apps/banking-staging/config-vars", json={"ONLY": "staging"}))
    promotion = await done(heroku.post("/pipeline-promotions", json=promotion_of(banking)))
    path = f"/pipeline-promotions/{promotion['id']}"
    assert promotion["status"] == "pending"
    targets = await done(heroku.get(f"{path}/promotion-targets"))
    assert [(one["status"], one["release"]) for one in targets] == [("pending", None)]
    cloud.clock.pass_seconds(1)
    assert (await done(heroku.get(path)))["status"] == "completed"
    target = (await done(heroku.get(f"{path}/promotion-targets")))[0]
    assert target["status"] == "succeeded"
    release = await done(heroku.get(f"/apps/banking-production/releases/{target['release']['id']}"))
    assert (release["slug"], release["current"]) == (build["slug"], True)
    assert (await descriptions(heroku, "/apps/banking-production"))[-1] == "Promote banking-staging v4"
    assert await done(heroku.get("/apps/banking-production/config-vars")) == {}
    assert {one["type"] for one in await done(heroku.get("/apps/banking-production/formation"))} == {"web", "worker"}


async def test_a_failed_release_phase_fails_the_target(
    heroku: httpx.AsyncClient, banking: dict[str, Any], cloud: LocalCloud
) -> None:
    """The promotion completes, its target says why it failed."""
    await deploy(heroku, "/apps/banking-staging", "web: run\n")
    slug = await done(
        heroku.post("/apps/banking-staging/slugs", json={"process_types": {"web": "run", "release": "exit 1"}})
    )
    failed = await done(heroku.post("/apps/banking-staging/releases", json={"slug": slug["id"]}))
    body = promotion_of(banking)
    body["source"]["release"] = {"id": failed["id"]}
    promotion = await done(heroku.post("/pipeline-promotions", json=body))
    cloud.clock.pass_seconds(1)
    target = (await done(heroku.get(f"/pipeline-promotions/{promotion['id']}/promotion-targets")))[0]
    assert (target["status"], target["error_message"]) == ("failed", "The release phase failed.")


async def test_impossible_promotions_are_refused(
    heroku: httpx.AsyncClient, pat: httpx.AsyncClient, banking: dict[str, Any]
) -> None:
    """No code yet, the wrong direction, an app outside the pipeline, another's promotion."""
    path = "/pipeline-promotions"
    await refused(heroku.post(path, json=promotion_of(banking)), 422, "invalid_params", "no release with code")
    await deploy(heroku, "/apps/banking-staging")
    await refused(heroku.post(path, json=promotion_of(banking, "staging")), 422, "invalid_params", "itself")
    other = await new_app(heroku, "elsewhere")
    await refused(
        heroku.post(path, json=promotion_of({**banking, "production": other["id"]})), 422, "invalid_params", "not in"
    )
    coupling = f"/pipeline-couplings/{banking['production coupling']}"
    await done(heroku.patch(coupling, json={"stage": "development"}))
    await refused(heroku.post(path, json=promotion_of(banking)), 422, "invalid_params", "not downstream")
    await done(heroku.patch(coupling, json={"stage": "production"}))
    promotion = await done(heroku.post(path, json=promotion_of(banking)))
    await refused(pat.get(f"{path}/{promotion['id']}"), 404, "not_found")
