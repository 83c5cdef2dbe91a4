"""heroku:pipeline/coupling:Coupling: an app's place in a pipeline."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.lost import first_with, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:pipeline/coupling:Coupling"  # noqa: S105 - a type's name
FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "pipeline": string("The pipeline's id.", required=True, replace=True),
    "stage": string(
        "The stage that the app is.",
        required=True,
        choices=("test", "review", "development", "staging", "production"),
    ),
}


def _outputs(coupling: dict[str, Any]) -> Values:
    return {
        "app_id": coupling["app"]["id"],
        "pipeline": coupling["pipeline"]["id"],
        "stage": coupling["stage"],
    }


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    async def post() -> Any:
        try:
            return await heroku.post(
                "/pipeline-couplings",
                {"app": new["app_id"], "pipeline": new["pipeline"], "stage": new["stage"]},
            )
        except Conflict as conflict:
            raise await _coupled_already(heroku, new, conflict) from conflict

    async def find() -> Any | None:
        found = await heroku.missing_to_none(at("apps", new["app_id"], "pipeline-couplings"))
        return found if found and found["pipeline"]["id"] == new["pipeline"] else None

    coupling = await made_once(context, post, find, what=f"the coupling of app {new['app_id']}")
    outputs = _outputs(coupling)
    if outputs["stage"] != new["stage"]:
        context.born(coupling["id"], outputs)
        outputs = _outputs(await heroku.patch(at("pipeline-couplings", coupling["id"]), {"stage": new["stage"]}))
    return Made(coupling["id"], {**outputs, **new})


async def _coupled_already(heroku: Heroku, new: Values, conflict: Conflict) -> Conflict:
    coupling = await heroku.missing_to_none(at("apps", new["app_id"], "pipeline-couplings"))
    return taken(conflict, import_hint(TOKEN, coupling["id"]) if coupling else conflict.todo)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            coupling = await heroku.get(at("pipeline-couplings", id))
        else:
            # One list serves every coupling of the pipeline.
            rows = await heroku.snapshot.list(at("pipelines", old["pipeline"], "pipeline-couplings"))
            coupling = first_with(rows, id=id)
    except NotFound:
        return None
    return Live(id, _outputs(coupling)) if coupling else None


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    if new["stage"] != old.get("stage"):
        stages = {"stage": new["stage"]}
        path = at("pipeline-couplings", id)
        await write_unmoved(heroku, path, stages, now=_outputs, old=old.outputs, new=stages)
    return {**old.outputs, **new}


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(at("pipeline-couplings", id))


async def _list(heroku: Heroku, query: Values) -> Listing:
    path = at("pipelines", query["pipeline"], "pipeline-couplings") if "pipeline" in query else "/pipeline-couplings"
    # A coupling has no name, but one app: its id is what can be told without asking for each.
    return [(one["id"], one["app"]["id"]) for one in await heroku.list(path)]


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="An app's place in a pipeline. An app is in one pipeline at most.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=Lister(_list, by=("pipeline",)),
    natural_key=("app_id",),
    import_id="the coupling's id",
)
