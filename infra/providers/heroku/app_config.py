"""heroku:app/config:Config: config vars kept together in the state; nothing at Heroku."""

from __future__ import annotations

import uuid

from infra.apis.heroku import Heroku
from infra.errors import Rejected
from infra.providers.heroku.config_vars import wrong_keys
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, map_of
from infra.providers.kit.resource import Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

FIELDS = {
    "vars": map_of(TEXT, "Config vars that anybody may see.", wrong=wrong_keys),
    "sensitive_vars": map_of(TEXT, "Config vars that are never shown.", secret=True, wrong=wrong_keys),
}


async def _create(_heroku: Heroku, new: Values, _context: Context) -> Made:
    return Made(f"config-{uuid.uuid4()}", new)


async def _read(_heroku: Heroku, id: str, old: Old) -> Live | None:
    if old.imported:
        raise Rejected("a Config is only in the state, so there is nothing to import", todo="Declare it instead.")
    return Live(id, dict(old.outputs), inputs=dict(old.inputs))


async def _update(_heroku: Heroku, _id: str, _old: Old, new: Values, _context: Context) -> Values:
    return new


RESOURCE: Resource[Heroku] = Resource(
    "heroku:app/config:Config",
    help="Config vars kept together, to be given to a ConfigAssociation; nothing at Heroku.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=stays,
    import_id="none: it is only in the state",
)
