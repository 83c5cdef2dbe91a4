"""Formation: how many dynos of which size each process type has, and the dynos that follow from it."""

from __future__ import annotations

import re
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import (
    IDENTITY,
    LIST,
    QUANTITY,
    STRING,
    bad_request,
    body_of,
    identity,
    invalid,
    parameters,
)
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import fixed_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.processes import (
    KIND,
    LARGEST_QUANTITY,
    SIZES,
    formation_of,
    refuse_mixed,
    size_body,
    size_named,
    sizes_for,
    with_size,
)
from infra.localcloud.heroku.releases import current_release
from infra.localcloud.heroku.webhook_events import record

Body = dict[str, Any]
_CHANGES = {"quantity": QUANTITY, "size": STRING, "dyno_size": IDENTITY}


def _process_for(call: Call, app: Body, name: str) -> Body:
    for process in formation_of(call.store, app["id"]):
        if name in (process["type"], process["id"]):
            return process
    raise not_found("formation", f"Couldn't find that process type ({name}).")


def _changed(call: Call, app: Body, process: Body, changes: Body) -> Body:
    size = changes.get("dyno_size") or changes.get("size")
    after = process if size is None else with_size(process, size_named(app, identity(size)))
    quantity = _quantity(changes.get("quantity", process["quantity"]), process["quantity"])
    if not 0 <= quantity <= LARGEST_QUANTITY:
        raise invalid(f"Quantity must be between 0 and {LARGEST_QUANTITY}.")
    after = {**after, "quantity": quantity}
    return after if after == process else {**after, "updated_at": stamp(call.now)}


def _quantity(wanted: Any, now: int) -> int:
    """Heroku's command line sends texts: ``2``, and ``+1`` for one more."""
    if isinstance(wanted, int):
        return wanted
    if not re.fullmatch(r"[+-]?\d+", str(wanted)):
        raise invalid(f"Quantity must be a number, not {wanted!r}.")
    return int(wanted) + (now if wanted[0] in "+-" else 0)


def _keep(call: Call, app: Body, changed: dict[str, Body]) -> None:
    refuse_mixed(app, (changed.get(process["id"], process) for process in formation_of(call.store, app["id"])))
    for process in changed.values():
        call.store.put(KIND, process["id"], process, parent=app["id"])
        record(call.store, call.now, app["id"], "api:formation", "update", process, call.account)


def list_formation(call: Call) -> Answer:
    """GET /apps/{app}/formation."""
    return paged(call, formation_of(call.store, app_for(call)["id"]), ("id", "type"))


def get_process(call: Call) -> Answer:
    """GET /apps/{app}/formation/{type}."""
    return found(_process_for(call, app_for(call), call.params["formation"]))


def update_process(call: Call) -> Answer:
    """PATCH /apps/{app}/formation/{type}."""
    app = app_for(call)
    process = _process_for(call, app, call.params["formation"])
    after = _changed(call, app, process, body_of(call, _CHANGES))
    _keep(call, app, {after["id"]: after})
    return found(after)


def update_formation(call: Call) -> Answer:
    """PATCH /apps/{app}/formation: several process types at once, all or nothing."""
    app = app_for(call)
    updates = body_of(call, {"updates": LIST}, required=("updates",)).get("updates")
    if updates is None:
        raise bad_request("#/updates: is not an array.")
    changed: dict[str, Body] = {}
    for number, update in enumerate(updates):
        wanted = parameters(update, {**_CHANGES, "type": STRING}, required=("type",), where=f"#/updates/{number}")
        process = _process_for(call, app, wanted["type"])
        changed[process["id"]] = _changed(call, app, changed.get(process["id"], process), wanted)
    _keep(call, app, changed)
    return paged(call, formation_of(call.store, app["id"]), ("id", "type"))


def dynos_of(call: Call, app: Body) -> list[Body]:
    """An app's dynos: made from its formation, since nothing runs here."""
    release = current_release(call.store, app["id"])
    if release is None:
        return []
    started = max(release["created_at"], release["updated_at"])
    return [
        {
            "id": fixed_id(f"dyno/{app['id']}/{release['version']}/{process['type']}.{number}"),
            "name": f"{process['type']}.{number}",
            "type": process["type"],
            "command": process["command"],
            "size": process["size"],
            "state": "up",
            "attach_url": None,
            "release": {"id": release["id"], "version": release["version"]},
            "app": {"id": app["id"], "name": app["name"]},
            "created_at": max(started, process["updated_at"]),
            "updated_at": max(started, process["updated_at"]),
        }
        for process in formation_of(call.store, app["id"])
        for number in range(1, process["quantity"] + 1)
    ]


def list_dynos(call: Call) -> Answer:
    """GET /apps/{app}/dynos: made from the formation; none before the first release with code."""
    return paged(call, dynos_of(call, app_for(call)), ("id", "name"))


def get_dyno(call: Call) -> Answer:
    """GET /apps/{app}/dynos/{dyno}."""
    for dyno in dynos_of(call, app_for(call)):
        if call.params["dyno"] in (dyno["id"], dyno["name"]):
            return found(dyno)
    raise not_found("dyno")


def restart_dynos(call: Call) -> Answer:
    """DELETE /apps/{app}/dynos[/{dyno}] or …/formations/{type}, POST …/actions/stop: nothing runs, so nothing stops."""
    app = app_for(call)
    if call.method == "POST" and "dyno" in call.params:
        get_dyno(call)
    if "formation" in call.params:
        _process_for(call, app, call.params["formation"])
    return Answer(202, {})


def list_sizes(call: Call) -> Answer:
    """GET /dyno-sizes, GET /apps/{app}/available-dyno-sizes."""
    sizes = sizes_for(app_for(call)) if "app" in call.params else list(SIZES)
    return paged(call, [size_body(size) for size in sizes], ("id", "name"))


def get_size(call: Call) -> Answer:
    """GET /dyno-sizes/{size}."""
    for size in SIZES:
        body = size_body(size)
        if call.params["size"].lower() in (body["id"], size.name.lower()):
            return found(body)
    raise not_found("dyno_size")


ROUTES: list[Route] = [
    ("GET", "/apps/{app}/formation", list_formation, "read"),
    ("PATCH", "/apps/{app}/formation", update_formation, "write"),
    ("GET", "/apps/{app}/formation/{formation}", get_process, "read"),
    ("PATCH", "/apps/{app}/formation/{formation}", update_process, "write"),
    ("GET", "/apps/{app}/dynos", list_dynos, "read"),
    ("GET", "/apps/{app}/dynos/{dyno}", get_dyno, "read"),
    ("DELETE", "/apps/{app}/dynos", restart_dynos, "write"),
    ("DELETE", "/apps/{app}/dynos/{dyno}", restart_dynos, "write"),
    ("DELETE", "/apps/{app}/formations/{formation}", restart_dynos, "write"),
    ("POST", "/apps/{app}/dynos/{dyno}/actions/stop", restart_dynos, "write"),
    ("POST", "/apps/{app}/formations/{formation}/actions/stop", restart_dynos, "write"),
    ("GET", "/dyno-sizes", list_sizes, ""),
    ("GET", "/dyno-sizes/{size}", get_size, ""),
    ("GET", "/apps/{app}/available-dyno-sizes", list_sizes, "read"),
]
