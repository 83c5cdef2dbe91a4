"""Add-on attachments: an add-on under a name on an app, whose config vars follow."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import chain
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.attached import (
    ADDON,
    ATTACHMENT,
    attachment_vars,
    attachments_of,
    attachments_to,
    own_config_vars,
)
from infra.localcloud.heroku.catalogue import Service, service_named
from infra.localcloud.heroku.fields import IDENTITY, STRING, body_of, identity, invalid
from infra.localcloud.heroku.lookup import app_for, app_named, forbidden, may_see, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.releases import add_release
from infra.localcloud.heroku.webhook_events import record
from infra.localcloud.store import Store

Body = dict[str, Any]
_COLOUR_WORDS = "AMBER AQUA BLACK BLUE BRONZE BROWN CHARCOAL COBALT COPPER CRIMSON CYAN GOLD GRAY GREEN IVORY JADE"
_COLOURS = _COLOUR_WORDS.split()
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def needs_confirmation(app: Body, message: str) -> Refusal:
    """Heroku's 423: the request is to be sent again with the app's name as ``confirm``."""
    headers = {"X-Confirmation-Required": app["name"]}
    return Refusal(423, "confirmation_required", message, {"resource": "addon", "app": app["name"]}, headers)


def free_name(store: Store, app_id: str, service: Service) -> str:
    """The name a new attachment gets: the service's own while it is free, then one with a colour."""
    taken = {attachment["name"] for attachment in attachments_of(store, app_id)}
    variables = own_config_vars(store, app_id)
    family = _family(service)
    names = (f"{family}_{ending}" for ending in chain(_COLOURS, range(1, 10_000)))
    for name in chain([service.prefix], names):
        if name not in taken and not any(f"{name}_{suffix}" in variables for suffix in service.values):
            return name
    raise invalid("There is no free name left for the attachment.")


def _family(service: Service) -> str:
    return service.name.upper().replace("-", "_") if service.name.startswith("heroku-") else service.prefix


def checked_name(name: str) -> str:
    """An attachment name of the right form, or a 422."""
    if not _NAME.fullmatch(name):
        raise invalid("Name must start with a letter and can only contain uppercase letters, numbers, and underscores.")
    return name


def make_way(call: Call, app: Body, name: str, addon_id: str, confirm: str | None) -> None:
    """Refuse a name that is in use (423), or with ``confirm`` take it from the add-on that has it."""
    known = [attachment for attachment in attachments_of(call.store, app["id"]) if attachment["name"] == name]
    if not known:
        return
    if known[0]["addon"]["id"] == addon_id:
        raise invalid(f"Name {name} is already used by this add-on on the app {app['name']}.")
    if confirm != app["name"]:
        holder = known[0]["addon"]["name"]
        raise needs_confirmation(
            app, f"{name} is already attached to {holder} on {app['name']}. Confirm to replace it."
        )
    detach(call.store, call.now, known[0], call.account)


def attach(
    store: Store, now: datetime, app: Body, addon: Body, name: str, user: Body, namespace: str | None = None
) -> Body:
    """Attach an add-on to an app and make the release that goes with it."""
    _refuse_overlap(store, app, addon, name)
    attachment = {
        "id": new_id(),
        "name": name,
        "namespace": namespace,
        "addon": {"id": addon["id"], "name": addon["name"], "app": addon["app"]},
        "app": {"id": app["id"], "name": app["name"]},
        "web_url": f"https://addons-sso.heroku.com/apps/{app['id']}/addons/{addon['id']}",
        "log_input_url": None,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "_addon_id": addon["id"],
    }
    store.put(ATTACHMENT, attachment["id"], attachment, parent=app["id"])
    record(store, now, app["id"], "api:addon-attachment", "create", attachment, user)
    add_release(store, now, app, user, f"Attach {name} (@ref:{addon['name']})")
    return attachment


def _refuse_overlap(store: Store, app: Body, addon: Body, name: str) -> None:
    taken = set(own_config_vars(store, app["id"]))
    for attachment in attachments_of(store, app["id"]):
        taken |= set(attachment_vars(store, attachment))
    overlap = sorted(taken & {f"{name}_{suffix}" for suffix in addon["_values"]})
    if overlap:
        raise invalid(f"Config vars already set on {app['name']}: {', '.join(overlap)}.")


def detach(store: Store, now: datetime, attachment: Body, user: Body) -> None:
    """Remove an attachment and make the release that goes with it."""
    store.delete(ATTACHMENT, attachment["id"])
    app = store.get("heroku.app", attachment["app"]["id"])
    if app is not None:
        record(store, now, app["id"], "api:addon-attachment", "destroy", attachment, user)
        description = f"Detach {attachment['name']} (@ref:{attachment['addon']['name']})"
        add_release(store, now, app, user, description)


def addon_named(call: Call, name: str) -> Body:
    """The add-on with that id or name; 403 when its app is another's."""
    addon = call.store.get(ADDON, name) or next(iter(call.store.find(ADDON, name=name)), None)
    if addon is None:
        raise not_found("addon", "Couldn't find that add-on.")
    apps = [addon["app"]["id"], *(attachment["app"]["id"] for attachment in attachments_to(call.store, addon["id"]))]
    if not any(
        may_see(call.store, call.account, app) for app in map(call.store.get, ["heroku.app"] * len(apps), apps) if app
    ):
        raise forbidden(f"You do not have access to the add-on {name}.", "addon")
    return addon


def create_attachment(call: Call) -> Answer:
    """POST /addon-attachments."""
    allowed = {"addon": IDENTITY, "app": IDENTITY, "confirm": STRING, "name": STRING, "namespace": STRING}
    wanted = body_of(call, allowed, required=("addon", "app"))
    app, addon = app_for(call, identity(wanted["app"])), addon_named(call, identity(wanted["addon"]))
    service = service_named(addon["addon_service"]["name"])
    if service is not None and not service.sharing and app["id"] != addon["app"]["id"]:
        raise invalid(f"The add-on service {service.name} does not support sharing.")
    name = checked_name(wanted["name"]) if "name" in wanted else _free_for(call, app, service)
    make_way(call, app, name, addon["id"], wanted.get("confirm"))
    attachment = attach(call.store, call.now, app, addon, name, call.account, wanted.get("namespace"))
    return found(attachment, 201)


def _free_for(call: Call, app: Body, service: Service | None) -> str:
    if service is None:
        raise not_found("addon_service", "Couldn't find that add-on service.")
    return free_name(call.store, app["id"], service)


def visible_attachments(call: Call) -> list[Body]:
    """The attachments on apps the caller may see."""
    return [body for body in call.store.find(ATTACHMENT) if _sees(call, body)]


def _sees(call: Call, attachment: Body) -> bool:
    app = app_named(call.store, attachment["app"]["id"])
    return app is not None and may_see(call.store, call.account, app)


def _attachment_for(call: Call) -> Body:
    attachment = call.store.get(ATTACHMENT, call.params["attachment"])
    if attachment is None or not _sees(call, attachment):
        raise not_found("attachment", "Couldn't find that add on attachment.")
    return attachment


def list_attachments(call: Call) -> Answer:
    """GET /addon-attachments."""
    return paged(call, visible_attachments(call))


def list_app_attachments(call: Call) -> Answer:
    """GET /apps/{app}/addon-attachments."""
    return paged(call, attachments_of(call.store, app_for(call)["id"]), ("id", "name"))


def list_addon_attachments(call: Call) -> Answer:
    """GET /addons/{addon}/addon-attachments."""
    return paged(call, attachments_to(call.store, addon_named(call, call.params["addon"])["id"]), ("id", "name"))


def get_attachment(call: Call) -> Answer:
    """GET /addon-attachments/{attachment}."""
    return found(_attachment_for(call))


def get_app_attachment(call: Call) -> Answer:
    """GET /apps/{app}/addon-attachments/{attachment}, by id or name."""
    for body in attachments_of(call.store, app_for(call)["id"]):
        if call.params["attachment"] in (body["id"], body["name"]):
            return found(body)
    raise not_found("attachment", "Couldn't find that add on attachment.")


def delete_attachment(call: Call) -> Answer:
    """DELETE /addon-attachments/{attachment}; the last one goes only with its add-on."""
    attachment = _attachment_for(call)
    if len(attachments_to(call.store, attachment["addon"]["id"])) == 1:
        raise invalid("Cannot remove the last attachment of an add-on; destroy the add-on instead.")
    detach(call.store, call.now, attachment, call.account)
    return found(attachment)


ROUTES: list[Route] = [
    ("POST", "/addon-attachments", create_attachment, "write"),
    ("GET", "/addon-attachments", list_attachments, "read"),
    ("GET", "/addon-attachments/{attachment}", get_attachment, "read"),
    ("DELETE", "/addon-attachments/{attachment}", delete_attachment, "write"),
    ("GET", "/addons/{addon}/addon-attachments", list_addon_attachments, "read"),
    ("GET", "/apps/{app}/addon-attachments", list_app_attachments, "read"),
    ("GET", "/apps/{app}/addon-attachments/{attachment}", get_app_attachment, "read"),
]
