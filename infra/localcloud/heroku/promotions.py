"""Pipeline promotions: the source's code, and nothing else, is released on every target."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.artifacts import code_id_of
from infra.localcloud.heroku.fields import LIST, OBJECT, STRING, body_of, identity, invalid, parameters
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.lookup import app_for, not_found, pipeline_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.pipeline_couplings import STAGES
from infra.localcloud.heroku.releases import add_release, current_release, releases_of
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND, TARGET = "heroku.promotion", "heroku.promotion_target"


def _app_in(value: Any, where: str) -> str:
    if not isinstance(value, dict):
        raise invalid(f"{where} must be an object with an app.")
    app = parameters(value, {"app": OBJECT, "release": OBJECT}, required=("app",), where=where)["app"]
    return identity(app)


def _stage(call: Call, pipeline: Body, app: Body) -> int:
    for coupling in call.store.find("heroku.coupling", parent=app["id"]):
        if coupling["pipeline"]["id"] == pipeline["id"]:
            return STAGES.index(coupling["stage"])
    raise invalid(f"The app {app['name']} is not in the pipeline {pipeline['name']}.")


def _source_release(call: Call, app: Body, wanted: Body) -> Body:
    release_id = (wanted.get("release") or {}).get("id")
    if release_id is None:
        release = current_release(call.store, app["id"])
    else:
        release = next((one for one in releases_of(call.store, app["id"]) if one["id"] == release_id), None)
        if release is None:
            raise not_found("release")
    if release is None or code_id_of(release) is None:
        raise invalid(f"The app {app['name']} has no release with code to promote.")
    return release


def create_promotion(call: Call) -> Answer:
    """POST /pipeline-promotions: ``pending`` at first; the targets' releases follow a moment later."""
    allowed = {"pipeline": OBJECT, "source": OBJECT, "targets": LIST, "description": STRING}
    wanted = body_of(call, allowed, required=("pipeline", "source", "targets"))
    pipeline = pipeline_for(call, identity(wanted["pipeline"]))
    source = app_for(call, _app_in(wanted["source"], "#/source"))
    stage = _stage(call, pipeline, source)
    release = _source_release(call, source, wanted["source"])
    targets = [app_for(call, _app_in(target, "#/targets")) for target in wanted["targets"]]
    _check_targets(call, pipeline, source, stage, targets)
    promotion: Body = {
        "id": new_id(),
        "pipeline": {"id": pipeline["id"]},
        "source": {"app": {"id": source["id"]}, "release": {"id": release["id"]}},
        "status": "pending",
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_user": {"id": call.account["id"], "email": call.account["email"]},
        "_description": f"Promote {source['name']} v{release['version']}",
        "_code_id": code_id_of(release),
    }
    call.store.put(KIND, promotion["id"], promotion)
    for app in targets:
        _add_target(call, promotion, app)
    schedule(call.store, call.now, call.settings.provisioning_seconds, "promote", promotion["id"])
    return found(promotion, 201)


def _check_targets(call: Call, pipeline: Body, source: Body, stage: int, targets: list[Body]) -> None:
    if not targets:
        raise invalid("A promotion needs at least one target.")
    for app in targets:
        if app["id"] == source["id"]:
            raise invalid("An app cannot be promoted to itself.")
        if _stage(call, pipeline, app) <= stage:
            raise invalid(f"The app {app['name']} is not downstream of {source['name']} in the pipeline.")


def _add_target(call: Call, promotion: Body, app: Body) -> None:
    target: Body = {
        "id": new_id(),
        "app": {"id": app["id"]},
        "error_message": None,
        "pipeline_promotion": {"id": promotion["id"]},
        "release": None,
        "status": "pending",
    }
    call.store.put(TARGET, target["id"], target, parent=promotion["id"])


def promote(store: Store, now: datetime, promotion_id: str) -> None:
    """Make the releases of a pending promotion and say of each target how it went."""
    promotion = store.get(KIND, promotion_id)
    if promotion is None:
        return
    for target in store.find(TARGET, parent=promotion_id):
        store.replace(TARGET, target["id"], {**target, **_outcome(store, now, promotion, target)})
    store.replace(KIND, promotion_id, {**promotion, "status": "completed", "updated_at": stamp(now)})


def _outcome(store: Store, now: datetime, promotion: Body, target: Body) -> Body:
    app = store.get("heroku.app", target["app"]["id"])
    if app is None:
        return {"status": "failed", "error_message": "The app was deleted."}
    release = add_release(store, now, app, promotion["_user"], promotion["_description"], promotion["_code_id"])
    outcome = {"release": {"id": release["id"]}, "status": release["status"]}
    if release["status"] == "failed":
        outcome["error_message"] = "The release phase failed."
    return outcome


def _promotion_for(call: Call) -> Body:
    promotion = call.store.get(KIND, call.params["promotion"])
    if promotion is None:
        raise not_found("pipeline_promotion", "Couldn't find that pipeline promotion.")
    try:
        pipeline_for(call, promotion["pipeline"]["id"])
    except Refusal:
        raise not_found("pipeline_promotion", "Couldn't find that pipeline promotion.") from None
    return promotion


def get_promotion(call: Call) -> Answer:
    """GET /pipeline-promotions/{promotion}."""
    return found(_promotion_for(call))


def list_targets(call: Call) -> Answer:
    """GET /pipeline-promotions/{promotion}/promotion-targets."""
    return paged(call, call.store.find(TARGET, parent=_promotion_for(call)["id"]))


ROUTES: list[Route] = [
    ("POST", "/pipeline-promotions", create_promotion, "write"),
    ("GET", "/pipeline-promotions/{promotion}", get_promotion, "read"),
    ("GET", "/pipeline-promotions/{promotion}/promotion-targets", list_targets, "read"),
]
