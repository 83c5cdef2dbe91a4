"""What an add-on does by itself: being provisioned, and releasing its config vars."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.heroku.attached import ADDON, attachments_to
from infra.localcloud.heroku.log_drains import add_addon_drain
from infra.localcloud.heroku.naming import fixed_id, stamp
from infra.localcloud.heroku.releases import add_release
from infra.localcloud.store import Store

Body = dict[str, Any]


def provision(store: Store, now: datetime, addon_id: str) -> None:
    """Finish provisioning: the config vars appear on every app it is attached to, and the add-on makes a release."""
    addon = store.get(ADDON, addon_id)
    if addon is None or addon["state"] != "provisioning":
        return
    message = "Your add-on has been provisioned successfully"
    addon |= {"state": "provisioned", "provision_message": message, "updated_at": stamp(now)}
    store.replace(ADDON, addon_id, addon)
    if addon.get("_drain"):
        add_addon_drain(store, now, addon)
    if addon["_values"]:
        release_everywhere(store, now, addon)


def release_everywhere(store: Store, now: datetime, addon: Body) -> None:
    """A release by the add-on on every app it is attached to."""
    service = addon["addon_service"]["name"]
    user = {"id": fixed_id(f"addon-user/{service}"), "email": f"{service}@addons.heroku.com"}
    for attachment in attachments_to(store, addon["id"]):
        app = store.get("heroku.app", attachment["app"]["id"])
        if app is not None:
            add_release(store, now, app, user, f"Update {attachment['name']} by {service}")
