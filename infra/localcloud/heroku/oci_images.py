"""OCI images: the code of apps of the Fir generation."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.artifacts import IMAGE, belongs
from infra.localcloud.heroku.fields import (
    BOOLEAN,
    IDENTITY,
    LIST,
    OBJECT,
    STRING,
    body_of,
    identity,
    invalid,
    parameters,
)
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.stacks import stack_named
from infra.localcloud.store import Store

Body = dict[str, Any]
_TYPE = re.compile(r"[-\w]{1,128}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TEXTS = ("architecture", "base_image_name", "base_top_layer", "commit", "commit_description", "image_repo", "digest")


def add_image(store: Store, now: datetime, app: Body, processes: dict[str, Body], **more: Any) -> Body:
    """Keep an OCI image of an app; ``processes`` are process types as Heroku answers them."""
    image = {
        "id": new_id(),
        "architecture": "amd64",
        "base_image_name": "heroku/heroku:24",
        "base_top_layer": "",
        "buildpacks": [],
        "commit": "",
        "commit_description": "",
        "digest": "",
        "image_repo": f"registry.localcloud.invalid/{app['id']}",
        "process_types": processes,
        "stack": app["build_stack"],
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "_app_id": app["id"],
        **more,
    }
    # No parent: a promoted image outlives the app it was built for.
    store.put(IMAGE, image["id"], image)
    return image


def process_type(name: str, command: str, **more: Any) -> Body:
    """A process type of an image as Heroku answers it."""
    body = {"name": name, "display_cmd": command, "command": command, "working_dir": "/workspace"}
    return {**body, "default": name == "web", **more}


def create_image(call: Call) -> Answer:
    """POST /apps/{app}/oci-images: registers an image that lies in a registry."""
    allowed = {"stack": IDENTITY, "process_types": OBJECT, "buildpacks": LIST, **dict.fromkeys(_TEXTS, STRING)}
    wanted = body_of(call, allowed)
    app = app_for(call)
    if app["generation"]["name"] != "fir":
        raise invalid(f"OCI images belong to apps of the Fir generation; {app['name']} is of the Cedar generation.")
    more = {name: wanted[name] for name in _TEXTS if name in wanted}
    if "digest" in more and not _DIGEST.fullmatch(more["digest"]):
        raise invalid("Digest must be sha256: followed by 64 hexadecimal digits.")
    if "stack" in wanted and stack_named(identity(wanted["stack"]))["name"] != "cnb":
        raise invalid("An OCI image is on the stack cnb.")
    more["buildpacks"] = [_buildpack(item, place) for place, item in enumerate(wanted.get("buildpacks", []))]
    processes = {name: _process(name, told) for name, told in wanted.get("process_types", {}).items()}
    return found(add_image(call.store, call.now, app, processes, **more), 201)


def _buildpack(item: Any, place: int) -> Body:
    texts = dict.fromkeys(("id", "version", "homepage"), STRING)
    return {**dict.fromkeys(texts, ""), **parameters(item, texts, where=f"#/buildpacks/{place}")}


def _process(name: str, told: Any) -> Body:
    if not _TYPE.fullmatch(name):
        raise invalid(f"The process type {name} must have a name of letters, digits, - and _.")
    texts = dict.fromkeys(("name", "display_cmd", "command", "working_dir"), STRING)
    given = parameters(told, {**texts, "default": BOOLEAN}, required=("command",), where=f"#/process_types/{name}")
    return process_type(name, **given) if "name" not in given else process_type(**given)


def get_image(call: Call) -> Answer:
    """GET /apps/{app}/oci-images/{image}, by id or digest: a list, as Heroku's schema has it."""
    app, wanted = app_for(call), call.params["image"]
    image = call.store.get(IMAGE, wanted) or next(iter(call.store.find(IMAGE, digest=wanted)), None)
    if image is None or not belongs(call.store, app, image):
        raise not_found("oci_image", "Couldn't find that OCI image.")
    return Answer(200, [found(image).body])


ROUTES: list[Route] = [
    ("POST", "/apps/{app}/oci-images", create_image, "write"),
    ("GET", "/apps/{app}/oci-images/{image}", get_image, "read"),
]
