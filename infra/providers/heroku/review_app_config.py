"""heroku:review/appConfig:AppConfig: which review apps a pipeline makes of a repository."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound
from infra.providers.heroku.conflict import import_hint, taken
from infra.providers.heroku.imports import split_id
from infra.providers.heroku.lost import made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import boolean, integer, object_of, string
from infra.providers.kit.resource import Failures, Live, Made, Old, Resource
from infra.providers.kit.values import Values

TOKEN = "heroku:review/appConfig:AppConfig"  # noqa: S105 - a type's name
TARGET = {
    "id": string("The region's name (us, eu) or the space's id.", required=True),
    "type": string("region or space.", required=True, choices=("region", "space")),
}


def _wrong_days(days: int) -> str:
    return "" if 1 <= days <= 30 else "must be between 1 and 30"


FIELDS = {
    "pipeline_id": string("The pipeline's id.", required=True, replace=True),
    "org_repo": string("The repository, as owner/name.", required=True, replace=True, write_only=True),
    "deploy_target": object_of(
        "heroku:review/AppConfigDeployTarget:AppConfigDeployTarget", TARGET, "Where they run.", required=True
    ),
    "automatic_review_apps": boolean("Whether each pull request gets one.", default=False),
    "destroy_stale_apps": boolean("Whether old ones are destroyed.", default=False),
    "stale_days": integer("After how many days without a deploy one is old.", keep=True, wrong=_wrong_days),
    "wait_for_ci": boolean("Whether CI must pass first.", default=False),
    "base_name": string("What their names start with.", keep=True),
    "repo_id": integer("GitHub's id of the repository.", computed=True),
}
SWITCHES = ("automatic_review_apps", "destroy_stale_apps", "wait_for_ci")
SETTINGS = ("deploy_target", "stale_days", "base_name")


def _check(new: Values) -> Failures:
    if "stale_days" in new and "destroy_stale_apps" not in new:
        return [("stale_days", "is of no use without `destroyStaleApps`")]
    return []


def _body(new: Values) -> Values:
    """Switches are always sent: what is not declared is off."""
    return {**{name: new.get(name, False) for name in SWITCHES}, **{n: new[n] for n in SETTINGS if n in new}}


async def _outputs(heroku: Heroku, config: dict[str, Any], org_repo: str | None, known: Values) -> Values:
    outputs = {
        "pipeline_id": config["pipeline_id"],
        "org_repo": org_repo,
        "deploy_target": await _target(heroku, config.get("deploy_target"), known.get("deploy_target")),
        "repo_id": config["repo"]["id"],
        **{name: config[name] for name in (*SWITCHES, "stale_days", "base_name")},
    }
    return {name: value for name, value in outputs.items() if value is not None}


async def _target(heroku: Heroku, target: Values | None, known: Values | None) -> Values | None:
    """Heroku answers a region's id although it takes its name."""
    if target is None or target["type"] != "region" or target == known:
        return target
    region = await heroku.snapshot.get(at("regions", target["id"]))
    name = known["id"] if known and known["id"] in (region["name"], region["id"]) else region["name"]
    return {"id": name, "type": "region"}


def _path(pipeline: str) -> str:
    return at("pipelines", pipeline, "review-app-config")


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    path = _path(new["pipeline_id"])

    async def post() -> Any:
        try:
            return await heroku.post(path, {"repo": new["org_repo"], **_body(new)})
        except Conflict as conflict:
            hint = import_hint(TOKEN, f"{new['pipeline_id']}:{new['org_repo']}")
            raise taken(conflict, hint) from conflict
        except NotFound as missing:
            raise _not_connected(missing, new["org_repo"]) from missing

    async def find() -> Any | None:
        found = await heroku.missing_to_none(path)
        if found is None or any(found[name] != new.get(name, False) for name in SWITCHES):
            return None
        # It has neither an id nor a time of its own, and a pipeline, whose id is known, has one at most.
        return {**found, "id": f"review apps of {found['pipeline_id']}", "created_at": datetime.now(UTC).isoformat()}

    config = await made_once(context, post, find, what="the review apps' configuration")
    return Made(new["pipeline_id"], {**await _outputs(heroku, config, new["org_repo"], new), **new})


def _not_connected(missing: NotFound, repository: str) -> NotFound:
    return NotFound(
        missing.what,
        where=missing.where,
        todo=f"Connect the pipeline to {repository} first: Heroku's dashboard, pipeline, Settings, Connect to GitHub.",
        status=missing.status,
        id=missing.id,
        request_id=missing.request_id,
    )


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    pipeline, repository = (id, old.get("org_repo")) if not old.imported else split_id(id, "pipeline:owner/name")
    try:
        if old.imported:
            pipeline = (await heroku.get(at("pipelines", pipeline)))["id"]
        config = await heroku.get(_path(pipeline))
    except NotFound:
        return None
    inputs = {"org_repo": repository} if old.imported else {}
    return Live(pipeline, await _outputs(heroku, config, repository, old.inputs), inputs)


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    body = _body(new)
    # A region has two names, of which only one is ever answered: it is not compared.
    compared = {name: body[name] for name in body if name != "deploy_target"}
    before = {**dict.fromkeys(SWITCHES, False), **old.outputs}
    config = await write_unmoved(heroku, _path(id), body, now=dict, old=before, new=compared)
    return {**await _outputs(heroku, config, new["org_repo"], new), **new}


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(_path(id))


RESOURCE: Resource[Heroku] = Resource(
    TOKEN,
    help="Which review apps a pipeline makes. The pipeline must have been connected to GitHub by hand.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
    natural_key=("pipeline_id",),
    import_id="`pipeline:owner/name`",
)
