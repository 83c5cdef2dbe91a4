"""heroku:team/collaborator:Collaborator: a team member's permissions on an app."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.providers.heroku.collaborator import invite, let_in, listed, same_email
from infra.providers.heroku.listing import TEAMS_APPS, inside
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
    return await invite(heroku, at("teams", "apps", new["app_id"], "collaborators"), TOKEN, new, context)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    found = await let_in(heroku, id, old, "teams", "apps")
    if found is None:
        return None
    app, row = found
    return Live(row["id"], {"app_id": app, "email": row["user"]["email"], "permissions": _names(row)})


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
