"""heroku:app/configAssociation: an app's config vars, set together in one release."""

from __future__ import annotations

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.config_vars import (
    PLATFORM,
    Vars,
    change,
    owners,
    remove,
    still_ours,
    still_unsettled,
    unfinished,
    wrong_keys,
)
from infra.providers.heroku.listing import APPS, gathered
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, map_of, string
from infra.providers.kit.resource import Failures, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "vars": map_of(TEXT, "Config vars that anybody may see.", wrong=wrong_keys),
    "sensitive_vars": map_of(TEXT, "Config vars that are never shown.", secret=True, wrong=wrong_keys),
    "kept_elsewhere": list_of(TEXT, "Config vars that somebody else sets by now: they are never unset."),
    "release": string("The release that is still waited for.", computed=True, wire="__release"),
}


def _all(values: Values) -> Vars:
    return {**values.get("vars", {}), **values.get("sensitive_vars", {})}


def _check(new: Values) -> Failures:
    twice = sorted({*new.get("vars", {})} & {*new.get("sensitive_vars", {})})
    if not twice:
        return []
    return [("sensitive_vars", f"also declared in `vars`: {', '.join(twice)}; declare each key once")]


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    id = f"config:{new['app_id']}"
    await _apply(heroku, id, {}, new, context)
    return Made(id, new)


async def _apply(heroku: Heroku, id: str, old: Vars, new: Values, context: Context, unsettled: str = "") -> None:
    def changed(release: str) -> None:
        context.born(id, {**new, "release": release or None})

    ours = still_ours(old, new.get("kept_elsewhere") or (), context)
    await change(heroku, new["app_id"], ours, _all(new), context, changed=changed, unsettled=unsettled)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    app, _, keys = id.removeprefix("config:").partition(":")
    app = old.get("app_id", app)
    try:
        if old.imported:
            return await _import(heroku, app, [key for key in keys.split(",") if key])
        live: Vars = await heroku.snapshot.get(at("apps", app, "config-vars"))
        release = await still_unsettled(heroku, app, old, set(_all(old.outputs)))
    except NotFound:
        return None
    kept = old.inputs.get("kept_elsewhere")
    return Live(id, {"app_id": app, **_declared(old, live), "kept_elsewhere": kept, "release": release})


def _declared(old: Old, live: Vars) -> Values:
    found: Values = {}
    for name in ("vars", "sensitive_vars"):
        declared = old.inputs.get(name, old.outputs.get(name))
        if declared is not None:
            found[name] = {key: live[key] for key in declared if key in live}
    return found


async def _import(heroku: Heroku, app: str, keys: list[str]) -> Live | None:
    app_id = (await heroku.get(at("apps", app)))["id"]
    live: Vars = await heroku.get(at("apps", app_id, "config-vars"))
    if keys and not any(key in live for key in keys):
        return None
    chosen = {key: live[key] for key in live if key in keys} if keys else await _nobodys(heroku, app_id, live)
    return Live(f"config:{app_id}", {"app_id": app_id, "sensitive_vars": chosen})


async def _nobodys(heroku: Heroku, app: str, live: Vars) -> Vars:
    """The config vars that neither an add-on nor Heroku itself sets."""
    owned = await owners(heroku, app) if live else {}
    return {key: value for key, value in live.items() if key not in owned and not PLATFORM.match(key)}


async def _update(heroku: Heroku, id: str, old: Old, new: Values, context: Context) -> Values:
    await _apply(heroku, id, _all(old.outputs or old.inputs), new, context, old.get("release", ""))
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    await remove(heroku, old["app_id"], sorted(_all(old.outputs)))


async def _listed(heroku: Heroku, app: str) -> Listing:
    live: Vars = await heroku.get(at("apps", app, "config-vars"))
    return [(app, "config")] if await _nobodys(heroku, app, live) else []


RESOURCE: Resource[Heroku] = Resource(
    "heroku:app/configAssociation:ConfigAssociation",
    help="Config vars of an app: all changes are one release. Keys that are not declared are left alone.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
    unfinished=unfinished,
    list=gathered(APPS, _listed),
    import_id="`app` (every key that no add-on owns), or `app:KEY1,KEY2`",
)
