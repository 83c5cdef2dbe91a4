"""Config vars of a pipeline's review and test apps."""

from __future__ import annotations

import re

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.config_vars import checked_changes
from infra.localcloud.heroku.fields import invalid
from infra.localcloud.heroku.lookup import pipeline_for
from infra.localcloud.heroku.pipeline_couplings import STAGES

KIND = "heroku.pipeline_config_vars"
_HERE = ("review", "test")
_NAME = re.compile(r"[\w.:\[\]]+", re.ASCII)


def _place(call: Call) -> tuple[str, str]:
    """The document's key and parent."""
    stage = call.params["stage"]
    if stage not in STAGES:
        raise invalid(f"Stage must be one of {', '.join(STAGES)}.")
    if stage not in _HERE:
        raise invalid(f"Pipeline config vars exist for the stages {' and '.join(_HERE)} only.")
    pipeline = pipeline_for(call)
    return f"{pipeline['id']}:{stage}", pipeline["id"]


def get_pipeline_config_vars(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/stage/{stage}/config-vars."""
    return Answer(200, (call.store.get(KIND, _place(call)[0]) or {}).get("values", {}))


def update_pipeline_config_vars(call: Call) -> Answer:
    """PATCH /pipelines/{pipeline}/stage/{stage}/config-vars: null removes; answers the whole map."""
    key, parent = _place(call)
    before = (call.store.get(KIND, key) or {}).get("values", {})
    values = {
        name: value for name, value in {**before, **checked_changes(call.body, _NAME)}.items() if value is not None
    }
    call.store.put(KIND, key, {"stage": call.params["stage"], "values": values}, parent=parent)
    return Answer(200, values)


ROUTES: list[Route] = [
    ("GET", "/pipelines/{pipeline}/stage/{stage}/config-vars", get_pipeline_config_vars, "read-protected"),
    ("PATCH", "/pipelines/{pipeline}/stage/{stage}/config-vars", update_pipeline_config_vars, "write-protected"),
]
