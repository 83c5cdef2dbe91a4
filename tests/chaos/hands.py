"""What people do by hand in dashboards, past the program: each is tried on one app or pipeline, and may not apply.

They change what the program declares; what it does not declare is theirs, and no business of these tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.chaos.world import World

Deed = Callable[[World, str], object]


def _each(kind: str, act: Callable[[World, str, dict[str, Any]], object]) -> Deed:
    """The deed done to the first thing of an app in a list of its own."""

    def deed(world: World, app: str) -> object:
        rows = world.by_hand("GET", f"/apps/{app}/{kind}") or []
        custom = [row for row in rows if row.get("kind") != "heroku" and row.get("role") != "owner"]
        return act(world, app, custom[0]) if custom else None

    return deed


def _remove(kind: str, key: str = "id") -> Deed:
    return _each(kind, lambda world, app, row: world.by_hand("DELETE", f"/apps/{app}/{kind}/{row[key]}"))


def _patch(kind: str, body: dict[str, Any]) -> Deed:
    return _each(kind, lambda world, app, row: world.by_hand("PATCH", f"/apps/{app}/{kind}/{row['id']}", body))


def _of_app(method: str, path: str, body: Any = None) -> Deed:
    return lambda world, app: world.by_hand(method, f"/apps/{app}{path}", body)


def _delete_addon(world: World, app: str) -> object:
    addons = world.by_hand("GET", f"/apps/{app}/addons") or []
    return addons and world.by_hand("DELETE", f"/apps/{app}/addons/{addons[0]['id']}", {"confirm": app})


def _detach(world: World, app: str) -> object:
    attachments = world.by_hand("GET", f"/apps/{app}/addon-attachments") or []
    shared = [one for one in attachments if one["addon"]["app"]["name"] != app]
    return shared and world.by_hand("DELETE", f"/addon-attachments/{shared[0]['id']}")


def _coupling(world: World, app: str) -> str:
    coupling = world.by_hand("GET", f"/apps/{app}/pipeline-couplings")
    return f"/pipeline-couplings/{coupling['id']}" if coupling else ""


def _uncouple(world: World, app: str) -> object:
    path = _coupling(world, app)
    return path and world.by_hand("DELETE", path)


def _move_stage(world: World, app: str) -> object:
    path = _coupling(world, app)
    return path and world.by_hand("PATCH", path, {"stage": "development"})


def _delete_pipeline(world: World, _app: str) -> object:
    pipelines = world.by_hand("GET", "/pipelines") or []
    return pipelines and world.by_hand("DELETE", f"/pipelines/{pipelines[0]['id']}")


def _rename_pipeline(world: World, _app: str) -> object:
    pipelines = world.by_hand("GET", "/pipelines") or []
    return pipelines and world.by_hand("PATCH", f"/pipelines/{pipelines[0]['id']}", {"name": "by-hand"})


def _change_pipeline_vars(world: World, _app: str) -> object:
    pipelines = world.by_hand("GET", "/pipelines") or []
    return pipelines and _change_var(world, f"/pipelines/{pipelines[0]['id']}/stage/test/config-vars")


def _change_var(world: World, path: str) -> object:
    return "LOG_LEVEL" in world.by_hand("GET", path) and world.by_hand("PATCH", path, {"LOG_LEVEL": "by-hand"})


def _other_buildpacks(world: World, app: str) -> object:
    path = f"/apps/{app}/buildpack-installations"
    return world.by_hand("GET", path) and world.by_hand("PUT", path, {"updates": [{"buildpack": "heroku/go"}]})


WEB = {"updates": [{"type": "web", "quantity": 2, "dyno_size": {"name": "standard-2x"}}]}
DEEDS: dict[str, Deed] = {
    "change a config var": lambda world, app: _change_var(world, f"/apps/{app}/config-vars"),
    "remove a secret": _of_app("PATCH", "/config-vars", {"SESSION_KEY": None}),
    "delete the app": _of_app("DELETE", ""),
    "rename the app": _of_app("PATCH", "", {"name": "by-hand"}),
    "maintenance on": _of_app("PATCH", "", {"maintenance": True}),
    "other buildpacks": _other_buildpacks,
    "scale": _of_app("PATCH", "/formation", WEB),
    "preboot off": _of_app("PATCH", "/features/preboot", {"enabled": False}),
    "delete an add-on": _delete_addon,
    "detach what is shared": _detach,
    "delete a webhook": _remove("webhooks"),
    "move a webhook": _patch("webhooks", {"url": "https://elsewhere.example.com"}),
    "delete a domain": _remove("domains"),
    "delete a drain": _remove("log-drains"),
    "send somebody away": _remove("collaborators"),
    "uncouple": _uncouple,
    "move to another stage": _move_stage,
    "delete the pipeline": _delete_pipeline,
    "rename the pipeline": _rename_pipeline,
    "change the pipeline's config vars": _change_pipeline_vars,
    "deploy": World.deploy,
}
