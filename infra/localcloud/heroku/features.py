"""Features of apps, which can be switched, and of teams."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import BOOLEAN, body_of
from infra.localcloud.heroku.lookup import app_for, not_found, team_for
from infra.localcloud.heroku.naming import FIXED_TIME, fixed_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.app_feature"
FEATURES = {
    "http-end-to-end-continue": ("public", "HTTP 1.1 Expect: 100-continue reaches the dynos."),
    "http-session-affinity": ("general", "Routes all requests of one client to the same dyno."),
    "http-use-std-proxy-hdrs": ("public", "Sends the standard proxy headers to the dynos."),
    "log-runtime-metrics": ("public", "Writes each dyno's load and memory to the log."),
    "preboot": ("general", "Starts new web dynos before the old ones stop."),
    "runtime-dyno-metadata": ("public", "Gives the dynos metadata about app, dyno and release in their environment."),
    "runtime-heroku-metrics": ("public", "Lets the dynos report language runtime metrics."),
    "runtime-new-layer-extract": ("public", "Extracts image layers with the new implementation."),
    "spaces-dns-discovery": ("general", "Lets dynos of a private space find each other by name."),
    "spaces-strict-tls": ("general", "Asks for strict TLS in a private space."),
    "web-auto-scaling": ("public", "Lets web dynos scale by response time."),
}


def enabled_features(call: Call, app_id: str) -> list[str]:
    """The names of the features an app has on."""
    return [body["name"] for body in call.store.find(KIND, parent=app_id) if body["enabled"]]


def feature_body(kind: str, name: str, told: tuple[str, str], kept: Body) -> Body:
    """A feature of an app or an account (``kind``) as Heroku answers it, of ``told``: its state and what it does."""
    state, description = told
    return {
        "id": fixed_id(f"{kind}/{name}"),
        "name": name,
        "display_name": name.replace("-", " ").capitalize(),
        "description": description,
        "doc_url": f"https://devcenter.heroku.com/articles/{name}",
        "feedback_email": "feature-feedback@heroku.com",
        "state": state,
        "enabled": kept.get("enabled", False),
        "created_at": FIXED_TIME,
        "updated_at": kept.get("updated_at", FIXED_TIME),
    }


def _feature(call: Call, app: Body, name: str) -> Body:
    return feature_body("app-feature", name, FEATURES[name], call.store.get(KIND, f"{app['id']}:{name}") or {})


def _feature_for(call: Call, app: Body) -> Body:
    for name in FEATURES:
        body = _feature(call, app, name)
        if call.params["feature"] in (body["id"], name):
            return body
    raise not_found("app_feature", "Couldn't find that app feature.")


def list_features(call: Call) -> Answer:
    """GET /apps/{app}/features."""
    app = app_for(call)
    return paged(call, [_feature(call, app, name) for name in FEATURES], ("id", "name"))


def get_feature(call: Call) -> Answer:
    """GET /apps/{app}/features/{feature}, by id or name."""
    return found(_feature_for(call, app_for(call)))


def update_feature(call: Call) -> Answer:
    """PATCH /apps/{app}/features/{feature}."""
    wanted = body_of(call, {"enabled": BOOLEAN}, required=("enabled",))
    app = app_for(call)
    body = _feature_for(call, app)
    kept = {"id": body["id"], "name": body["name"], "enabled": wanted["enabled"], "updated_at": stamp(call.now)}
    key = f"{app['id']}:{body['name']}"
    call.store.put(KIND, key, {**kept, "_key": key}, parent=app["id"])
    return found({**body, **kept})


_TEAM_FEATURES = {
    "team-access-controls": ("general", "Gives the collaborators of a team's apps permissions."),
    "team-two-factor": ("general", "Asks every member of the team for two-factor authentication."),
}


def _team_feature(name: str) -> Body:
    state, description = _TEAM_FEATURES[name]
    return {
        "id": fixed_id(f"team-feature/{name}"),
        "name": name,
        "display_name": name.replace("-", " ").capitalize(),
        "description": description,
        "doc_url": f"https://devcenter.heroku.com/articles/{name}",
        "feedback_email": "feature-feedback@heroku.com",
        "state": state,
        "enabled": False,
        "created_at": FIXED_TIME,
        "updated_at": FIXED_TIME,
    }


def list_team_features(call: Call) -> Answer:
    """GET /teams/{team}/features; the Platform API has no way to switch them."""
    team_for(call)
    return paged(call, [_team_feature(name) for name in _TEAM_FEATURES], ("id", "name"))


def get_team_feature(call: Call) -> Answer:
    """GET /teams/{team}/features/{feature}, by id or name."""
    team_for(call)
    for name in _TEAM_FEATURES:
        body = _team_feature(name)
        if call.params["feature"] in (body["id"], name):
            return found(body)
    raise not_found("team_feature", "Couldn't find that team feature.")


ROUTES: list[Route] = [
    ("GET", "/teams/{team}/features", list_team_features, "read"),
    ("GET", "/teams/{team}/features/{feature}", get_team_feature, "read"),
    ("GET", "/apps/{app}/features", list_features, "read"),
    ("GET", "/apps/{app}/features/{feature}", get_feature, "read"),
    ("PATCH", "/apps/{app}/features/{feature}", update_feature, "write"),
]
