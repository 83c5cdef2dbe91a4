"""Finding add-ons and attachments by whatever a person calls them."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.addons import listed
from infra.localcloud.heroku.attached import (
    ADDON,
    addons_of,
    attachments_of,
)
from infra.localcloud.heroku.attachments import (
    visible_attachments,
)
from infra.localcloud.heroku.fields import (
    STRING,
    body_of,
)
from infra.localcloud.heroku.lookup import app_for, apps_of, not_found
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]


def resolve_addon(call: Call) -> Answer:
    """POST /actions/addons/resolve: by id, name, or the name of an attachment, optionally on one app."""
    wanted = body_of(call, {"addon": STRING, "app": STRING, "addon_service": STRING}, required=("addon",))
    app_name, _, name = wanted["addon"].rpartition("::")
    app_name = app_name or wanted.get("app", "")
    apps = [app_for(call, app_name)] if app_name else apps_of(call.store, call.account)
    matching: dict[str, Body] = {}
    for app in apps:
        for addon in _addons_called(call.store, app, name, by_attachment=bool(app_name)):
            if wanted.get("addon_service") in (None, *addon["addon_service"].values()):
                matching[addon["id"]] = addon
    if not matching:
        raise not_found("addon", "Couldn't find that add-on.")
    return listed(call, list(matching.values()))


def _addons_called(store: Store, app: Body, name: str, *, by_attachment: bool) -> list[Body]:
    found_here = [
        addon
        for addon in addons_of(store, app["id"])
        if name in (addon["id"], addon["name"], addon["addon_service"]["name"], addon["plan"]["name"])
    ]
    attached = attachments_of(store, app["id"]) if by_attachment else []
    named = [one for one in attached if name in (one["name"], one["addon"]["id"], one["addon"]["name"])]
    return found_here + [store.get(ADDON, one["addon"]["id"]) or {} for one in named]


def resolve_attachment(call: Call) -> Answer:
    """POST /actions/addon-attachments/resolve: by id, by name on an app, or by ``app::name``."""
    allowed = {"addon_attachment": STRING, "app": STRING, "addon_service": STRING}
    wanted = body_of(call, allowed, required=("addon_attachment",))
    app, _, name = wanted["addon_attachment"].rpartition("::")
    app = app or wanted.get("app", "")
    if app:
        app_for(call, app)
    matching = [body for body in visible_attachments(call) if _fits(call, body, name, app, wanted.get("addon_service"))]
    if not matching:
        raise not_found("attachment", "Couldn't find that add on attachment.")
    return paged(call, matching)


def _fits(call: Call, attachment: Body, name: str, app: str, service: str | None) -> bool:
    if service is not None:
        addon = call.store.get(ADDON, attachment["addon"]["id"])
        if addon is None or service not in addon["addon_service"].values():
            return False
    here = not app or app in attachment["app"].values()
    return here and name in (attachment["id"], attachment["name"], attachment["addon"]["name"])


ROUTES: list[Route] = [
    ("POST", "/actions/addons/resolve", resolve_addon, "read"),
    ("POST", "/actions/addon-attachments/resolve", resolve_attachment, "read"),
]
