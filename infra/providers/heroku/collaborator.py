"""heroku:collaborator/collaborator:Collaborator: somebody who may work on an app."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import Row, of_apps
from infra.providers.heroku.lost import made_once
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:collaborator/collaborator:Collaborator"  # noqa: S105 - a type's name


def same_email(actual: str, wanted: str) -> bool:
    """Whether two spellings are the same address."""
    return actual.casefold() == wanted.casefold()


def with_email(rows: list[dict[str, Any]], email: str) -> dict[str, Any] | None:
    """The collaborator of that address, or of that id."""
    return next((row for row in rows if same_email(row["user"]["email"], email) or row["id"] == email), None)


FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "email": string("The e-mail address of the account.", required=True, replace=True, same=same_email),
}


async def invite(heroku: Heroku, path: str, token: str, new: Values, context: Context) -> Made:
    """Somebody is let in, without a letter: the list at ``path`` is of an app, or of a team's app with permissions."""
    body = {"user": new["email"], "silent": True} | {key: new[key] for key in ("permissions",) if key in new}

    async def post() -> Any:
        try:
            return await heroku.post(path, body)
        except Conflict as conflict:
            raise taken(conflict, import_hint(token, f"{new['app_id']}:{new['email']}")) from conflict

    async def find() -> Any | None:
        return with_email(await heroku.list(path), new["email"])

    collaborator = await made_once(context, post, find, what=f"the collaborator {new['email']}")
    return Made(collaborator["id"], new)


async def let_in(heroku: Heroku, id: str, old: Old, *place: str) -> tuple[str, Row] | None:
    """The app's id and who was let in, from the list of its collaborators at ``place``; None when there is none."""
    try:
        if old.imported:
            app, email = split_id(id, "app:email")
            app = await app_id_of(heroku, app)
        else:
            app, email = old["app_id"], old["email"]
        found = with_email(await heroku.snapshot.list(at(*place, app, "collaborators")), email)
    except NotFound:
        return None
    return (app, found) if found else None


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    return await invite(heroku, at("apps", new["app_id"], "collaborators"), TOKEN, new, context)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    found = await let_in(heroku, id, old, "apps")
    if found is None:
        return None
    app, row = found
    return Live(row["id"], {"app_id": app, "email": row["user"]["email"]})


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("apps", old["app_id"], "collaborators", old["email"]))


def listed(collaborator: Row) -> tuple[str, str] | None:
    """A collaborator for a list; nobody adds the owner."""
    email = collaborator["user"]["email"]
    return None if collaborator["role"] == "owner" else (email, email)


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="Somebody who may work on an app.",
    fields=FIELDS,
    create=_create,
    read=_read,
    delete=_delete,
    list=of_apps("collaborators", listed),
    import_id="`app:email`",
)
