"""What data would be lost with an add-on, or with an app that has one."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.model.data_services import keeps_data
from infra.providers.kit.fields import Field, boolean
from infra.providers.kit.resource import Old


def allowance() -> Field:
    """The field with which a program says that data may go."""
    return boolean("Whether it may be replaced or deleted although data goes with it.", default=False, write_only=True)


def _described(addon: dict[str, Any]) -> str:
    return f"{addon['name']} ({addon['plan']['name']})"


async def of_addon(heroku: Heroku, id: str, old: Old) -> str:
    """What an add-on keeps, unless it is gone already."""
    if not keeps_data(str(old.get("plan", ""))):
        return ""
    addon = await heroku.missing_to_none(at("addons", id))
    return f"the data of {_described(addon)}" if addon and addon["state"] != "deprovisioned" else ""


async def of_app(heroku: Heroku, id: str, _old: Old) -> str:
    """What the add-ons that an app pays for keep; add-ons of others are only attached to it."""
    try:
        addons = await heroku.snapshot.list(at("apps", id, "addons"))
    except NotFound:
        return ""
    held = [_described(one) for one in addons if one["app"]["id"] == id and keeps_data(one["plan"]["name"])]
    return f"the data of {', '.join(held)}" if held else ""
