"""heroku:account/feature:Feature: a switch of the account itself."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound, Rejected
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.lost import first_with
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import boolean, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

FIELDS = {
    "name": string("The feature's name.", required=True, replace=True),
    "enabled": boolean("Whether it is on.", required=True),
    "description": string("What it does.", computed=True),
    "state": string("How mature it is: general, beta, ….", computed=True),
}


def _outputs(feature: dict[str, Any]) -> Values:
    return {name: feature[name] for name in FIELDS if feature[name] is not None}


async def _email(heroku: Heroku) -> str:
    return str((await heroku.snapshot.get("/account"))["email"])


def _path(feature: str) -> str:
    return at("account", "features", feature)


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    outputs = _outputs(await heroku.patch(_path(new["name"]), {"enabled": new["enabled"]}))
    return Made(f"{await _email(heroku)}:{outputs['name']}", outputs)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    email, name = split_id(id, "email:feature")
    if old.imported and email != await _email(heroku):
        raise Rejected(
            f"`{email}` is not the account whose token is used",
            todo=f"Only its own features can be managed: import {await _email(heroku)}:{name}.",
        )
    rows = await heroku.snapshot.list("/account/features")
    feature = first_with(rows, name=old.get("name", name)) or first_with(rows, id=name)
    return Live(f"{email}:{feature['name']}", _outputs(feature)) if feature else None


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    wanted = {"enabled": new["enabled"]}
    if wanted["enabled"] == old.get("enabled"):
        return dict(old.outputs)
    return _outputs(await write_unmoved(heroku, _path(new["name"]), wanted, now=dict, old=old.outputs, new=wanted))


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    if not old.get("enabled", True):
        return
    try:
        await heroku.patch(_path(old["name"]), {"enabled": False})
    except NotFound:
        return


async def _list(heroku: Heroku, _query: Values) -> Listing:
    email = await _email(heroku)
    return [(f"{email}:{one['name']}", one["name"]) for one in await heroku.list("/account/features")]


RESOURCE: Resource[Heroku] = Resource(
    "heroku:account/feature:Feature",
    help="A switch of the account whose token is used; deleting it switches it off.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=Lister(_list),
    import_id="`email:feature`",
)
