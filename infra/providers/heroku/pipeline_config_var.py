"""heroku:pipeline/configVar:ConfigVar: config vars of a pipeline's review or test apps."""

from __future__ import annotations

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound
from infra.providers.heroku.config_vars import Vars
from infra.providers.heroku.imports import split_id
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, map_of, string
from infra.providers.kit.resource import Failures, Live, Made, Old, Resource
from infra.providers.kit.values import Values

FIELDS = {
    "pipeline_id": string("The pipeline's id.", required=True, replace=True),
    "pipeline_stage": string("test or review.", required=True, replace=True, choices=("test", "review")),
    "vars": map_of(TEXT, "Config vars that anybody may see."),
    "sensitive_vars": map_of(TEXT, "Config vars that are never shown.", secret=True),
    "all_vars": map_of(TEXT, "Left empty: they would put secrets into the state.", computed=True, secret=True),
}
VARS = ("vars", "sensitive_vars")


def _check(new: Values) -> Failures:
    twice = sorted({*new.get("vars", {})} & {*new.get("sensitive_vars", {})})
    if not twice:
        return []
    return [("sensitive_vars", f"also declared in `vars`: {', '.join(twice)}; declare each key once")]


def _all(values: Values) -> Vars:
    return {key: value for name in VARS for key, value in (values.get(name) or {}).items()}


def _path(pipeline: str, stage: str) -> str:
    return at("pipelines", pipeline, "stage", stage, "config-vars")


async def _change(heroku: Heroku, new: Values, old: Vars) -> None:
    path = _path(new["pipeline_id"], new["pipeline_stage"])
    live, etag = await heroku.get_with_etag(path)
    wanted: dict[str, str | None] = {
        key: value for key, value in _all(new).items() if live.get(key) != value and old.get(key) != value
    }
    moved = sorted(key for key in wanted if key in old and live.get(key) != old[key])
    if moved:
        raise _moved(new, moved)
    wanted |= {key: None for key in old if key not in _all(new) and key in live}
    if not wanted:
        return
    try:
        await heroku.patch(path, wanted, if_match=etag)
    except Conflict as stale:
        if stale.status != 412:
            raise
        raise _moved(new, sorted(wanted)) from stale


def _moved(new: Values, keys: list[str]) -> Conflict:
    return Conflict(
        f"somebody changed {', '.join(keys)} since it was last read",
        where=f"config vars of stage {new['pipeline_stage']}",
        todo="Run `pulumi refresh` to see the change, then `pulumi up` again to decide.",
    )


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    await _change(heroku, new, {})
    return Made(f"{new['pipeline_id']}:{new['pipeline_stage']}", new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    pipeline, rest = split_id(id, "pipeline:stage or pipeline:stage:KEY1,KEY2")
    stage, _, keys = rest.partition(":")
    try:
        if old.imported:
            pipeline = (await heroku.get(at("pipelines", pipeline)))["id"]
        live: Vars = await heroku.snapshot.get(_path(pipeline, stage))
    except NotFound:
        return None
    found: Values = {"pipeline_id": pipeline, "pipeline_stage": stage}
    if old.imported:
        chosen = keys.split(",") if keys else list(live)
        found["sensitive_vars"] = {key: live[key] for key in chosen if key in live}
    for name in VARS:
        declared = old.inputs.get(name, old.outputs.get(name))
        if declared is not None:
            found[name] = {key: live[key] for key in declared if key in live}
    return Live(f"{pipeline}:{stage}", found)


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    await _change(heroku, new, _all(old.outputs or old.inputs))
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    keys = sorted(_all(old.outputs))
    if not keys:
        return
    try:
        await heroku.patch(_path(old["pipeline_id"], old["pipeline_stage"]), dict.fromkeys(keys))
    except NotFound:
        return


RESOURCE: Resource[Heroku] = Resource(
    "heroku:pipeline/configVar:ConfigVar",
    help="Config vars of a pipeline's review or test apps. Keys that are not declared are left alone.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
    import_id="`pipeline:stage` (every key), or `pipeline:stage:KEY1,KEY2`",
)
