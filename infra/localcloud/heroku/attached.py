"""What an app has attached, and the config vars it therefore sees."""

from __future__ import annotations

from typing import Any

from infra.localcloud.store import Store

Body = dict[str, Any]
ATTACHMENT, ADDON, CONFIG_VARS = "heroku.attachment", "heroku.addon", "heroku.config_vars"


def attachments_of(store: Store, app_id: str) -> list[Body]:
    """What is attached to an app, in the order it was attached."""
    return store.find(ATTACHMENT, parent=app_id)


def attachments_to(store: Store, addon_id: str) -> list[Body]:
    """Every attachment of an add-on, on any app."""
    return store.find(ATTACHMENT, _addon_id=addon_id)


def addons_of(store: Store, app_id: str) -> list[Body]:
    """The add-ons an app owns."""
    return store.find(ADDON, parent=app_id)


def own_config_vars(store: Store, app_id: str) -> dict[str, str]:
    """The config vars that people set."""
    return store.get(CONFIG_VARS, app_id) or {}


def attachment_vars(store: Store, attachment: Body) -> dict[str, str]:
    """The config vars one attachment gives its app: none before the add-on is provisioned."""
    addon = store.get(ADDON, attachment["addon"]["id"])
    if addon is None or addon["state"] != "provisioned":
        return {}
    return {f"{attachment['name']}_{suffix}": value for suffix, value in addon["_values"].items()}


def attached_config_vars(store: Store, app_id: str) -> dict[str, str]:
    """The config vars that come from attachments."""
    values: dict[str, str] = {}
    for attachment in attachments_of(store, app_id):
        values.update(attachment_vars(store, attachment))
    return values


def all_config_vars(store: Store, app_id: str) -> dict[str, str]:
    """Everything the app's dynos would see."""
    return {**own_config_vars(store, app_id), **attached_config_vars(store, app_id)}


def plan_names(store: Store, app_id: str) -> list[str]:
    """The plans an app's add-ons are on."""
    return [addon["plan"]["name"] for addon in addons_of(store, app_id)]
