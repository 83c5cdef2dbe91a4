"""heroku:team/collaborator:Collaborator: a team member's permissions on an app."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound
from infra.providers.heroku.collaborator import listed, same_email, with_email
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import TEAMS_APPS, inside
from infra.providers.heroku.lost import made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:team/collaborator:Collaborator"  # noqa: S105 - a type's name
PERMISSIONS = ("view", "deploy", "operate", "manage")


def _implied(permissions: list[str]) -> list[str]:
    # Whoever may do anything may also view; Heroku says so even when it was not asked for.
    return sorted({*permissions, "view"})


def _same_permissions(actual: list[str], wanted: list[str]) -> bool:
    return _implied(actual) == _implied(wanted)


def _wrong_permissions(permissions: list[Any]) -> str:
    bad = sorted(str(one) for one in permissions if isinstance(one, str) and one not in PERMISSIONS)
    return f"knows only {', '.join(PERMISSIONS)}, not {', '.join(bad)}" if bad else ""


FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "email": string("The e-mail address of the account.", required=True, replace=True, same=same_email),
    "permissions": list_of(
        TEXT, "view, deploy, operate, manage.", required=True, same=_same_permissions, wrong=_wrong_permissions
    ),
}


def _names(collaborator: dict[str, Any]) -> list[str]:
    return [permission["name"] for permission in collaborator["permissions"]]


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    path = at("teams", "apps", new["app_id"], "collaborators")

    async def post() -> Any:
        try:
            body = {"user": new["email"], "permissions": new["permissions"], "silent": True}
            return await heroku.post(path, body)
        except Conflict as conflict:
            raise taken(conflict, import_hint(TOKEN, f"{new['app_id']}:{new['email']}")) from conflict

    async def find() -> Any | None:
        return with_email(await heroku.list(path), new["email"])

    collaborator = await made_once(context, post, find, what=f"the collaborator {new['email']}")
    return Made(collaborator["id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, email = split_id(id, "app:email")
            app = await app_id_of(heroku, app)
        else:
            app, email = old["app_id"], old["email"]
        found = with_email(await heroku.snapshot.list(at("teams", "apps", app, "collaborators")), email)
    except NotFound:
        return None
    if found is None:
        return None
    return Live(found["id"], {"app_id": app, "email": found["user"]["email"], "permissions": _names(found)})


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    await write_unmoved(
        heroku,
        at("teams", "apps", new["app_id"], "collaborators", new["email"]),
        {"permissions": new["permissions"]},
        now=lambda live: {"permissions": _implied(_names(live))},
        old={"permissions": _implied(old.get("permissions", []))},
        new={"permissions": _implied(new["permissions"])},
    )
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("teams", "apps", old["app_id"], "collaborators", old["email"]))


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="A team member's permissions on an app; they change in place.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=inside(TEAMS_APPS, lambda app: at("teams", "apps", app, "collaborators"), listed),
    import_id="`app:email`",
)
