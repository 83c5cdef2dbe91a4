"""heroku:domain/domain:Domain: a host name that an app answers to."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import Row, of_apps
from infra.providers.heroku.lost import first_with, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:domain/domain:Domain"  # noqa: S105 - a type's name


def _same_host(actual: str, wanted: str) -> bool:
    return actual.casefold() == wanted.casefold()


FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "hostname": string("The host name: www.example.com.", required=True, replace=True, same=_same_host),
    "sni_endpoint_id": string("The id of the certificate that it uses."),
    "cname": string("What its DNS record must point to.", computed=True),
}


def _outputs(app_id: str, domain: dict[str, Any]) -> Values:
    outputs = {
        "app_id": app_id,
        "hostname": domain["hostname"],
        # With managed certificates Heroku chooses the endpoint itself, and it is nothing to declare.
        "sni_endpoint_id": None if domain.get("acm_status") else (domain.get("sni_endpoint") or {}).get("id"),
        "cname": domain.get("cname"),
    }
    return {name: value for name, value in outputs.items() if value is not None}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    app = new["app_id"]
    path = at("apps", app, "domains")

    async def post() -> Any:
        try:
            return await heroku.post(path, {"hostname": new["hostname"], "sni_endpoint": new.get("sni_endpoint_id")})
        except Conflict as conflict:
            there = await find()
            todo = import_hint(TOKEN, f"{app}:{there['id']}") if there else "Another app has that domain already."
            raise taken(conflict, todo) from conflict

    async def find() -> Any | None:
        rows = await heroku.list(path)
        return next((row for row in rows if _same_host(row["hostname"], new["hostname"])), None)

    domain = await made_once(context, post, find, what=f"the domain {new['hostname']}")
    return Made(domain["id"], {**_outputs(app, domain), **new})


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, id = split_id(id, "app:domain")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        rows = await heroku.snapshot.list(at("apps", app, "domains"))
    except NotFound:
        return None
    domain = first_with(rows, id=id) or first_with(rows, hostname=id)
    return Live(domain["id"], _outputs(app, domain)) if domain else None


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    app, endpoint = new["app_id"], new.get("sni_endpoint_id")
    domain = await write_unmoved(
        heroku,
        at("apps", app, "domains", id),
        {"sni_endpoint": endpoint},
        now=lambda live: _outputs(app, live),
        old=old.outputs,
        new={"sni_endpoint_id": endpoint},
    )
    return {**_outputs(app, domain), **new}


async def _delete(heroku: Heroku, id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("apps", old["app_id"], "domains", id))


def _listed(domain: Row) -> tuple[str, str] | None:
    return (domain["hostname"], domain["hostname"]) if domain["kind"] == "custom" else None


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="A host name that an app answers to, unique in all of Heroku.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    natural_key=("hostname",),
    list=of_apps("domains", _listed),
    import_id="`app:id` or `app:hostname`",
)
