"""The options an add-on was created with."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.attached import ADDON
from infra.localcloud.heroku.attachments import (
    addon_named,
)
from infra.localcloud.heroku.fields import (
    LIST,
    STRING,
    body_of,
    parameters,
)
from infra.localcloud.heroku.naming import stamp

Body = dict[str, Any]


def get_config(call: Call) -> Answer:
    """GET /addons/{addon}/config."""
    return Answer(200, _config_body(addon_named(call, call.params["addon"])))


def update_config(call: Call) -> Answer:
    """PATCH /addons/{addon}/config: a list of names and values; null removes."""
    wanted = body_of(call, {"config": LIST})
    addon = addon_named(call, call.params["addon"])
    config = dict(addon["_config"])
    for place, item in enumerate(wanted.get("config", [])):
        entry = parameters(item, {"name": STRING, "value": STRING}, required=("name",), where=f"#/config/{place}")
        if "value" in entry:
            config[entry["name"]] = entry["value"]
        else:
            config.pop(entry["name"], None)
    call.store.replace(ADDON, addon["id"], {**addon, "_config": config, "updated_at": stamp(call.now)})
    return Answer(200, _config_body({**addon, "_config": config}))


def _config_body(addon: Body) -> list[Body]:
    return [{"name": name, "value": value} for name, value in addon["_config"].items()]


ROUTES: list[Route] = [
    ("GET", "/addons/{addon}/config", get_config, "read-protected"),
    ("PATCH", "/addons/{addon}/config", update_config, "write-protected"),
]
