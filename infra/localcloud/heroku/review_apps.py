"""Review apps: an app of a branch, made from an uploaded source, in the review stage of a pipeline."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.app_setups import KIND as SETUP
from infra.localcloud.heroku.app_setups import acting, begin_setup, checked_env, set_up
from infra.localcloud.heroku.apps import remove_app
from infra.localcloud.heroku.builds import checked_source
from infra.localcloud.heroku.fields import INTEGER, OBJECT, STRING, body_of, invalid
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.lookup import app_for, not_found, pipeline_for
from infra.localcloud.heroku.naming import fixed_id, new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.pipeline_couplings import create_coupling
from infra.localcloud.heroku.review_app_config import KIND as CONFIG
from infra.localcloud.heroku.team_apps import begin_team_app
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.review_app"
_OVER = ("deleting", "deleted")


def create_review_app(call: Call) -> Answer:
    """POST /review-apps: ``pending`` at first, ``creating`` and ``created`` a moment later each."""
    allowed = {
        "branch": STRING, "pipeline": STRING, "source_blob": OBJECT, "environment": OBJECT, "pr_number": INTEGER,
        "fork_repo_id": INTEGER,
    }  # fmt: skip
    wanted = body_of(call, allowed, required=("branch", "pipeline", "source_blob"))
    pipeline = pipeline_for(call, wanted["pipeline"])
    if call.store.get(CONFIG, pipeline["id"]) is None:
        raise invalid("Review Apps is not enabled for this pipeline")
    source = checked_source(wanted["source_blob"])
    _refuse_second(call, pipeline, wanted["branch"])
    review_app: Body = {
        "id": new_id(),
        "app": None,
        "app_setup": None,
        "branch": wanted["branch"],
        "creator": {"id": call.account["id"], "email": call.account["email"]},
        "error_status": None,
        "fork_repo": {"id": wanted["fork_repo_id"]} if "fork_repo_id" in wanted else None,
        "message": None,
        "pipeline": {"id": pipeline["id"]},
        "pr_number": wanted.get("pr_number"),
        "status": "pending",
        "wait_for_ci": False,
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_base_url": call.base_url,
        "_env": checked_env({name: text for name, text in wanted.get("environment", {}).items() if text is not None}),
        "_seconds": call.settings.provisioning_seconds,
        "_source": source,
    }
    call.store.put(KIND, review_app["id"], review_app, parent=pipeline["id"])
    schedule(call.store, call.now, review_app["_seconds"], "begin review app", review_app["id"])
    return found(review_app, 201)


def _refuse_second(call: Call, pipeline: Body, branch: str) -> None:
    for known in call.store.find(KIND, parent=pipeline["id"], branch=branch):
        if _current(call.store, known)["status"] not in _OVER:
            raise invalid(f"A review app already exists for the {branch} branch")


def begin(store: Store, now: datetime, id: str) -> None:
    """Make the app of a pending review app, with its coupling and its pending setup."""
    review_app = store.get(KIND, id)
    if review_app is None or review_app["status"] != "pending":
        return
    account = store.get("heroku.account", review_app["creator"]["id"]) or {}
    call = acting(store, now, account, review_app["_base_url"], {})
    try:
        with store.transaction():
            outcome = _begun(call, review_app)
        schedule(store, now, review_app["_seconds"], "finish review app", id)
    except Refusal as refusal:
        outcome = {"status": "errored", "error_status": refusal.message}
    store.replace(KIND, id, {**review_app, **outcome, "updated_at": stamp(now)})


def _begun(call: Call, review_app: Body) -> Body:
    store, pipeline_id = call.store, review_app["pipeline"]["id"]
    pipeline, config = pipeline_for(call, pipeline_id), store.get(CONFIG, pipeline_id) or {}
    app = begin_team_app(call, {"name": _name(pipeline, config, review_app), **_place(pipeline, config)})
    coupling = {"app": app["id"], "pipeline": pipeline_id, "stage": "review"}
    create_coupling(acting(store, call.now, dict(call.account), call.base_url, {}, coupling))
    shared = (store.get("heroku.pipeline_config_vars", f"{pipeline_id}:review") or {}).get("values", {})
    env = {**shared, **review_app["_env"]}
    setup = begin_setup(call, app, review_app["_source"], env, [], "review")
    return {"status": "creating", "app": {"id": app["id"]}, "app_setup": {"id": setup["id"]}}


def _name(pipeline: Body, config: Body, review_app: Body) -> str:
    """``banking-pr-7-a1b2c3``, never longer than an app's name may be."""
    what = f"pr-{review_app['pr_number']}" if review_app["pr_number"] else review_app["branch"].lower()
    ending = secrets.token_hex(3)
    stem = re.sub(r"[^a-z0-9]+", "-", f"{config.get('base_name') or pipeline['name']}-{what}").strip("-")
    return f"{stem[: 29 - len(ending)].rstrip('-')}-{ending}"


def _place(pipeline: Body, config: Body) -> Body:
    """Team, and region or space, of a pipeline's review apps."""
    team = {"team": pipeline["owner"]["id"]} if pipeline["owner"]["type"] == "team" else {}
    target = config.get("deploy_target")
    if target is None:
        return team
    if target["type"] == "space":
        return {**team, "space": target["id"]}
    return {**team, "region": next(name for name in ("us", "eu") if fixed_id(f"region/{name}") == target["id"])}


def finish(store: Store, now: datetime, id: str) -> None:
    """Set the app of a review app up, and say how that went."""
    review_app = store.get(KIND, id)
    if review_app is None or review_app["status"] != "creating":
        return
    set_up(store, now, review_app["app_setup"]["id"])
    setup = store.get(SETUP, review_app["app_setup"]["id"]) or {}
    problem = setup["failure_message"]
    outcome = {"status": "created" if problem is None else "errored", "error_status": problem}
    store.replace(KIND, id, {**review_app, **outcome, "updated_at": stamp(now)})


def _current(store: Store, review_app: Body) -> Body:
    """A review app as it stands: deleted, when its app was."""
    app = review_app["app"]
    if app is not None and review_app["status"] not in _OVER and store.get("heroku.app", app["id"]) is None:
        return {**review_app, "app": None, "status": "deleted"}
    return review_app


def _review_app_for(call: Call) -> Body:
    review_app = call.store.get(KIND, call.params["review_app"])
    if review_app is None:
        raise not_found("review_app", "Couldn't find that review app.")
    pipeline_for(call, review_app["pipeline"]["id"])
    return _current(call.store, review_app)


def list_review_apps(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/review-apps: without those that are gone."""
    all_of_them = (_current(call.store, one) for one in call.store.find(KIND, parent=pipeline_for(call)["id"]))
    return paged(call, [one for one in all_of_them if one["status"] != "deleted"])


def get_review_app(call: Call) -> Answer:
    """GET /review-apps/{review_app}."""
    return found(_review_app_for(call))


def get_app_review_app(call: Call) -> Answer:
    """GET /apps/{app}/review-app."""
    app = app_for(call)
    for review_app in call.store.find(KIND):
        if review_app["app"] and review_app["app"]["id"] == app["id"]:
            return found(review_app)
    raise not_found("review_app", "Couldn't find that review app.")


def delete_review_app(call: Call) -> Answer:
    """DELETE /review-apps/{review_app}: ``deleting`` for a moment, then ``deleted``, and its app gone."""
    review_app = _review_app_for(call)
    if review_app["status"] in _OVER:
        raise invalid(f"The review app is already {review_app['status']}.")
    after = {**review_app, "status": "deleting", "updated_at": stamp(call.now)}
    call.store.replace(KIND, after["id"], after)
    schedule(call.store, call.now, call.settings.provisioning_seconds, "end review app", after["id"])
    return found(after)


def end(store: Store, now: datetime, id: str) -> None:
    """Finish deleting a review app."""
    review_app = store.get(KIND, id)
    if review_app is None:
        return
    app = None if review_app["app"] is None else store.get("heroku.app", review_app["app"]["id"])
    if app is not None:
        remove_app(store, app)
    store.replace(KIND, id, {**review_app, "app": None, "status": "deleted", "updated_at": stamp(now)})


ROUTES: list[Route] = [
    ("POST", "/review-apps", create_review_app, "write-protected"),
    ("GET", "/review-apps/{review_app}", get_review_app, "read"),
    ("DELETE", "/review-apps/{review_app}", delete_review_app, "write"),
    ("GET", "/pipelines/{pipeline}/review-apps", list_review_apps, "read"),
    ("GET", "/apps/{app}/review-app", get_app_review_app, "read"),
]
