"""The latest releases, deployments and builds."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.heroku.steps import deploy, done
from tests.localcloud.in_process import LocalCloud


async def test_the_latest_of_every_app(heroku: httpx.AsyncClient, banking: dict[str, Any], cloud: LocalCloud) -> None:
    """Releases count config changes; deployments and builds only what brought code."""
    build = await deploy(heroku, "/apps/banking-staging")
    await done(heroku.patch("/apps/banking-staging/config-vars", json={"A": "1"}))
    await deploy(heroku, "/apps/banking-production")
    path = f"/pipelines/{banking['pipeline']}"
    releases = {one["app"]["id"]: one for one in await done(heroku.get(f"{path}/latest-releases"))}
    assert releases[banking["staging"]]["version"] == 4
    deployments = {one["app"]["id"]: one for one in await done(heroku.get(f"{path}/latest-deployments"))}
    assert deployments[banking["staging"]]["id"] == build["release"]["id"]
    assert len(await done(heroku.get(f"{path}/latest-builds"))) == 2
