"""heroku:space/appAccess:AppAccess: what a team's member may do in a Private Space."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.collaborator import same_email
from infra.providers.heroku.imports import split_id
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, same_members, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

FIELDS = {
    "space": string("The space's id or name.", required=True, replace=True),
    "email": string("The e-mail address of a member of its team.", required=True, replace=True, same=same_email),
    "permissions": list_of(TEXT, "create_apps, or nothing.", required=True, same=same_members),
}


async def _set(heroku: Heroku, new: Values, permissions: list[str]) -> dict[str, Any]:
    path = at("spaces", new["space"], "members", new["email"])
    answer: dict[str, Any] = await heroku.patch(path, {"permissions": [{"name": name} for name in permissions]})
    return answer


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    access = await _set(heroku, new, new["permissions"])
    return Made(access["user"]["id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    space, email = split_id(id, "space:email") if old.imported else (old["space"], old["email"])
    try:
        access = await heroku.get(at("spaces", space, "members", email))
    except NotFound:
        return None
    declared = old.inputs.get("space")
    named = (access["space"]["id"], access["space"]["name"])
    return Live(
        access["user"]["id"],
        {
            "space": declared if declared in named else access["space"]["id"],
            "email": access["user"]["email"],
            "permissions": [permission["name"] for permission in access["permissions"]],
        },
    )


async def _update(heroku: Heroku, _id: str, _old: Old, new: Values, _context: Context) -> Values:
    await _set(heroku, new, new["permissions"])
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    """Members of the team stay members of the space; they keep no permission."""
    try:
        await _set(heroku, {"space": old["space"], "email": old["email"]}, [])
    except NotFound:
        return


RESOURCE: Resource[Heroku] = Resource(
    "heroku:space/appAccess:AppAccess",
    help="What a team's member may do in a Private Space; deleting it takes the permissions away.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    import_id="`space:email`",
)
