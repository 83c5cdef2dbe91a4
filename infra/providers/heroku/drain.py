"""heroku:drain/drain:Drain: where an app's logs go."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound, Rejected
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import Row, of_apps
from infra.providers.heroku.lost import first_with, made_once
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Failures, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:drain/drain:Drain"  # noqa: S105 - a type's name
FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "url": string("Where the logs go; such addresses carry credentials.", secret=True, replace=True),
    "sensitive_url": string("The same, as the published provider tells them apart.", secret=True, replace=True),
    "token": string("What marks the app's lines.", computed=True),
}
NOT_YET = "log channel"


def _check(new: Values) -> Failures:
    if ("url" in new) == ("sensitive_url" in new):
        return [("url", "give exactly one of `url` and `sensitiveUrl`")]
    return []


def _url(values: Values) -> str:
    return str(values.get("url") or values.get("sensitive_url") or "")


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    path = at("apps", new["app_id"], "log-drains")

    async def post() -> Any:
        try:
            return await context.wait(attempt, what="the app's log channel", first=1.0, limit=120.0)
        except Conflict as conflict:
            there = await find()
            hint = import_hint(TOKEN, f"{new['app_id']}:{there['id']}:sensitive") if there else conflict.todo
            raise taken(conflict, hint) from conflict

    async def attempt() -> Any | None:
        try:
            return await heroku.post(path, {"url": _url(new)})
        except Rejected as early:
            if NOT_YET in early.what:
                return None
            raise

    async def find() -> Any | None:
        return first_with(await heroku.list(path), url=_url(new))

    drain = await made_once(context, post, find, what="the log drain")
    return Made(drain["id"], {**new, "token": drain["token"]})


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    sensitive = "sensitive_url" in old.inputs
    try:
        if old.imported:
            app, id = split_id(id, "app:id or app:id:sensitive")
            sensitive = id.endswith(":sensitive")
            id = id.removesuffix(":sensitive")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        rows = await heroku.snapshot.list(at("apps", app, "log-drains"))
    except NotFound:
        return None
    drain = first_with(rows, id=id)
    if drain is None:
        return None
    name = "sensitive_url" if sensitive else "url"
    return Live(id, {"app_id": app, name: drain["url"], "token": drain["token"]})


async def _delete(heroku: Heroku, id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("apps", old["app_id"], "log-drains", id))


def _listed(drain: Row) -> tuple[str, str] | None:
    # What an add-on made goes with it, and addresses are secrets.
    return None if drain.get("addon") else (drain["id"], drain["token"])


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="Where an app's logs go. Its address is always a secret.",
    fields=FIELDS,
    create=_create,
    read=_read,
    delete=_delete,
    check=_check,
    # Heroku refuses a second drain to the same address, which `url` and `sensitive_url` may both be.
    natural_key=("app_id",),
    list=of_apps("log-drains", _listed),
    import_id="`app:id`, or `app:id:sensitive` for `sensitive_url`",
)
