"""heroku:team/member:Member: somebody's role in a team."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.collaborator import same_email
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.listing import TEAMS, inside
from infra.providers.heroku.unmoved import refuse_moved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import boolean, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

ROLES = ("admin", "collaborator", "member", "owner", "viewer")
FIELDS = {
    "team": string("The team's name.", required=True, replace=True),
    "email": string("The e-mail address of the account.", required=True, replace=True, same=same_email),
    "role": string("admin, member, viewer, ….", required=True, choices=ROLES),
    "federated": boolean("Whether an identity provider vouches for them.", default=False),
}


async def _put(heroku: Heroku, new: Values) -> None:
    body = {"email": new["email"], "role": new["role"], "federated": new.get("federated", False)}
    await heroku.put(at("teams", new["team"], "members"), body)


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    await _put(heroku, new)
    return Made(f"{new['team']}:{new['email']}", new)


async def _read(heroku: Heroku, id: str, _old: Old) -> Live | None:
    team, email = split_id(id, "team:email")
    try:
        found = await _find(heroku, team, email)
    except NotFound:
        return None
    return Live(id, _outputs(team, found)) if found else None


async def _find(heroku: Heroku, team: str, email: str) -> dict[str, Any] | None:
    rows = await heroku.snapshot.list(at("teams", team, "members"))
    waiting = [] if _with_email(rows, email) else await heroku.snapshot.list(at("teams", team, "invitations"))
    return _with_email(rows, email) or _with_email(waiting, email)


def _outputs(team: str, found: dict[str, Any]) -> Values:
    return {"team": team, "email": _email(found), "role": found["role"], "federated": bool(found.get("federated"))}


def _email(row: dict[str, Any]) -> str:
    # Who has not accepted yet is an invitation, which has no address of its own.
    return str(row.get("email") or row["user"]["email"])


def _with_email(rows: list[dict[str, Any]], email: str) -> dict[str, Any] | None:
    return next((row for row in rows if same_email(_email(row), email)), None)


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    team, email = new["team"], new["email"]
    # A member is written through the team's list, whose ETag says nothing of one member.
    heroku.snapshot.forget(at("teams", team, "members"), older_than=0.2)
    found = await _find(heroku, team, email)
    if found is not None:
        wanted = {"role": new["role"], "federated": new.get("federated", False)}
        refuse_moved(f"member {id}", _outputs(team, found), {"federated": False, **old.outputs}, wanted)
    await _put(heroku, new)
    return new


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    team, email = split_id(id, "team:email")
    if await heroku.delete(at("teams", team, "members", email)):
        return
    for row in await heroku.list(at("teams", team, "invitations")):
        if same_email(_email(row), email):
            await heroku.delete(at("teams", team, "invitations", row["id"]))


RESOURCE: Resource[Heroku] = Resource(
    "heroku:team/member:Member",
    help="Somebody's role in a team; it changes in place.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=inside(TEAMS, lambda team: at("teams", team, "members"), lambda one: (_email(one), _email(one))),
    import_id="`team:email`",
)
