"""Pipelines, their owners, transfers and stacks."""

from __future__ import annotations

import re
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.apps import hand_over
from infra.localcloud.heroku.fields import IDENTITY, OBJECT, STRING, body_of, identity, invalid, parameters
from infra.localcloud.heroku.lookup import account_named, may_see_pipeline, not_found, pipeline_for, team_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.stacks import DEFAULT_STACK, generation_named, stack_ref

Body = dict[str, Any]
KIND = "heroku.pipeline"
_NAME = re.compile(r"[a-z][a-z0-9-]{2,29}")


def _checked_name(call: Call, name: str, owner_id: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid(
            "Name must start with a letter, be 3 to 30 characters long, and can only contain lowercase letters, "
            "digits, and dashes."
        )
    if any(body["owner"]["id"] == owner_id for body in call.store.find(KIND, name=name)):
        raise invalid(f"Name {name} is already taken")
    return name


def _owner(call: Call, wanted: Body | None) -> Body:
    """The owner a body names, checked; the caller when it names none."""
    if wanted is None:
        return {"id": call.account["id"], "type": "user"}
    owner = parameters(wanted, {"id": STRING, "type": STRING}, required=("id", "type"), where="#/owner")
    if owner["type"] == "team":
        return {"id": team_for(call, owner["id"])["id"], "type": "team"}
    account = account_named(call.store, owner["id"])
    if owner["type"] != "user" or account is None:
        raise not_found("owner", "Couldn't find that owner: its type is user or team, and its id must be known.")
    return {"id": account["id"], "type": "user"}


def create_pipeline(call: Call) -> Answer:
    """POST /pipelines."""
    wanted = body_of(call, {"name": STRING, "owner": OBJECT, "generation": IDENTITY}, required=("name",))
    owner = _owner(call, wanted.get("owner"))
    pipeline: Body = {
        "id": new_id(),
        "name": _checked_name(call, wanted.get("name", ""), owner["id"]),
        "owner": owner,
        "generation": generation_named(identity(wanted.get("generation", "cedar"))),
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
    }
    call.store.put(KIND, pipeline["id"], pipeline)
    return found(pipeline, 201)


def list_pipelines(call: Call) -> Answer:
    """GET /pipelines; Heroku's command line asks for those of one name with ``?eq[name]=…``."""
    name = call.query.get("eq[name]")
    known = call.store.find(KIND) if name is None else call.store.find(KIND, name=name)
    pipelines = [body for body in known if may_see_pipeline(call.store, call.account, body)]
    return paged(call, pipelines, ("id", "name"))


def get_pipeline(call: Call) -> Answer:
    """GET /pipelines/{pipeline}, by id or name."""
    return found(pipeline_for(call))


def update_pipeline(call: Call) -> Answer:
    """PATCH /pipelines/{pipeline}: its name."""
    wanted = body_of(call, {"name": STRING})
    pipeline = pipeline_for(call)
    name = str(wanted.get("name", pipeline["name"]))
    if name == pipeline["name"]:
        return found(pipeline)
    after = {**pipeline, "name": _checked_name(call, name, pipeline["owner"]["id"]), "updated_at": stamp(call.now)}
    call.store.put(KIND, after["id"], after)
    return found(after)


def delete_pipeline(call: Call) -> Answer:
    """DELETE /pipelines/{pipeline}, with its couplings, config vars and review app settings; the apps stay."""
    pipeline = pipeline_for(call)
    for coupling in call.store.find("heroku.coupling", _pipeline_id=pipeline["id"]):
        call.store.delete("heroku.coupling", coupling["id"])
    call.store.delete_under(pipeline["id"])
    call.store.delete(KIND, pipeline["id"])
    return found(pipeline)


def transfer_pipeline(call: Call) -> Answer:
    """POST /pipeline-transfers: another owner, for the pipeline and for its apps that the previous one owned."""
    wanted = body_of(call, {"pipeline": IDENTITY, "new_owner": OBJECT}, required=("pipeline", "new_owner"))
    pipeline = pipeline_for(call, identity(wanted["pipeline"]))
    owner = _owner(call, wanted["new_owner"])
    call.store.put(KIND, pipeline["id"], {**pipeline, "owner": owner, "updated_at": stamp(call.now)})
    for coupling in call.store.find("heroku.coupling", _pipeline_id=pipeline["id"]):
        app = call.store.get("heroku.app", coupling["app"]["id"])
        if app is not None and app["owner"]["id"] == pipeline["owner"]["id"]:
            hand_over(call, app, owner["id"])
    body = {"pipeline": {"id": pipeline["id"]}, "previous_owner": pipeline["owner"], "new_owner": owner}
    return Answer(201, body)


def get_stack(call: Call) -> Answer:
    """GET /pipelines/{pipeline}/pipeline-stack: what its production app is built on."""
    pipeline = pipeline_for(call)
    for coupling in call.store.find("heroku.coupling", _pipeline_id=pipeline["id"], stage="production"):
        app = call.store.get("heroku.app", coupling["app"]["id"])
        if app is not None:
            return Answer(200, {"stack": app["build_stack"]})
    return Answer(200, {"stack": stack_ref(DEFAULT_STACK)})


ROUTES: list[Route] = [
    ("POST", "/pipelines", create_pipeline, "write"),
    ("GET", "/pipelines", list_pipelines, "read"),
    ("GET", "/pipelines/{pipeline}", get_pipeline, "read"),
    ("PATCH", "/pipelines/{pipeline}", update_pipeline, "write"),
    ("DELETE", "/pipelines/{pipeline}", delete_pipeline, "write"),
    ("POST", "/pipeline-transfers", transfer_pipeline, "write"),
    ("GET", "/pipelines/{pipeline}/pipeline-stack", get_stack, "read"),
]
