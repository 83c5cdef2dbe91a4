"""heroku:app/webhook:Webhook: whom Heroku tells about an app."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import Row, of_apps
from infra.providers.heroku.lost import is_recent, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values


def _same_entities(actual: list[str], wanted: list[str]) -> bool:
    return sorted(actual) == sorted(wanted)


FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "url": string("Where notifications go; such addresses may carry credentials.", required=True, secret=True),
    "level": string("notify (once) or sync (until answered).", required=True, choices=("notify", "sync")),
    "includes": list_of(TEXT, "What they are about: api:release, ….", required=True, same=_same_entities),
    "secret": string("The key that signs them.", secret=True, write_only=True),
    "authorization": string("The Authorization header they carry.", secret=True, write_only=True),
}


def _body(new: Values) -> Values:
    return {
        "include": new["includes"],
        "level": new["level"],
        "url": new["url"],
        **{key: new[key] for key in ("secret", "authorization") if key in new},
    }


def _outputs(app_id: str, webhook: dict[str, Any]) -> Values:
    return {"app_id": app_id, "url": webhook["url"], "level": webhook["level"], "includes": webhook["include"]}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    path = at("apps", new["app_id"], "webhooks")

    async def post() -> Any:
        return await heroku.post(path, _body(new))

    async def find() -> Any | None:
        rows = await heroku.list(path)
        fresh = [one for one in rows if is_recent(one, context) and _outputs(new["app_id"], one).items() <= new.items()]
        return fresh[-1] if fresh else None

    webhook = await made_once(context, post, find, what="the webhook")
    return Made(webhook["id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, id = split_id(id, "app:webhook")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        rows = await heroku.snapshot.list(at("apps", app, "webhooks"))
    except NotFound:
        return None
    webhook = next((row for row in rows if row["id"] == id), None)
    return Live(id, _outputs(app, webhook)) if webhook else None


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    dropped = {key: None for key in ("secret", "authorization") if old.get(key) and key not in new}
    await write_unmoved(
        heroku,
        at("apps", new["app_id"], "webhooks", id),
        {**_body(new), **dropped},
        now=lambda live: _comparable(_outputs(new["app_id"], live)),
        old=_comparable(old.outputs),
        new=_comparable(new),
    )
    return new


def _comparable(values: Values) -> Values:
    return {"url": values["url"], "level": values["level"], "includes": sorted(values["includes"])}


async def _delete(heroku: Heroku, id: str, old: Old, _context: Context) -> None:
    await heroku.delete(at("apps", old["app_id"], "webhooks", id))


def _listed(webhook: Row) -> tuple[str, str]:
    # Its address may carry a key of whoever listens there.
    return webhook["id"], str(urlsplit(webhook["url"]).hostname)


RESOURCE: Resource[Heroku] = Resource(
    "heroku:app/webhook:Webhook",
    help="Whom Heroku tells about an app. Its secrets are never answered: they are kept as the state has them.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=of_apps("webhooks", _listed),
    import_id="`app:id`",
)
