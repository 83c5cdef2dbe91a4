"""Settings of review apps."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_review_app_settings(heroku: httpx.AsyncClient, banking: dict[str, Any]) -> None:
    """Enabled once, changed, removed; there are no review apps without a connected repository."""
    path = f"/pipelines/{banking['pipeline']}/review-app-config"
    await refused(heroku.get(path), 404, "not_found", "Not found")
    body = {"repo": "practicalli/banking-on-clojure", "automatic_review_apps": True, "stale_days": 3}
    config = await done(heroku.post(path, json=body))
    assert (config["automatic_review_apps"], config["stale_days"]) == (True, 3)
    await refused(heroku.post(path, json=body), 422, "invalid_params", "already enabled")
    change = {"deploy_target": {"id": "eu", "type": "region"}, "wait_for_ci": True}
    after = await done(heroku.patch(path, json=change))
    assert (after["deploy_target"]["type"], after["wait_for_ci"], after["stale_days"]) == ("region", True, 3)
    await refused(heroku.patch(path, json={"stale_days": 99}), 422, "invalid_params")
    assert await done(heroku.get(f"/pipelines/{banking['pipeline']}/review-apps")) == []
    await refused(heroku.get("/apps/banking-staging/review-app"), 404, "not_found")
    await done(heroku.delete(path))
    await refused(heroku.get(path), 404, "not_found")
