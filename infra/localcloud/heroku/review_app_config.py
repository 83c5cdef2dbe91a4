"""Settings of a pipeline's review apps."""

from __future__ import annotations

import zlib
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import BOOLEAN, INTEGER, OBJECT, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import pipeline_for, space_for
from infra.localcloud.heroku.naming import fixed_id

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


def _checked(call: Call, wanted: Body) -> Body:
    if not 1 <= wanted.get("stale_days", 5) <= 30:
        raise invalid("Stale days must be between 1 and 30.")
    if "deploy_target" in wanted:
        target = parameters(wanted["deploy_target"], {"id": STRING, "type": STRING}, required=("id", "type"))
        wanted = {**wanted, "deploy_target": _checked_target(call, target)}
    return {name: value for name, value in wanted.items() if name != "repo"}


def _checked_target(call: Call, target: Body) -> Body:
    """A region by its short name or a space by its id; a region is answered with its id."""
    if target["type"] == "space":
        return {"id": space_for(call, target["id"])["id"], "type": "space"}
    if target["type"] != "region" or target["id"] not in ("us", "eu"):
        raise invalid("The deploy target must be a space, or the region us or eu.")
    return {"id": fixed_id(f"region/{target['id']}"), "type": "region"}


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
        **_checked(call, wanted),
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
    after = {**_config_for(call), **_checked(call, body_of(call, _ALLOWED))}
    call.store.replace(KIND, after["pipeline_id"], after)
    return found(after)


def delete_config(call: Call) -> Answer:
    """DELETE /pipelines/{pipeline}/review-app-config."""
    config = _config_for(call)
    call.store.delete(KIND, config["pipeline_id"])
    return found(config)


ROUTES: list[Route] = [
    ("POST", "/pipelines/{pipeline}/review-app-config", create_config, "write"),
    ("GET", "/pipelines/{pipeline}/review-app-config", get_config, "read"),
    ("PATCH", "/pipelines/{pipeline}/review-app-config", update_config, "write"),
    ("DELETE", "/pipelines/{pipeline}/review-app-config", delete_config, "write"),
]
