"""Pipeline couplings: which app stands in which stage of which pipeline."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import IDENTITY, STRING, body_of, identity, invalid
from infra.localcloud.heroku.lookup import app_for, app_named, may_see, not_found, pipeline_for, team_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.coupling"
STAGES = ("test", "review", "development", "staging", "production")


def couplings_of(call: Call, pipeline: Body) -> list[Body]:
    """A pipeline's couplings whose apps the caller may see."""
    return [body for body in call.store.find(KIND, _pipeline_id=pipeline["id"]) if _sees(call, body)]


def _sees(call: Call, coupling: Body) -> bool:
    app = app_named(call.store, coupling["app"]["id"])
    return app is not None and may_see(call.store, call.account, app)


def _checked_stage(stage: str) -> str:
    if stage not in STAGES:
        raise invalid(f"Stage must be one of {', '.join(STAGES)}.")
    return stage


def _coupling_for(call: Call) -> Body:
    coupling = call.store.get(KIND, call.params["coupling"])
    if coupling is None or not _sees(call, coupling):
        raise not_found("pipeline_coupling", "Couldn't find that pipeline coupling.")
    return coupling


def create_coupling(call: Call) -> Answer:
    """POST /pipeline-couplings; an app is in one pipeline at most."""
    allowed = {"app": IDENTITY, "pipeline": IDENTITY, "stage": STRING}
    wanted = body_of(call, allowed, required=("app", "pipeline", "stage"))
    app, pipeline = app_for(call, identity(wanted["app"])), pipeline_for(call, identity(wanted["pipeline"]))
    stage = _checked_stage(wanted["stage"])
    if app["generation"]["name"] != pipeline["generation"]["name"]:
        raise invalid(f"The pipeline {pipeline['name']} and the app {app['name']} are not of the same generation.")
    if call.store.find(KIND, parent=app["id"]):
        raise invalid(f"The app {app['name']} is already coupled to a pipeline.")
    coupling = {
        "id": new_id(),
        "app": {"id": app["id"]},
        "pipeline": {"id": pipeline["id"]},
        "stage": stage,
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_pipeline_id": pipeline["id"],
    }
    call.store.put(KIND, coupling["id"], coupling, parent=app["id"])
    return found(coupling, 201)


def list_couplings(call: Call) -> Answer:
    """GET /pipeline-couplings, GET /users/~/pipeline-couplings."""
    return paged(call, [body for body in call.store.find(KIND) if _sees(call, body)])


def list_pipeline_couplings(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/pipeline-couplings."""
    return paged(call, couplings_of(call, pipeline_for(call)))


def list_team_couplings(call: Call) -> Answer:
    """GET /teams/{team}/pipeline-couplings."""
    team = team_for(call)
    theirs = [body for body in call.store.find(KIND) if _is_of_team(call, body, team)]
    return paged(call, theirs)


def _is_of_team(call: Call, coupling: Body, team: Body) -> bool:
    app = app_named(call.store, coupling["app"]["id"])
    return app is not None and app["team"] is not None and app["team"]["id"] == team["id"]


def get_coupling(call: Call) -> Answer:
    """GET /pipeline-couplings/{coupling}."""
    return found(_coupling_for(call))


def get_app_coupling(call: Call) -> Answer:
    """GET /apps/{app}/pipeline-couplings: one object, or 404 when the app is in no pipeline."""
    couplings = call.store.find(KIND, parent=app_for(call)["id"])
    if not couplings:
        raise not_found("pipeline_coupling", "Couldn't find that pipeline coupling.")
    return found(couplings[0])


def update_coupling(call: Call) -> Answer:
    """PATCH /pipeline-couplings/{coupling}: its stage."""
    wanted = body_of(call, {"stage": STRING})
    coupling = _coupling_for(call)
    stage = _checked_stage(str(wanted.get("stage", coupling["stage"])))
    after = {**coupling, "stage": stage, "updated_at": stamp(call.now)}
    call.store.replace(KIND, coupling["id"], after)
    return found(after)


def delete_coupling(call: Call) -> Answer:
    """DELETE /pipeline-couplings/{coupling}."""
    coupling = _coupling_for(call)
    call.store.delete(KIND, coupling["id"])
    return found(coupling)


ROUTES: list[Route] = [
    ("POST", "/pipeline-couplings", create_coupling, "write"),
    ("GET", "/pipeline-couplings", list_couplings, "read"),
    ("GET", "/users/~/pipeline-couplings", list_couplings, "read"),
    ("GET", "/teams/{team}/pipeline-couplings", list_team_couplings, "read"),
    ("GET", "/pipelines/{pipeline}/pipeline-couplings", list_pipeline_couplings, "read"),
    ("GET", "/apps/{app}/pipeline-couplings", get_app_coupling, "read"),
    ("GET", "/pipeline-couplings/{coupling}", get_coupling, "read"),
    ("PATCH", "/pipeline-couplings/{coupling}", update_coupling, "write"),
    ("DELETE", "/pipeline-couplings/{coupling}", delete_coupling, "write"),
]
