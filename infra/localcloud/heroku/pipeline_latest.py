"""The latest release, build and deployment of each app in a pipeline, and apps filtered by id."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.artifacts import code_id_of
from infra.localcloud.heroku.fields import OBJECT, body_of, invalid
from infra.localcloud.heroku.lookup import may_see, pipeline_for
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.pipeline_couplings import couplings_of
from infra.localcloud.heroku.releases import releases_of, shown
from infra.localcloud.heroku.team_apps import team_app_body

Body = dict[str, Any]


def _app_ids(call: Call) -> list[str]:
    return [coupling["app"]["id"] for coupling in couplings_of(call, pipeline_for(call))]


def list_latest_releases(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/latest-releases."""
    latest = [releases_of(call.store, id)[-1:] for id in _app_ids(call)]
    return paged(call, [shown(call, release) for releases in latest for release in releases])


def list_latest_deployments(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/latest-deployments: the release that last brought code."""
    latest = [_deployments(call, id)[-1:] for id in _app_ids(call)]
    return paged(call, [shown(call, release) for releases in latest for release in releases])


def _deployments(call: Call, app_id: str) -> list[Body]:
    """Releases whose code differs from the one before; setting a config var deploys nothing."""
    deployments, code = [], None
    for release in releases_of(call.store, app_id):
        if code_id_of(release) not in (None, code):
            deployments.append(release)
        code = code_id_of(release) or code
    return deployments


def list_latest_builds(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/latest-builds."""
    latest = [call.store.find("heroku.build", parent=id)[-1:] for id in _app_ids(call)]
    return paged(call, [build for builds in latest for build in builds])


def filter_apps(call: Call) -> Answer:
    """POST /filters/apps: the apps with the ids ``{"in": {"id": […]}}`` that the caller may see."""
    wanted = body_of(call, {"in": OBJECT}).get("in", {})
    ids = wanted.get("id")
    if not isinstance(ids, list):
        raise invalid('The filter must name ids: {"in": {"id": […]}}.')
    wanted_ids = {id for id in ids if isinstance(id, str)}
    known = (call.store.get("heroku.app", id) for id in sorted(wanted_ids))
    apps = [app for app in known if app is not None and may_see(call.store, call.account, app)]
    return paged(call, apps, ("id", "name", "updated_at"), shape=lambda app: team_app_body(call, app))


ROUTES: list[Route] = [
    ("GET", "/pipelines/{pipeline}/latest-releases", list_latest_releases, "read"),
    ("GET", "/pipelines/{pipeline}/latest-deployments", list_latest_deployments, "read"),
    ("GET", "/pipelines/{pipeline}/latest-builds", list_latest_builds, "read"),
    ("POST", "/filters/apps", filter_apps, "read"),
]
