"""heroku:pipeline/configVar:ConfigVar: config vars of a pipeline's review or test apps."""

from __future__ import annotations

import re

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.config_vars import Vars, still_ours
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.listing import PIPELINES, gathered
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, map_of, string
from infra.providers.kit.resource import Failures, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

# Looser than an app's: names such as DATABASE[0].URL are for tests.
KEY = re.compile(r"^[\w.:\[\]]+$", re.ASCII)


def _wrong_keys(variables: Values) -> str:
    bad = sorted(key for key in variables if not KEY.match(key))
    return f"has names that Heroku refuses: {', '.join(bad)}; only letters, digits and _.:[] are allowed" if bad else ""


STAGES = ("test", "review")
FIELDS = {
    "pipeline_id": string("The pipeline's id.", required=True, replace=True),
    "pipeline_stage": string("test or review.", required=True, replace=True, choices=STAGES),
    "vars": map_of(TEXT, "Config vars that anybody may see.", wrong=_wrong_keys),
    "sensitive_vars": map_of(TEXT, "Config vars that are never shown.", secret=True, wrong=_wrong_keys),
    "kept_elsewhere": list_of(TEXT, "Config vars that somebody else sets by now: they are never unset."),
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
    wanted |= {key: None for key in old if key not in _all(new) and key in live}
    if wanted:
        where = f"config vars of stage {new['pipeline_stage']}"
        known = {**live, **{key: old[key] for key in wanted if key in old}}
        await write_unmoved(heroku, path, wanted, now=dict, old=known, new=wanted, where=where, read=(live, etag))


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
    found["kept_elsewhere"] = old.inputs.get("kept_elsewhere")
    if old.imported:
        chosen = keys.split(",") if keys else list(live)
        found["sensitive_vars"] = {key: live[key] for key in chosen if key in live}
    for name in VARS:
        declared = old.inputs.get(name, old.outputs.get(name))
        if declared is not None:
            found[name] = {key: live[key] for key in declared if key in live}
    return Live(f"{pipeline}:{stage}", found)


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, context: Context) -> Values:
    await _change(heroku, new, still_ours(_all(old.outputs or old.inputs), new.get("kept_elsewhere") or (), context))
    return new


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    keys = sorted(_all(old.outputs))
    if not keys:
        return
    try:
        await heroku.patch(_path(old["pipeline_id"], old["pipeline_stage"]), dict.fromkeys(keys))
    except NotFound:
        return


async def _listed(heroku: Heroku, pipeline: str) -> Listing:
    stages = [stage for stage in STAGES if await heroku.get(_path(pipeline, stage))]
    return [(f"{pipeline}:{stage}", stage) for stage in stages]


RESOURCE: Resource[Heroku] = Resource(
    "heroku:pipeline/configVar:ConfigVar",
    help="Config vars of a pipeline's review or test apps. Keys that are not declared are left alone.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
    list=gathered(PIPELINES, _listed),
    import_id="`pipeline:stage` (every key), or `pipeline:stage:KEY1,KEY2`",
)
