"""Releases: every change of code, config vars or add-ons makes one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from infra.localcloud.blobs import blob_url, keep_blob
from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.artifacts import artifact_ref, code_id_of, code_with, commands_of
from infra.localcloud.heroku.attached import (
    CONFIG_VARS,
    all_config_vars,
    attached_config_vars,
    own_config_vars,
    plan_names,
)
from infra.localcloud.heroku.fields import STRING, bad_request, body_of, invalid
from infra.localcloud.heroku.lookup import app_for, not_found, permitted_app_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.processes import follow_code
from infra.localcloud.heroku.webhook_events import record
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.release"
# The local cloud runs no code; these release commands are the ones whose outcome is known without running them.
_FAILS = re.compile(r"(^|&&|;)\s*(false|exit [1-9]\d*)\s*$")


def releases_of(store: Store, app_id: str) -> list[Body]:
    """An app's releases, oldest first."""
    return store.find(KIND, parent=app_id)


def current_release(store: Store, app_id: str) -> Body | None:
    """The release an app runs."""
    current = store.find(KIND, parent=app_id, current=True)
    return current[0] if current else None


def add_release(
    store: Store, now: datetime, app: Body, user: Body, description: str, code_id: str | None = None
) -> Body:
    """Make the next release of an app; without ``code_id`` it runs the code of the current one.

    A failing release phase leaves the release ``failed`` and the earlier one current, yet config vars stay changed.
    """
    previous = current_release(store, app["id"])
    code = code_with(store, code_id or code_id_of(previous))
    phase = None if code is None else commands_of(code).get("release")
    failed = phase is not None and _FAILS.search(phase) is not None
    release = _new_release(store, now, app, description, code, failed=failed)
    release |= {"user": {"id": user["id"], "email": user["email"]}, "_has_output": phase is not None}
    if phase is not None:
        text = f"Running release command: {phase}\n(The local cloud runs no code: {release['status']}.)\n"
        keep_blob(store, f"release-{release['id']}", text.encode(), parent=app["id"])
    if previous is not None and not failed:
        store.put(KIND, previous["id"], {**previous, "current": False}, parent=app["id"])
    store.put(KIND, release["id"], release, parent=app["id"])
    record(store, now, app["id"], "api:release", "create", release, user)
    if not failed:
        _follow(store, now, app, code)
    return release


def _new_release(store: Store, now: datetime, app: Body, description: str, code: Body | None, *, failed: bool) -> Body:
    artifacts = [] if code is None else [artifact_ref(code)]
    return {
        "id": new_id(),
        "version": store.next_number(f"heroku.release.{app['id']}"),
        "description": description,
        "status": "failed" if failed else "succeeded",
        "current": not failed,
        "app": {"id": app["id"], "name": app["name"]},
        "slug": next(({"id": one["id"]} for one in artifacts if one["type"] == "slug"), None),
        "artifacts": artifacts,
        "addon_plan_names": plan_names(store, app["id"]),
        "output_stream_url": None,
        "eligible_for_rollback": code is not None and not failed,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "_config_vars": all_config_vars(store, app["id"]),
        "_own_config_vars": own_config_vars(store, app["id"]),
    }


def _follow(store: Store, now: datetime, app: Body, code: Body | None) -> None:
    if code is not None:
        follow_code(store, now, app, commands_of(code))
    fresh = store.get("heroku.app", app["id"])
    if fresh is not None:
        size = fresh["slug_size"] if code is None else code.get("size")
        store.put("heroku.app", app["id"], {**fresh, "released_at": stamp(now), "slug_size": size})


def shown(call: Call, release: Body) -> Body:
    """A release as Heroku answers it: with the address of its release phase's output, when it had one."""
    if not release["_has_output"]:
        return release
    return {**release, "output_stream_url": blob_url(call.store, call.base_url, f"release-{release['id']}")}


def _release_for(call: Call, app: Body, identity: str) -> Body:
    for release in releases_of(call.store, app["id"]):
        if identity in (release["id"], str(release["version"]), f"v{release['version']}"):
            return release
    raise not_found("release")


def list_releases(call: Call) -> Answer:
    """GET /apps/{app}/releases."""
    releases = releases_of(call.store, app_for(call)["id"])
    return paged(call, releases, ("id", "version"), shape=lambda release: shown(call, release))


def get_release(call: Call) -> Answer:
    """GET /apps/{app}/releases/{release}, by id, version or ``current``."""
    app, identity = app_for(call), call.params["release"]
    if identity == "current":
        current = current_release(call.store, app["id"])
        if current is None:
            raise not_found("release")
        return found(shown(call, current))
    return found(shown(call, _release_for(call, app, identity)))


def get_release_config_vars(call: Call) -> Answer:
    """GET /apps/{app}/releases/{release}/config-vars: the values as they were."""
    app = permitted_app_for(call, "deploy")
    return Answer(200, _release_for(call, app, call.params["release"])["_config_vars"])


def create_release(call: Call) -> Answer:
    """POST /apps/{app}/releases: with a slug (deploy) or with an earlier release (rollback)."""
    app = app_for(call)
    if isinstance(call.body, dict) and "release" in call.body:
        return _roll_back(call, app)
    given = body_of(call, {"slug": STRING, "description": STRING, "oci_image": STRING})
    # Heroku's own Go client sends an empty slug beside an OCI image.
    wanted = {name: value for name, value in given.items() if value}
    noun, other = ("oci_image", "slug") if app["generation"]["name"] == "fir" else ("slug", "oci_image")
    if other in wanted:
        raise invalid(f"An app of the {app['generation']['name'].title()} generation is released with a {noun}.")
    if noun not in wanted:
        raise bad_request(f'#: "{noun}" wasn\'t supplied.')
    code = call.store.get(f"heroku.{noun}", wanted[noun])
    if code is None or code["_app_id"] != app["id"]:
        raise not_found(noun)
    description = wanted.get("description") or f"Deploy {(code['commit'] or code['id'])[:8]}"
    return found(shown(call, add_release(call.store, call.now, app, call.account, description, code["id"])), 201)


def _roll_back(call: Call, app: Body) -> Answer:
    """Code and config vars become those of the earlier release; add-ons stay as they are."""
    wanted = body_of(call, {"release": STRING}, required=("release",))
    earlier = _release_for(call, app, wanted["release"])
    if not earlier["eligible_for_rollback"]:
        raise invalid(f"Release v{earlier['version']} cannot be rolled back to: it has no code or failed.")
    attached = attached_config_vars(call.store, app["id"])
    values = {name: value for name, value in earlier["_own_config_vars"].items() if name not in attached}
    call.store.put(CONFIG_VARS, app["id"], values, parent=app["id"])
    description = f"Rollback to v{earlier['version']}"
    release = add_release(call.store, call.now, app, call.account, description, code_id_of(earlier))
    return found(shown(call, release), 201)


ROUTES: list[Route] = [
    ("GET", "/apps/{app}/releases", list_releases, "read"),
    ("GET", "/apps/{app}/releases/{release}", get_release, "read"),
    ("GET", "/apps/{app}/releases/{release}/config-vars", get_release_config_vars, "read-protected"),
    ("POST", "/apps/{app}/releases", create_release, "write"),
]
