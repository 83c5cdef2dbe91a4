"""heroku:addon/config:Config: settings of an add-on, changed after it was made."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, map_of, string
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values

Settings = dict[str, str]
FIELDS = {
    "addon_id": string("The add-on's id.", required=True, replace=True),
    "config": map_of(TEXT, "Its settings, by name. Others are left alone.", required=True, secret=True),
}


def _path(addon: str) -> str:
    return at("addons", addon, "config")


def _by_name(rows: list[dict[str, Any]]) -> Settings:
    return {row["name"]: row["value"] for row in rows if row["value"] is not None}


async def _change(heroku: Heroku, addon: str, old: Settings, new: Settings) -> None:
    path = _path(addon)
    rows, etag = await heroku.get_with_etag(path)
    live = _by_name(rows)
    wanted: dict[str, str | None] = {name: value for name, value in new.items() if live.get(name) != value}
    wanted |= {name: None for name in old if name not in new and name in live}
    if wanted:
        await write_unmoved(
            heroku,
            path,
            {"config": [_row(*one) for one in wanted.items()]},
            now=lambda now: dict(_by_name(now)),
            old={**live, **old},
            new=wanted,
            where=f"settings of add-on {addon}",
            read=(rows, etag),
        )


def _row(name: str, value: str | None) -> dict[str, str | None]:
    return {"name": name, "value": value}


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    await _change(heroku, new["addon_id"], {}, new["config"])
    return Made(new["addon_id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        addon = (await heroku.get(at("addons", id)))["id"] if old.imported else old["addon_id"]
        live = _by_name(await heroku.get(_path(addon)))
    except NotFound:
        return None
    declared = live if old.imported else old.inputs.get("config", {})
    return Live(addon, {"addon_id": addon, "config": {name: live[name] for name in declared if name in live}})


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    await _change(heroku, new["addon_id"], old.get("config", {}), new["config"])
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    """Unset what was declared; an add-on that is gone has no settings."""
    try:
        live = _by_name(await heroku.get(_path(old["addon_id"])))
        rows = [_row(name, None) for name in old.get("config", {}) if name in live]
        if rows:
            await heroku.patch(_path(old["addon_id"]), {"config": rows})
    except NotFound:
        return


RESOURCE: Resource[Heroku] = Resource(
    "heroku:addon/config:Config",
    help="Settings of an add-on that change after it was made. Those that are not declared are left alone.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    import_id="the add-on's id or name",
)
