"""Log drains: where an app's log goes besides; at most five."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import STRING, body_of, invalid
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.drain"
LIMIT = 5
_SCHEMES = ("syslog", "syslog+tls", "https", "http")


def _check(call: Call, app: Body, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise invalid(f"Url is invalid: a drain goes to {', '.join(_SCHEMES)}.")
    drains = call.store.find(KIND, parent=app["id"])
    if any(drain["url"] == url for drain in drains):
        raise invalid("Url has already been taken")
    if len(drains) >= LIMIT:
        raise invalid(f"You have reached the limit of {LIMIT} log drains for this app.")


def _drain_for(call: Call, app: Body) -> Body:
    for drain in call.store.find(KIND, parent=app["id"]):
        if call.params["drain"] in (drain["id"], drain["url"], drain["token"]):
            return drain
    raise not_found("drain", "Couldn't find that drain.")


def create_drain(call: Call) -> Answer:
    """POST /apps/{app}/log-drains."""
    wanted = body_of(call, {"url": STRING}, required=("url",))
    app = app_for(call)
    _check(call, app, wanted.get("url", ""))
    drain = {
        "id": new_id(),
        "addon": None,
        "app": {"id": app["id"], "name": app["name"]},
        "token": f"d.{new_id()}",
        "url": wanted["url"],
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
    }
    call.store.put(KIND, drain["id"], drain, parent=app["id"])
    return found(drain, 201)


def list_drains(call: Call) -> Answer:
    """GET /apps/{app}/log-drains."""
    return paged(call, call.store.find(KIND, parent=app_for(call)["id"]))


def get_drain(call: Call) -> Answer:
    """GET /apps/{app}/log-drains/{drain}, by id, token or url."""
    return found(_drain_for(call, app_for(call)))


def delete_drain(call: Call) -> Answer:
    """DELETE /apps/{app}/log-drains/{drain}, by id, token or url."""
    drain = _drain_for(call, app_for(call))
    call.store.delete(KIND, drain["id"])
    return found(drain)


ROUTES: list[Route] = [
    ("POST", "/apps/{app}/log-drains", create_drain, "write"),
    ("GET", "/apps/{app}/log-drains", list_drains, "read"),
    ("GET", "/apps/{app}/log-drains/{drain}", get_drain, "read"),
    ("DELETE", "/apps/{app}/log-drains/{drain}", delete_drain, "write"),
]
