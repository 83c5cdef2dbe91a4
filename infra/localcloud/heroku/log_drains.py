"""Log drains: where an app's log goes besides; at most five, and those that its add-ons made."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.attachments import addon_named
from infra.localcloud.heroku.fields import STRING, body_of, invalid
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, number_of, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.drain"
LIMIT = 5
_SCHEMES = ("syslog", "syslog+tls", "https", "http")


def checked_url(url: str) -> str:
    """The address of a drain, or a 422."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise invalid(f"Url is invalid: a drain goes to {', '.join(_SCHEMES)}.")
    return url


def _check(call: Call, app: Body, url: str) -> None:
    checked_url(url)
    if app["generation"]["name"] == "fir":
        raise invalid(f"The app {app['name']} is of the Fir generation, which has telemetry drains, not log drains.")
    drains = call.store.find(KIND, parent=app["id"])
    if any(drain["url"] == url for drain in drains):
        raise invalid("Url has already been taken")
    if sum(drain["addon"] is None for drain in drains) >= LIMIT:
        raise invalid(f"You have reached the limit of {LIMIT} log drains for this app.")


def _new_drain(now: datetime, app: Body, url: str, addon: Body | None) -> Body:
    return {
        "id": new_id(),
        "addon": addon and {"id": addon["id"], "name": addon["name"], "app": addon["app"]},
        "app": {"id": app["id"], "name": app["name"]},
        "token": f"d.{new_id()}",
        "url": url,
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }


def add_addon_drain(store: Store, now: datetime, addon: Body) -> None:
    """The drain that a logging add-on makes on its app when it is provisioned; it goes with the add-on."""
    host = f"{addon['addon_service']['name']}.localcloud.invalid"
    drain = _new_drain(now, addon["app"], f"syslog+tls://{host}:{number_of(5)}", addon)
    store.put(KIND, drain["id"], drain, parent=addon["app"]["id"])


def drains_by(store: Store, addon: Body) -> list[Body]:
    """The drains an add-on made."""
    drains = store.find(KIND, parent=addon["app"]["id"])
    return [drain for drain in drains if drain["addon"] and drain["addon"]["id"] == addon["id"]]


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
    drain = _new_drain(call.now, app, wanted["url"], None)
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
    if drain["addon"] is not None:
        raise invalid(f"The drain belongs to the add-on {drain['addon']['name']} and goes with it.")
    call.store.delete(KIND, drain["id"])
    return found(drain)


def list_addon_drains(call: Call) -> Answer:
    """GET /addons/{addon}/log-drains: those the add-on made."""
    return paged(call, drains_by(call.store, addon_named(call, call.params["addon"])))


def update_addon_drain(call: Call) -> Answer:
    """PUT /addons/{addon}/log-drains/{drain}: another address."""
    wanted = body_of(call, {"url": STRING}, required=("url",))
    for drain in drains_by(call.store, addon_named(call, call.params["addon"])):
        if call.params["drain"] in (drain["id"], drain["url"], drain["token"]):
            after = {**drain, "url": checked_url(wanted["url"]), "updated_at": stamp(call.now)}
            call.store.replace(KIND, drain["id"], after)
            return found(after)
    raise not_found("drain", "Couldn't find that drain.")


ROUTES: list[Route] = [
    ("GET", "/addons/{addon}/log-drains", list_addon_drains, "read"),
    ("PUT", "/addons/{addon}/log-drains/{drain}", update_addon_drain, "write"),
    ("POST", "/apps/{app}/log-drains", create_drain, "write"),
    ("GET", "/apps/{app}/log-drains", list_drains, "read"),
    ("GET", "/apps/{app}/log-drains/{drain}", get_drain, "read"),
    ("DELETE", "/apps/{app}/log-drains/{drain}", delete_drain, "write"),
]
