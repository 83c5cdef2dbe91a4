"""Accounts: the caller's own, their features, rate limits and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.budget import remaining
from infra.localcloud.heroku.features import feature_body
from infra.localcloud.heroku.fields import BOOLEAN, STRING, body_of
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND, FEATURE = "heroku.account", "heroku.account_feature"
_FEATURES = {
    "pipelines": ("general", "Pipelines adds experimental support for deploying changes between apps."),
    "metrics-request-volume": ("beta", "Shows request volume in the app's metrics."),
    "dashboard-repositories-api": ("beta", "Connects repositories through the Platform API."),
}


def add_account(store: Store, now: datetime, email: str, name: str | None = None) -> Body:
    """A new account; one that was only invited has no token."""
    body: Body = {
        "id": new_id(),
        "email": email,
        "name": name,
        "allow_tracking": True,
        "beta": False,
        "federated": False,
        "identity_provider": None,
        "last_login": None,
        "sms_number": None,
        "suspended_at": None,
        "delinquent_at": None,
        "two_factor_authentication": True,
        "verified": True,
        "country_of_residence": None,
        "default_organization": None,
        "default_team": None,
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }
    store.put(KIND, body["id"], body)
    return body


def _own(call: Call) -> Body:
    """The caller's account; other people's are not answered."""
    wanted = call.params.get("user", "~")
    account = call.store.get(KIND, call.account["id"]) or call.account
    if wanted not in ("~", account["id"], account["email"]):
        raise not_found("user", "Couldn't find that user.")
    return account


def get_account(call: Call) -> Answer:
    """GET /account, GET /users/{user}."""
    return found(_own(call))


def update_account(call: Call) -> Answer:
    """PATCH /account, PATCH /users/{user}."""
    wanted = body_of(call, {"name": STRING, "beta": BOOLEAN, "allow_tracking": BOOLEAN})
    after = {**_own(call), **wanted, "updated_at": stamp(call.now)}
    call.store.put(KIND, after["id"], after)
    return found(after)


def get_rate_limits(call: Call) -> Answer:
    """GET /account/rate-limits: free of charge."""
    return Answer(200, {"remaining": remaining(call.store, call.account["id"], call.now, call.settings)})


def _features(call: Call) -> list[Body]:
    return [_feature(call, name) for name in _FEATURES]


def _feature(call: Call, name: str) -> Body:
    kept = call.store.get(FEATURE, f"{call.account['id']}:{name}") or {}
    return feature_body("account-feature", name, _FEATURES[name], kept)


def list_account_features(call: Call) -> Answer:
    """GET /account/features."""
    return paged(call, _features(call), ("id", "name"))


def _feature_for(call: Call) -> Body:
    for body in _features(call):
        if call.params["feature"] in (body["id"], body["name"]):
            return body
    raise not_found("feature", "Couldn't find that feature.")


def get_account_feature(call: Call) -> Answer:
    """GET /account/features/{feature}."""
    return found(_feature_for(call))


def update_account_feature(call: Call) -> Answer:
    """PATCH /account/features/{feature}."""
    wanted = body_of(call, {"enabled": BOOLEAN}, required=("enabled",))
    body = _feature_for(call)
    kept = {"enabled": wanted["enabled"], "updated_at": stamp(call.now)}
    key = f"{call.account['id']}:{body['name']}"
    call.store.put(FEATURE, key, {"name": body["name"], **kept}, parent=call.account["id"])
    return found({**body, **kept})


def list_keys(call: Call) -> Answer:
    """GET /account/keys: none, since the Platform API has no way to add one."""
    return paged(call, [])


def get_key(call: Call) -> Answer:
    """GET /account/keys/{key}."""
    raise not_found("key", f"Couldn't find that key ({call.params['key']}).")


ROUTES: list[Route] = [
    ("GET", "/account", get_account, "identity"),
    ("PATCH", "/account", update_account, "global"),
    ("GET", "/users/{user}", get_account, "identity"),
    ("PATCH", "/users/{user}", update_account, "global"),
    ("GET", "/account/rate-limits", get_rate_limits, ""),
    ("GET", "/account/features", list_account_features, "read"),
    ("GET", "/account/features/{feature}", get_account_feature, "read"),
    ("PATCH", "/account/features/{feature}", update_account_feature, "write"),
    ("GET", "/account/keys", list_keys, "read"),
    ("GET", "/account/keys/{key}", get_key, "read"),
]
