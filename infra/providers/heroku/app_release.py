"""heroku:app/release:Release: which code an app runs, as a slug or an OCI image."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku import releases
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.listing import APPS, gathered
from infra.providers.heroku.lost import is_recent, made_once
from infra.providers.kit.context import Context
from infra.providers.kit.fields import string
from infra.providers.kit.resource import Failures, Listing, Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "slug_id": string("The slug's id.", replace=True),
    "oci_image": string("The OCI image's id or digest, for an app of the Fir generation.", replace=True),
    "description": string("What is said of it in the app's activity.", replace=True, keep=True),
    "status": string("Left empty, unless it is pending or has failed.", computed=True, replace=True),
}
CODE = {"slug": "slug_id", "oci-image": "oci_image"}
TODO = "Fix the release phase and release again; `pulumi up` makes a new release."


def _check(new: Values) -> Failures:
    if ("slug_id" in new) == ("oci_image" in new):
        return [("slug_id", "give exactly one of `slugId` and `ociImage`")]
    return []


def _code(release: dict[str, Any]) -> Values:
    """What a release runs, as our inputs say it."""
    if release.get("slug"):
        return {"slug_id": release["slug"]["id"]}
    artifacts = release.get("artifacts") or []
    return {CODE[one["type"]]: one["id"] for one in artifacts if one.get("type") in CODE}


def _outputs(new: Values, release: dict[str, Any]) -> Values:
    return {**new, "description": new.get("description") or release["description"]}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    app = new["app_id"]
    named = {"slug": "slug_id", "oci_image": "oci_image", "description": "description"}
    body = {name: new[key] for name, key in named.items() if key in new}

    async def post() -> Any:
        return await heroku.post(at("apps", app, "releases"), body)

    async def find() -> Any | None:
        rows = await releases.newest(heroku, app)
        same = [one for one in rows if is_recent(one, context) and _same(new, one)]
        # The newest come first; later ones with the same code changed something else.
        return same[-1] if same else None

    release = await made_once(context, post, find, what=f"a release of {app}")
    context.born(release["id"], {**_outputs(new, release), "status": "pending"})
    return Made(release["id"], await _succeeded(heroku, release, new, context))


def _same(new: Values, release: dict[str, Any]) -> bool:
    wanted, code = new.get("description", release["description"]), _code(release)
    # Before the first deploy, releases of config vars and add-ons have no code.
    return bool(code) and code.items() <= new.items() and release["description"] == wanted


async def _succeeded(heroku: Heroku, release: dict[str, Any], new: Values, context: Context) -> Values:
    app, outputs = new["app_id"], _outputs(new, release)
    done = await releases.ended(heroku, app, release, context)
    if done["status"] != "succeeded":
        context.born(release["id"], {**outputs, "status": done["status"]})
        why = "its release phase ended badly, and the app runs what it ran before"
        raise await releases.failure(heroku, app, done, why=why, todo=TODO)
    return outputs


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    """Only after a run that was stopped: go on waiting."""
    release = await heroku.get(at("apps", new["app_id"], "releases", id))
    return await _succeeded(heroku, release, {**new, "description": old.get("description")}, context)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        app, release_id = await _imported(heroku, id) if old.imported else (old["app_id"], id)
        release = await heroku.get(at("apps", app, "releases", release_id))
        # Whoever deployed something else since then changed what this resource declares.
        running = await releases.current(heroku, app) if release["status"] == "succeeded" else None
    except NotFound:
        return None
    status = {} if release["status"] == "succeeded" else {"status": release["status"]}
    code = _code(running or release) or _code(release)
    return Live(release["id"], {"app_id": app, **code, "description": release["description"], **status})


async def _imported(heroku: Heroku, id: str) -> tuple[str, str]:
    app, release = split_id(id, "app or app:release") if ":" in id else (id, "current")
    return str((await heroku.get(at("apps", app)))["id"]), release


async def _differs(_heroku: Heroku, _id: str, old: Old, _new: Values) -> tuple[str, ...]:
    return ("status",) if old.get("status") in ("failed", "expired") else ()


async def _listed(heroku: Heroku, app: str) -> Listing:
    """The release that an app runs: it alone can be declared, if it has code."""
    running = await releases.current(heroku, app)
    return [(f"{app}:{running['id']}", f"v{running['version']}")] if running and _code(running) else []


RESOURCE: Resource[Heroku] = Resource(
    "heroku:app/release:Release",
    help="What an app runs: a slug, or an OCI image. Its release phase is waited for. Deleting it changes nothing.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    # A release stays in the app's history: there is no way to take it out.
    delete=stays,
    check=_check,
    differs=_differs,
    unfinished=releases.under_way("the release"),
    list=gathered(APPS, _listed),
    import_id="`app` (the current release) or `app:release`",
)
