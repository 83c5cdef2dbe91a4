"""Slugs: an app's compiled code, and the bytes they are uploaded as."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from infra.localcloud.blobs import blob_url
from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.artifacts import SLUG as KIND
from infra.localcloud.heroku.artifacts import belongs
from infra.localcloud.heroku.fields import IDENTITY, OBJECT, STRING, body_of, identity, invalid
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.stacks import stack_named
from infra.localcloud.store import Store

Body = dict[str, Any]
_TYPE = re.compile(r"[-\w]{1,128}")


def add_slug(store: Store, now: datetime, app: Body, processes: dict[str, str], **more: Any) -> Body:
    """Keep a slug of an app; ``more`` holds checksum, commit, size and the like."""
    slug = {
        "id": new_id(),
        "buildpack_provided_description": None,
        "checksum": None,
        "commit": None,
        "commit_description": None,
        "process_types": processes,
        "size": None,
        "stack": app["build_stack"],
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "_app_id": app["id"],
        **more,
    }
    # No parent: a promoted slug outlives the app it was built for.
    store.put(KIND, slug["id"], slug)
    return slug


def _shown(call: Call, slug: Body, method: str) -> Body:
    url = blob_url(call.store, call.base_url, f"slug-{slug['id']}")
    return {**slug, "blob": {"method": method, "url": url}}


def create_slug(call: Call) -> Answer:
    """POST /apps/{app}/slugs: answers where to put the archive."""
    texts = ("buildpack_provided_description", "checksum", "commit", "commit_description")
    allowed = {"process_types": OBJECT, "stack": IDENTITY, **dict.fromkeys(texts, STRING)}
    wanted = body_of(call, allowed, required=("process_types",))
    app = app_for(call)
    if app["generation"]["name"] == "fir":
        raise invalid(f"The app {app['name']} is of the Fir generation, which runs OCI images, not slugs.")
    for name, command in wanted["process_types"].items():
        if not _TYPE.fullmatch(name) or not isinstance(command, str):
            raise invalid(f"The process type {name} must have a name of letters, digits, - and _, and a command.")
    more = {name: wanted[name] for name in texts if name in wanted}
    if "stack" in wanted:
        more["stack"] = stack_named(identity(wanted["stack"]))
    return found(_shown(call, add_slug(call.store, call.now, app, wanted["process_types"], **more), "put"), 201)


def get_slug(call: Call) -> Answer:
    """GET /apps/{app}/slugs/{slug}: also one that was promoted to the app."""
    app, slug = app_for(call), call.store.get(KIND, call.params["slug"])
    if slug is None or not belongs(call.store, app, slug):
        raise not_found("slug")
    return found(_shown(call, slug, "get"))


ROUTES: list[Route] = [
    ("POST", "/apps/{app}/slugs", create_slug, "write"),
    ("GET", "/apps/{app}/slugs/{slug}", get_slug, "read"),
]
