"""The benchmark's own parts work, and the goals that hang on no machine hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.providers.heroku.package import package
from infra.providers.kit.plugin import Plugin
from tests.bench.estates import OURS, Project, running_vendor
from tests.bench.waiting.plugin import waiting_package
from tests.providers.heroku.tokens import APP

APPS = 2


async def test_the_floor_serves_what_ours_serves_and_only_waits() -> None:
    """The same types, so that the same program runs on both; nothing is asked of anybody."""
    served = waiting_package(0.0)
    assert set(served.resources) == set(package({}).resources)
    plugin = Plugin(served)
    plugin.configure({})
    id, outputs = await plugin.create(APP, "urn", {"name": "acme", "region": "eu"}, 0)
    assert await plugin.read(APP, "urn", id, {"name": "acme", "region": "eu"}, outputs) is not None
    await plugin.delete(APP, "urn", id, {}, outputs, 0)


@pytest.mark.journey
def test_an_app_costs_no_more_requests_than_was_promised(tmp_path: Path) -> None:
    """At most 14 to bring it up, and 8 to refresh it; the pipeline that they share counts too."""
    with running_vendor(tmp_path / "cloud") as vendor:
        project = Project(tmp_path / "project", vendor, 0)
        project.make(APPS, OURS)
        up, refresh, destroy = (project.cost(command) for command in ("up", "refresh", "destroy"))
        assert up.requests <= 14 * APPS
        assert 0 < refresh.requests <= 8 * APPS
        assert 0 < destroy.requests <= 14 * APPS
        assert 0 < up.megabytes < 150
