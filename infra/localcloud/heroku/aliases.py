"""Natural names for what Heroku makes up at random: ids, host names, add-on names."""

from __future__ import annotations

from infra.localcloud.heroku.attached import addons_of, attachments_of
from infra.localcloud.store import Store


def aliases(store: Store) -> dict[str, str]:
    """For each made-up text the one that an equal estate would have in its place."""
    found = {pipeline["id"]: f"id of pipeline {pipeline['name']}" for pipeline in store.find("heroku.pipeline")}
    found |= {space["id"]: f"id of space {space['name']}" for space in store.find("heroku.space")}
    for app in store.find("heroku.app"):
        host = app["web_url"].split("/")[2]
        found |= {app["id"]: f"id of app {app['name']}", host: f"{app['name']}.herokuapp.com"}
        own = {attachment["addon"]["id"]: attachment["name"] for attachment in attachments_of(store, app["id"])}
        for addon in addons_of(store, app["id"]):
            name = f"{app['name']} {own.get(addon['id'], addon['plan']['name'])}"
            found |= {addon["id"]: f"id of add-on {name}", addon["name"]: f"add-on {name}"}
    return found


def named(text: str, names: dict[str, str]) -> str:
    """``text`` with natural names in the place of made-up ones."""
    for made_up, natural in names.items():
        text = text.replace(made_up, natural)
    return text
