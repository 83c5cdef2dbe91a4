"""heroku:space/appAccess:AppAccess: what a team's member may do in a Private Space."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.collaborator import same_email
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.listing import SPACES, Row, inside
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, same_members, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

FIELDS = {
    "space": string("The space's id or name.", required=True, replace=True),
    "email": string("The e-mail address of a member of its team.", required=True, replace=True, same=same_email),
    "permissions": list_of(TEXT, "create_apps, or nothing.", required=True, same=same_members),
}


def _path(space: str, email: str) -> str:
    return at("spaces", space, "members", email)


def _body(permissions: list[str]) -> Values:
    return {"permissions": [{"name": name} for name in permissions]}


def _names(access: dict[str, Any]) -> list[str]:
    return [permission["name"] for permission in access["permissions"]]


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    access = await heroku.patch(_path(new["space"], new["email"]), _body(new["permissions"]))
    return Made(access["user"]["id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    space, email = split_id(id, "space:email") if old.imported else (old["space"], old["email"])
    try:
        access = await heroku.get(_path(space, email))
    except NotFound:
        return None
    declared = old.inputs.get("space")
    named = (access["space"]["id"], access["space"]["name"])
    return Live(
        access["user"]["id"],
        {
            "space": declared if declared in named else access["space"]["id"],
            "email": access["user"]["email"],
            "permissions": _names(access),
        },
    )


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    await write_unmoved(
        heroku,
        _path(new["space"], new["email"]),
        _body(new["permissions"]),
        now=lambda live: {"permissions": sorted(_names(live))},
        old={"permissions": sorted(old.get("permissions", []))},
        new={"permissions": sorted(new["permissions"])},
    )
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    """Members of the team stay members of the space; they keep no permission."""
    try:
        await heroku.patch(_path(old["space"], old["email"]), _body([]))
    except NotFound:
        return


def _listed(access: Row) -> tuple[str, str] | None:
    email = access["user"]["email"]
    return (email, email) if access["permissions"] else None


RESOURCE: Resource[Heroku] = Resource(
    "heroku:space/appAccess:AppAccess",
    help="What a team's member may do in a Private Space; deleting it takes the permissions away.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=inside(SPACES, lambda space: at("spaces", space, "members"), _listed),
    import_id="`space:email`",
)
