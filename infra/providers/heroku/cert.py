"""heroku:cert/cert:Cert: the SSL endpoints that Heroku has switched off; it says what to use instead."""

from __future__ import annotations

from infra.apis.heroku import Heroku
from infra.errors import Rejected
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Failures, Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

GONE = "Heroku has switched SSL endpoints off"
TODO = "declare a heroku.ssl.Ssl (heroku:ssl/ssl:Ssl) with `appId`, `certificateChain` and `privateKey` instead"
FIELDS = {
    "app": string("The app's id.", required=True, replace=True),
    "certificate_chain": string("The certificates in PEM form.", required=True),
    "private_key": string("The private key in PEM form.", required=True, secret=True, write_only=True),
    "cname": string("Where it answered.", computed=True),
    "name": string("Its name.", computed=True),
}


def _check(_new: Values) -> Failures:
    return [("app", f"{GONE}: {TODO}")]


def _refusal() -> Rejected:
    return Rejected(GONE, todo=f"{TODO[0].upper()}{TODO[1:]}.")


async def _create(_heroku: Heroku, _new: Values, _context: Context) -> Made:
    raise _refusal()


async def _read(_heroku: Heroku, _id: str, old: Old) -> Live | None:
    if old.imported:
        raise _refusal()
    return None  # They are all gone: a refresh takes them out of the state.


RESOURCE: Resource[Heroku] = Resource(
    "heroku:cert/cert:Cert",
    help="An SSL endpoint, of which there are no more: use heroku:ssl/ssl:Ssl.",
    fields=FIELDS,
    create=_create,
    read=_read,
    delete=stays,
    check=_check,
    import_id="none: use heroku:ssl/ssl:Ssl",
)
