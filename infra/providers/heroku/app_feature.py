"""heroku:app/feature:Feature: a switch of an app, such as preboot."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import of_apps
from infra.providers.heroku.lost import first_with
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import boolean, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "name": string("The feature's name: preboot, http-session-affinity, ….", required=True, replace=True),
    "enabled": boolean("Whether it is on.", default=True),
}


def _path(app: str, feature: str) -> str:
    return at("apps", app, "features", feature)


def _outputs(app_id: str, feature: dict[str, Any]) -> Values:
    return {"app_id": app_id, "name": feature["name"], "enabled": feature["enabled"]}


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    feature = await heroku.patch(_path(new["app_id"], new["name"]), {"enabled": new.get("enabled", True)})
    return Made(f"{new['app_id']}:{feature['id']}", _outputs(new["app_id"], feature))


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    app, feature_id = split_id(id, "app:feature")
    try:
        app = await app_id_of(heroku, old.get("app_id", app))
        rows = await heroku.snapshot.list(at("apps", app, "features"))
    except NotFound:
        return None
    feature = first_with(rows, id=feature_id) or first_with(rows, name=feature_id)
    return Live(f"{app}:{feature['id']}", _outputs(app, feature)) if feature else None


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    wanted = {"enabled": new.get("enabled", True)}
    if wanted["enabled"] == old.get("enabled"):
        return dict(old.outputs)
    path = _path(new["app_id"], new["name"])
    return _outputs(new["app_id"], await write_unmoved(heroku, path, wanted, now=dict, old=old.outputs, new=wanted))


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    if not old.get("enabled", True):
        return
    try:
        await heroku.patch(_path(old["app_id"], old["name"]), {"enabled": False})
    except NotFound:
        return


RESOURCE: Resource[Heroku] = Resource(
    "heroku:app/feature:Feature",
    help="A switch of an app; deleting it switches it off.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=of_apps("features", lambda feature: (feature["name"], feature["name"]) if feature["enabled"] else None),
    import_id="`app:feature`",
)
