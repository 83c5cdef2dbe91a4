"""What people do by hand in dashboards, past the program: each is tried on one app or pipeline, and may not apply.

They change what the program declares; what it does not declare is theirs, and no business of these tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.chaos.apps import MATE, TEAM
from tests.chaos.programs import FEATURE
from tests.chaos.spaces import MEMBER
from tests.chaos.world import World

ACCOUNT = "deployer@example.com"
Deed = Callable[[World, str], object]


def _each(kind: str, act: Callable[[World, str, dict[str, Any]], object]) -> Deed:
    """The deed done to the first thing of an app in a list of its own."""

    def deed(world: World, app: str) -> object:
        rows = world.by_hand("GET", f"/apps/{app}/{kind}") or []
        # The default domain, and the account that the program itself uses.
        custom = [row for row in rows if row.get("kind") != "heroku" and row.get("user", {}).get("email") != ACCOUNT]
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
    return "LOG_LEVEL" in (world.by_hand("GET", path) or {}) and world.by_hand("PATCH", path, {"LOG_LEVEL": "by-hand"})


def _other_buildpacks(world: World, app: str) -> object:
    path = f"/apps/{app}/buildpack-installations"
    return world.by_hand("GET", path) and world.by_hand("PUT", path, {"updates": [{"buildpack": "heroku/go"}]})


def _change_settings(world: World, app: str) -> object:
    addons = [one for one in world.by_hand("GET", f"/apps/{app}/addons") or [] if "postgresql" in one["plan"]["name"]]
    paths = [f"/addons/{one['id']}/config" for one in addons]
    # What the program does not set is not its own.
    ours = [path for path in paths if any(row["name"] == "log" for row in world.by_hand("GET", path) or [])]
    return ours and world.by_hand("PATCH", ours[0], {"config": [{"name": "log", "value": "by-hand"}]})


def _roll_back(world: World, app: str) -> object:
    releases = world.by_hand("GET", f"/apps/{app}/releases") or []
    coded = [one for one in releases if one["slug"] and one["status"] == "succeeded"]
    return coded and world.by_hand("POST", f"/apps/{app}/releases", {"release": coded[0]["id"]})


def _on_first(collection: str, method: str, path: str = "", body: Any = None) -> Deed:
    """The deed done to the first thing of a list of the account."""

    def deed(world: World, _app: str) -> object:
        rows = world.by_hand("GET", collection) or []
        return rows and world.by_hand(method, f"{collection}/{rows[0]['id']}{path}", body)

    return deed


def _delete_space(world: World, _app: str) -> None:
    for space in world.by_hand("GET", "/spaces") or []:
        for app in world.store.find("heroku.app"):
            if app["space"] and app["space"]["id"] == space["id"]:
                world.by_hand("DELETE", f"/apps/{app['id']}")
        world.by_hand("DELETE", f"/spaces/{space['id']}")
    # It takes Heroku a while, and the name is free after that.
    world.run(asyncio.sleep(60))


def _of_spaces(kind: str, method: str, body: Any = None) -> Deed:
    """The deed done to the first of each space's things of that kind."""

    def deed(world: World, _app: str) -> None:
        for space in world.by_hand("GET", "/spaces") or []:
            path = f"/spaces/{space['id']}/{kind}"
            rows = world.by_hand("GET", path) or []
            if rows:
                world.by_hand(method, f"{path}/{rows[0].get('id') or rows[0]['pcx_id']}", body)

    return deed


def _other_rules(world: World, _app: str) -> None:
    for space in world.by_hand("GET", "/spaces") or []:
        path = f"/spaces/{space['id']}/inbound-ruleset"
        found = world.by_hand("GET", path)
        if found and found["rules"] != EVERYWHERE["rules"]:
            world.by_hand("PUT", path, EVERYWHERE)


def _on_telemetry(method: str, body: Any = None) -> Deed:
    """The deed done to every telemetry drain."""

    def deed(world: World, _app: str) -> None:
        for drain in world.store.find("heroku.telemetry_drain"):
            world.by_hand(method, f"/telemetry-drains/{drain['id']}", body)

    return deed


EVERYWHERE = {"rules": [{"action": "allow", "source": "0.0.0.0/0"}]}
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
    "roll back": _roll_back,
    "change an add-on's settings": _change_settings,
    "delete a certificate": _remove("sni-endpoints"),
    "give to the team": lambda world, app: world.by_hand("PATCH", f"/teams/apps/{app}", {"owner": TEAM}),
    "let the mate only look": lambda world, app: world.by_hand(
        "PATCH", f"/teams/apps/{app}/collaborators/{MATE}", {"permissions": ["view"]}
    ),
    "send the mate away": lambda world, app: world.by_hand("DELETE", f"/apps/{app}/collaborators/{MATE}"),
    "stop review apps": _on_first("/pipelines", "DELETE", "/review-app-config"),
    "other review apps": _on_first("/pipelines", "PATCH", "/review-app-config", {"wait_for_ci": True}),
    "revoke a token": _on_first("/oauth/authorizations", "DELETE"),
    "switch the account's feature off": lambda world, _app: world.by_hand(
        "PATCH", f"/account/features/{FEATURE}", {"enabled": False}
    ),
    "send the member away": lambda world, _app: world.by_hand("DELETE", f"/teams/{TEAM}/members/{MEMBER}"),
    "delete the spaces": _delete_space,
    "other rules": _other_rules,
    "cut the VPN": _of_spaces("vpn-connections", "DELETE"),
    "cut the peering": _of_spaces("peerings", "DELETE"),
    "delete the telemetry drains": _on_telemetry("DELETE"),
    "other signals": _on_telemetry("PATCH", {"signals": ["traces"]}),
}
