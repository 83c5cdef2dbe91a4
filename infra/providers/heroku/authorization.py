"""heroku:account/authorization:Authorization: a token of the account, with a scope and an expiry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.apis.rest import AnswerLost
from infra.errors import NotFound
from infra.model.times import read_time
from infra.providers.heroku.lost import is_recent
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, integer, list_of, map_of, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

SCOPES = ("global", "identity", "read", "write", "read-protected", "write-protected")
PATH = "/oauth/authorizations"


def _wrong_scopes(scopes: list[Any]) -> str:
    bad = sorted(str(one) for one in scopes if isinstance(one, str) and one not in SCOPES)
    if bad:
        return f"knows only {', '.join(SCOPES)}, not {', '.join(bad)}"
    return "" if scopes else "must name at least one scope"


FIELDS = {
    # Heroku changes it only together with an OAuth client, which a token of one's own has not.
    "description": string("What it is for, as Heroku lists it.", required=True, replace=True),
    "scopes": list_of(
        TEXT,
        f"What the token may do: {', '.join(SCOPES)}.",
        required=True,
        replace=True,
        same=lambda actual, wanted: sorted(actual) == sorted(wanted),
        wrong=_wrong_scopes,
    ),
    "expires_in": integer(
        "For how many seconds it is good; for ever if not given.",
        replace=True,
        wrong=lambda seconds: "" if seconds > 0 else "must be positive",
    ),
    "triggers": map_of(TEXT, "Whatever shall lead to a new token when it changes.", replace=True),
    "token": string("The token. Heroku tells it once.", computed=True, secret=True),
    "expires_at": string("Until when it is good.", computed=True),
}


def _outputs(new: Values, authorization: dict[str, Any]) -> Values:
    outputs = {**new, "token": authorization["access_token"]["token"]}
    if new.get("expires_in"):
        outputs["expires_at"] = _expiry(authorization, new["expires_in"]).isoformat()
    return outputs


def _expiry(authorization: dict[str, Any], seconds: int) -> datetime:
    made = read_time(authorization.get("created_at")) or datetime.now(UTC)
    return made + timedelta(seconds=seconds)


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    body = {"description": new["description"], "scope": new["scopes"]}
    if "expires_in" in new:
        body["expires_in"] = new["expires_in"]
    if context.resumes is not None:
        await _revoke_unheard(heroku, new, context)
    try:
        authorization = await heroku.post(PATH, body)
    except AnswerLost:
        # A token that nobody was told is no use to anybody.
        await _revoke_unheard(heroku, new, context)
        authorization = await heroku.post(PATH, body)
    return Made(authorization["id"], _outputs(new, authorization))


async def _revoke_unheard(heroku: Heroku, new: Values, context: Context) -> None:
    for one in await heroku.list(PATH):
        same = one["description"] == new["description"] and sorted(one["scope"]) == sorted(new["scopes"])
        if same and is_recent(one, context):
            await heroku.delete(at("oauth", "authorizations", one["id"]))
            context.warn(f"Heroku's answer was lost; authorization {one['id']}, whose token nobody heard, is revoked")


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        found = await heroku.get(at("oauth", "authorizations", id))
    except NotFound:
        return None
    expires = read_time(old.get("expires_at"))
    if expires and expires <= datetime.now(UTC):
        return None
    outputs = {
        "description": found["description"],
        "scopes": found["scope"],
        "expires_in": old.get("expires_in"),
        "expires_at": old.get("expires_at"),
        "triggers": old.get("triggers"),
        # Heroku masks it from the second time on.
        "token": old.get("token"),
    }
    return Live(id, {name: value for name, value in outputs.items() if value is not None})


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(at("oauth", "authorizations", id))


async def _list(heroku: Heroku, _query: Values) -> Listing:
    return [(one["id"], one["description"] or one["id"]) for one in await heroku.list(PATH)]


RESOURCE: Resource[Heroku] = Resource(
    "heroku:account/authorization:Authorization",
    help="A token of the account. Once it has expired, a refresh says that it is gone, and `up` makes another.",
    fields=FIELDS,
    create=_create,
    read=_read,
    delete=_delete,
    list=Lister(_list),
    import_id="the authorization's id (its token stays unknown)",
)
