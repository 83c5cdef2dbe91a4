"""Settings of a pipeline's review apps; the review apps themselves need a connected repository, so there are none."""

from __future__ import annotations

import zlib
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import BOOLEAN, INTEGER, OBJECT, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import app_for, not_found, pipeline_for
from infra.localcloud.heroku.naming import fixed_id
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.review_app_config"
_ALLOWED = {
    "automatic_review_apps": BOOLEAN,
    "destroy_stale_apps": BOOLEAN,
    "stale_days": INTEGER,
    "deploy_target": OBJECT,
    "wait_for_ci": BOOLEAN,
    "base_name": STRING,
}


def _checked(wanted: Body) -> Body:
    if not 1 <= wanted.get("stale_days", 5) <= 30:
        raise invalid("Stale days must be between 1 and 30.")
    if "deploy_target" in wanted:
        target = parameters(wanted["deploy_target"], {"id": STRING, "type": STRING}, required=("id", "type"))
        if target["type"] != "region" or target["id"] not in ("us", "eu"):
            raise invalid("The deploy target must be the region us or eu.")
        wanted = {**wanted, "deploy_target": {"id": fixed_id(f"region/{target['id']}"), "type": "region"}}
    return {name: value for name, value in wanted.items() if name != "repo"}


def _config_for(call: Call) -> Body:
    config = call.store.get(KIND, pipeline_for(call)["id"])
    if config is None:
        raise Refusal(404, "not_found", "Not found", {"resource": "review_app_config"})
    return config


def create_config(call: Call) -> Answer:
    """POST /pipelines/{pipeline}/review-app-config; the local cloud takes every repository for connected."""
    wanted = body_of(call, {"repo": STRING, **_ALLOWED}, required=("repo",))
    pipeline = pipeline_for(call)
    if call.store.get(KIND, pipeline["id"]) is not None:
        raise invalid("Review Apps is already enabled for this pipeline")
    config = {
        "repo": {"id": zlib.crc32(wanted["repo"].lower().encode())},
        "automatic_review_apps": False,
        "deploy_target": None,
        "destroy_stale_apps": False,
        "stale_days": 5,
        "wait_for_ci": False,
        "base_name": None,
        **_checked(wanted),
        "pipeline_id": pipeline["id"],
        "_repo": wanted["repo"],
    }
    call.store.put(KIND, pipeline["id"], config, parent=pipeline["id"])
    return found(config, 201)


def get_config(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/review-app-config."""
    return found(_config_for(call))


def update_config(call: Call) -> Answer:
    """PATCH /pipelines/{pipeline}/review-app-config."""
    after = {**_config_for(call), **_checked(body_of(call, _ALLOWED))}
    call.store.replace(KIND, after["pipeline_id"], after)
    return found(after)


def delete_config(call: Call) -> Answer:
    """DELETE /pipelines/{pipeline}/review-app-config."""
    config = _config_for(call)
    call.store.delete(KIND, config["pipeline_id"])
    return found(config)


def list_review_apps(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/review-apps: none."""
    pipeline_for(call)
    return paged(call, [])


def get_review_app(call: Call) -> Answer:
    """GET /apps/{app}/review-app, GET /review-apps/{review_app}: none."""
    if "app" in call.params:
        app_for(call)
    raise not_found("review_app", "Couldn't find that review app.")


ROUTES: list[Route] = [
    ("POST", "/pipelines/{pipeline}/review-app-config", create_config, "write"),
    ("GET", "/pipelines/{pipeline}/review-app-config", get_config, "read"),
    ("PATCH", "/pipelines/{pipeline}/review-app-config", update_config, "write"),
    ("DELETE", "/pipelines/{pipeline}/review-app-config", delete_config, "write"),
    ("GET", "/pipelines/{pipeline}/review-apps", list_review_apps, "read"),
    ("GET", "/apps/{app}/review-app", get_review_app, "read"),
    ("GET", "/review-apps/{review_app}", get_review_app, "read"),
]
