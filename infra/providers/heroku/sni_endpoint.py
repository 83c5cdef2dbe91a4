"""heroku:ssl/ssl:Ssl: a certificate with its key, for the domains that use it."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound, Rejected
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import of_apps
from infra.providers.heroku.lost import first_with, is_recent, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values


def _same_chain(actual: str, wanted: str) -> bool:
    return actual.split() == wanted.split()


FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "certificate_chain": string("The certificates in PEM form.", required=True, same=_same_chain),
    "private_key": string("The private key in PEM form.", secret=True, write_only=True, same=_same_chain),
    "name": string("The name that Heroku gave it.", computed=True),
}


def _body(new: Values) -> Values:
    if "private_key" not in new:
        raise Rejected(
            "a certificate cannot be set without its private key",
            todo="Declare `private_key` (as a secret).",
        )
    return {"certificate_chain": new["certificate_chain"], "private_key": new["private_key"]}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    path = at("apps", new["app_id"], "sni-endpoints")

    async def post() -> Any:
        return await heroku.post(path, _body(new))

    async def find() -> Any | None:
        rows = await heroku.list(path)
        chain = new["certificate_chain"]
        return next((r for r in rows if is_recent(r, context) and _same_chain(r["certificate_chain"], chain)), None)

    endpoint = await made_once(context, post, find, what="the certificate's endpoint")
    return Made(endpoint["id"], {**new, "name": endpoint["name"]})


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, id = split_id(id, "app:id")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        rows = await heroku.snapshot.list(at("apps", app, "sni-endpoints"))
    except NotFound:
        return None
    found = first_with(rows, id=id) or first_with(rows, name=id)
    if found is None:
        return None
    chain = found["certificate_chain"]
    known = old.get("certificate_chain")
    outputs = {
        "app_id": app,
        "certificate_chain": known if known and _same_chain(chain, known) else chain,
        "name": found["name"],
    }
    return Live(found["id"], outputs)


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    endpoint = await write_unmoved(
        heroku,
        at("apps", new["app_id"], "sni-endpoints", id),
        _body(new),
        now=_comparable,
        old=_comparable(old.outputs),
        new=_comparable(new),
        unseen=True,
    )
    return {**new, "name": endpoint.get("name") or old.get("name")}


def _comparable(values: Values) -> Values:
    return {"certificate_chain": values.get("certificate_chain", "").split()}


async def _delete(heroku: Heroku, id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("apps", old["app_id"], "sni-endpoints", id))


RESOURCE: Resource[Heroku] = Resource(
    "heroku:ssl/ssl:Ssl",
    help="A certificate with its key. It is renewed in place. The key is never answered by Heroku.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=of_apps("sni-endpoints", lambda endpoint: (endpoint["id"], endpoint["name"])),
    import_id="`app:id`",
)
