"""heroku:pipeline/pipeline:Pipeline: a pipeline, its name and its owner."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.lost import named_once
from infra.providers.heroku.unmoved import refuse_moved, write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import object_of, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:pipeline/pipeline:Pipeline"  # noqa: S105 - a type's name
OWNER = {
    "id": string("The id of the team or account.", required=True),
    "type": string("team or user.", required=True, choices=("team", "user")),
}
FIELDS = {
    "name": string("Its name.", autoname=30, keep=True),
    "owner": object_of(
        "heroku:pipeline/PipelineOwner:PipelineOwner", OWNER, "Who owns it; the account itself if not given.", keep=True
    ),
}


def _outputs(pipeline: dict[str, Any]) -> Values:
    owner = pipeline.get("owner") or {}
    outputs: Values = {"name": pipeline["name"]}
    if owner.get("id"):
        outputs["owner"] = {"id": owner["id"], "type": owner["type"]}
    return outputs


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    body: Values = {key: new[key] for key in ("name", "owner") if key in new}

    pipeline = await named_once(heroku, context, "pipelines", body, TOKEN)
    return Made(pipeline["id"], _outputs(pipeline))


async def _read(heroku: Heroku, id: str, _old: Old) -> Live | None:
    try:
        pipeline = await heroku.snapshot.get(at("pipelines", id))
    except NotFound:
        return None
    return Live(pipeline["id"], _outputs(pipeline))


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    outputs = dict(old.outputs)
    path, seen = at("pipelines", id), None
    if new["name"] != outputs.get("name"):
        names = {"name": new["name"]}
        seen = _outputs(await write_unmoved(heroku, path, names, now=_outputs, old=outputs, new=names))
        outputs["name"] = seen["name"]
        context.born(id, outputs)
    owner = new.get("owner")
    if owner is not None and owner != outputs.get("owner"):
        # A transfer is no write to the pipeline: there is no ETag to send.
        refuse_moved(path, seen or _outputs(await heroku.get(path)), old.outputs, {"owner": owner})
        await heroku.post("/pipeline-transfers", {"pipeline": {"id": id}, "new_owner": owner}, repeatable=True)
        outputs["owner"] = owner
    return outputs


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(at("pipelines", id))


async def _list(heroku: Heroku, _query: Values) -> Listing:
    return [(one["id"], one["name"]) for one in await heroku.list("/pipelines")]


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="A pipeline: the stages that a service's apps are promoted through.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=Lister(_list),
    import_id="the pipeline's name or id",
)
