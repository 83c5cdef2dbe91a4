"""Renaming an app or a team everywhere it is mentioned."""

from __future__ import annotations

from typing import Any

from infra.localcloud.store import Store

Body = dict[str, Any]
_MENTIONING = ("app_feature", "attachment", "addon", "app", "collaborator", "domain", "drain", "formation", "release",
               "sni_endpoint", "transfer", "webhook")  # fmt: skip


def rename_app(store: Store, app: Body, name: str) -> None:
    """Give an app another name: its addresses follow, and so does every ``{"id", "name"}`` that mentions it."""
    old_host = app["web_url"].removeprefix("https://").rstrip("/")
    new_host = f"{name}{old_host.removeprefix(app['name'])}"
    store.delete("heroku.app_name", app["name"])
    store.put("heroku.app_name", name, {"id": app["id"]}, parent=app["id"])
    after = {
        **app,
        "name": name,
        "git_url": f"https://git.heroku.com/{name}.git",
        "web_url": f"https://{new_host}/",
    }
    store.put("heroku.app", app["id"], after)
    for noun in _MENTIONING:
        for body in store.find(f"heroku.{noun}"):
            renamed = _renamed(body, app["id"], name)
            if noun == "domain" and body["hostname"] == old_host:
                renamed["hostname"] = new_host
            if renamed != body:
                store.replace(f"heroku.{noun}", str(body.get("_key") or body["id"]), renamed)


def rename_team(store: Store, team: Body, name: str) -> None:
    """Give a team another name in its apps, add-ons and spaces, which mention it."""
    for noun in ("app", "addon", "space"):
        for body in store.find(f"heroku.{noun}"):
            renamed = _renamed(body, team["id"], name)
            if noun == "app" and body["owner"]["id"] == team["id"]:
                renamed["owner"] = {**body["owner"], "email": f"{name}@herokumanager.com"}
            if noun == "space" and body["team"]["id"] == team["id"]:
                renamed["organization"] = {"name": name}
            if renamed != body:
                store.replace(f"heroku.{noun}", body["id"], renamed)


def _renamed(value: Any, app_id: str, name: str) -> Any:
    if isinstance(value, list):
        return [_renamed(item, app_id, name) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _renamed(item, app_id, name) for key, item in value.items()}
    return {**inner, "name": name} if inner.get("id") == app_id and "name" in inner else inner
