"""heroku:pipeline/promotion:Promotion: an app's code, released on the apps downstream of it, and waited for."""

from __future__ import annotations

import asyncio
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.apis.rest import AnswerLost
from infra.errors import NotFound, Rejected
from infra.providers.heroku import releases
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, map_of, object_of, string
from infra.providers.kit.resource import Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

RESULT = {
    "app_id": string("The target's id."),
    "status": string("succeeded or failed."),
    "release_id": string("The release that it made."),
    "error_message": string("What went wrong."),
}
FIELDS = {
    "pipeline": string("The pipeline's id.", required=True, replace=True),
    "source_app_id": string("The id of the app whose code is promoted.", required=True, replace=True),
    "target_app_ids": list_of(
        TEXT,
        "The ids of the apps that it is promoted to.",
        required=True,
        replace=True,
        same=lambda actual, wanted: sorted(actual) == sorted(wanted),
        wrong=lambda targets: "" if targets else "must name at least one app",
    ),
    "release_id": string("The source's release; its current one if not given.", replace=True, keep=True),
    "triggers": map_of(TEXT, "Whatever shall lead to another promotion when it changes.", replace=True),
    "status": string("completed, pending or failed.", computed=True, replace=True),
    "results": list_of(
        object_of("heroku:pipeline/PromotionResult:PromotionResult", RESULT, "One target's."),
        "What came of it, by target.",
        computed=True,
    ),
}


def _path(id: str, *rest: str) -> str:
    return at("pipeline-promotions", id, *rest)


def _result(target: dict[str, Any]) -> Values:
    found = {
        "app_id": target["app"]["id"],
        "status": target["status"],
        "release_id": (target.get("release") or {}).get("id"),
        "error_message": target.get("error_message"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _status(results: list[Values]) -> str:
    found = {result["status"] for result in results}
    return next((status for status in ("failed", "pending") if status in found), "completed")


def _outputs(new: Values, promotion: dict[str, Any], results: list[Values]) -> Values:
    source = promotion["source"]
    release = (source.get("release") or {}).get("id") or new.get("release_id")
    return {**new, "release_id": release, "status": _status(results), "results": results}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    source: Values = {"app": {"id": new["source_app_id"]}}
    if "release_id" in new:
        source["release"] = {"id": new["release_id"]}
    targets = [{"app": {"id": app}} for app in new["target_app_ids"]]
    body = {"pipeline": {"id": new["pipeline"]}, "source": source, "targets": targets}
    promotion = await _promote(heroku, body, context)
    pending = [{"app_id": app, "status": "pending"} for app in new["target_app_ids"]]
    context.born(promotion["id"], _outputs(new, promotion, pending))
    return Made(promotion["id"], await _completed(heroku, promotion, new, context))


async def _promote(heroku: Heroku, body: Values, context: Context) -> dict[str, Any]:
    try:
        promotion = await heroku.post("/pipeline-promotions", body)
    except AnswerLost:
        # There is no list of promotions to look it up in.
        context.warn("Heroku's answer was lost; the same code is promoted once more, which changes nothing else")
        promotion = await heroku.post("/pipeline-promotions", body)
    return dict(promotion)


async def _completed(heroku: Heroku, promotion: dict[str, Any], new: Values, context: Context) -> Values:
    id = promotion["id"]

    async def poll() -> list[dict[str, Any]] | None:
        targets = await heroku.list(_path(id, "promotion-targets"))
        return None if not targets or any(one["status"] == "pending" for one in targets) else targets

    targets = await context.wait(poll, what="the promotion", first=0.5, limit=releases.LONGEST_PHASE)
    ends = await asyncio.gather(*(_end(heroku, target, context) for target in targets))
    outputs = _outputs(new, promotion, [result for result, _ in ends])
    context.born(id, outputs)
    problems = [problem for _, problem in ends if problem]
    if problems:
        raise Rejected(
            f"{len(problems)} of {len(targets)} targets failed\n  " + "\n  ".join(problems),
            where=f"promotion {id}",
            todo="Fix what is wrong there; the next `pulumi up` promotes again.",
        )
    return outputs


async def _end(heroku: Heroku, target: dict[str, Any], context: Context) -> tuple[Values, str]:
    """What came of a target once its release phase is over, and what went wrong there, or ""."""
    result = _result(target)
    app = target["app"]["id"]
    release = None
    if result.get("release_id"):
        release = await heroku.get(at("apps", app, "releases", result["release_id"]))
        release = await releases.ended(heroku, app, release, context)
        if release["status"] != "succeeded":
            result["status"] = "failed"
    if result["status"] != "failed":
        return result, ""
    return result, await _problem(heroku, target, release)


async def _problem(heroku: Heroku, target: dict[str, Any], release: dict[str, Any] | None) -> str:
    app = target["app"]["id"]
    name = release["app"]["name"] if release else (await heroku.snapshot.get(at("apps", app)))["name"]
    reason = target.get("error_message") or "its release phase ended badly"
    tail = await releases.output_of(heroku, release.get("output_stream_url")) if release else ""
    return f"{name}: {reason}" + (f"\n  {tail}" if tail else "")


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        promotion = await heroku.get(_path(id))
        targets = await heroku.list(_path(id, "promotion-targets"))
    except NotFound:
        return None
    new = {
        "pipeline": promotion["pipeline"]["id"],
        "source_app_id": promotion["source"]["app"]["id"],
        "target_app_ids": [target["app"]["id"] for target in targets],
        "triggers": old.get("triggers"),
    }
    # How release phases ended is what the state remembers: Heroku's promotion only says that they began.
    results = old.get("results") or [_result(target) for target in targets]
    return Live(promotion["id"], _outputs(new, promotion, results))


async def _update(heroku: Heroku, id: str, _old: Old, new: Values, context: Context) -> Values:
    """Only after a run that was stopped: go on waiting."""
    return await _completed(heroku, await heroku.get(_path(id)), new, context)


async def _differs(_heroku: Heroku, _id: str, old: Old, _new: Values) -> tuple[str, ...]:
    return ("status",) if old.get("status") == "failed" else ()


RESOURCE: Resource[Heroku] = Resource(
    "heroku:pipeline/promotion:Promotion",
    help="A promotion, waited for on every target. Deleting it changes nothing.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    # What was promoted stays: undoing it would be a rollback, which nobody asked for.
    delete=stays,
    differs=_differs,
    unfinished=releases.under_way("the promotion"),
    import_id="the promotion's id",
)
