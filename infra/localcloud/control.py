"""The local cloud's own routes, under ``/_cloud``: health, export, reset, seed, request log, faults, calls by hand."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.localcloud.exchange import Call, changed_settings
from infra.localcloud.export import normalized, raw
from infra.localcloud.faults import Release, fault_of
from infra.localcloud.heroku.peerings import request_peering as heroku_peering
from infra.localcloud.seed import GITHUB_HUMAN, GITLAB_HUMAN, HEROKU_HUMAN, reset, seed

if TYPE_CHECKING:
    from infra.localcloud.app import Cloud, Mount

_HUMANS = {"heroku": HEROKU_HUMAN, "github": GITHUB_HUMAN, "gitlab": GITLAB_HUMAN}
_ACCEPT = {
    "heroku": "application/vnd.heroku+json; version=3",
    "github": "application/vnd.github+json",
    "gitlab": "application/json",
}


def _cloud(request: Request) -> Cloud:
    cloud: Cloud = request.app.state.cloud
    return cloud


def _wrong(message: str) -> JSONResponse:
    return JSONResponse({"id": "bad_request", "message": message}, 400)


async def _object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; raises ValueError otherwise."""
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


async def health(request: Request) -> Response:
    """GET /_cloud/health."""
    return JSONResponse({"status": "ok", "time": _cloud(request).clock().isoformat()})


async def export(request: Request) -> Response:
    """GET /_cloud/export, with ``normalized=1`` for the text that equal estates share."""
    cloud = _cloud(request)
    cloud.settle()
    if request.query_params.get("normalized") in ("1", "true"):
        body: Any = normalized(cloud.store, {mount.name: mount.vendor for mount in cloud.mounts})
    else:
        body = raw(cloud.store)
    text = json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return Response(text, media_type="application/json")


async def reset_cloud(request: Request) -> Response:
    """POST /_cloud/reset: back to what was seeded; faults are switched off too."""
    cloud = _cloud(request)
    reset(cloud.store, cloud.clock())
    cloud.faults.switch_off()
    return JSONResponse({"status": "reset"})


async def seed_cloud(request: Request) -> Response:
    """POST /_cloud/seed with a seed document."""
    cloud = _cloud(request)
    try:
        seed(cloud.store, await _object(request), cloud.clock())
    except (ValueError, KeyError, TypeError) as error:
        return _wrong(f"The seed document cannot be used: {error}")
    return JSONResponse({"status": "seeded"})


async def request_peering(request: Request) -> Response:
    """POST /_cloud/peerings: the owner of an AWS network asks to be peered with a private space."""
    cloud = _cloud(request)
    try:
        peering = heroku_peering(cloud.store, cloud.clock(), await _object(request))
    except (ValueError, KeyError, TypeError) as error:
        return _wrong(f"The peering connection cannot be requested: {error}")
    return JSONResponse(peering, 201)


async def show_settings(request: Request) -> Response:
    """GET /_cloud/settings."""
    return JSONResponse(asdict(_cloud(request).settings))


async def change_settings(request: Request) -> Response:
    """PATCH /_cloud/settings: from now on, until the process ends."""
    cloud = _cloud(request)
    try:
        cloud.settings = changed_settings(cloud.settings, await _object(request))
    except ValueError as error:
        return _wrong(str(error))
    return await show_settings(request)


async def requests(request: Request) -> Response:
    """GET /_cloud/requests?after=N: what the vendors were asked, oldest first."""
    query = request.query_params
    after, limit = query.get("after", "0"), query.get("limit", "1000")
    if not (after.isdigit() and limit.isdigit()):
        return _wrong("after and limit are numbers.")
    return JSONResponse(_cloud(request).store.requests(after=int(after), limit=int(limit)))


async def list_faults(request: Request) -> Response:
    """GET /_cloud/faults."""
    return JSONResponse(_cloud(request).faults.listing())


async def create_fault(request: Request) -> Response:
    """POST /_cloud/faults with one fault's fields (see ``faults.Fault``)."""
    try:
        fault = fault_of(await _object(request))
    except (ValueError, TypeError) as error:
        return _wrong(f"The fault cannot be used: {error}")
    board = _cloud(request).faults
    board.switch_on(fault)
    return JSONResponse(next(one for one in board.listing() if one["id"] == fault.id), 201)


async def delete_faults(request: Request) -> Response:
    """DELETE /_cloud/faults and /_cloud/faults/{id}."""
    gone = _cloud(request).faults.switch_off(request.path_params.get("id", ""))
    return JSONResponse({"switched_off": gone})


async def fault_met(request: Request) -> Response:
    """GET /_cloud/faults/{id}/met?times=1&seconds=30: answers once the fault has met so many requests, or in time.

    ``{"met": [{"method", "path"}]}`` with 200, or with 408 when there were fewer.
    """
    query = request.query_params
    times, seconds = query.get("times", "1"), query.get("seconds", "30")
    if not (times.isdigit() and seconds.replace(".", "", 1).isdigit()):
        return _wrong("times and seconds are numbers.")
    met = await _cloud(request).faults.wait_until_met(request.path_params["id"], int(times), min(float(seconds), 600))
    if met is None:
        return JSONResponse({"id": "not_found", "message": "There is no such fault."}, 404)
    return JSONResponse({"met": met}, 200 if len(met) >= int(times) else 408)


async def release_fault(request: Request) -> Response:
    """POST /_cloud/faults/{id}/release: what waits at a pause goes on, or with ``{"how": "drop"}`` is dropped.

    Dropped at ``pause_before`` it never takes effect, as if its sender had been killed before sending it.
    """
    try:
        how = (await _object(request)).get("how", "go_on")
    except ValueError as error:
        return _wrong(str(error))
    if how not in get_args(Release):
        return _wrong(f"how is one of {', '.join(get_args(Release))}.")
    if not _cloud(request).faults.release(request.path_params["id"], how):
        return JSONResponse({"id": "not_found", "message": "There is no such fault."}, 404)
    return JSONResponse({"released": how})


async def by_hand(request: Request) -> Response:
    """POST /_cloud/by-hand: one vendor call as a person in the vendor's dashboard would make it.

    ``as`` is whoever makes it, by email address or login; ``at`` the time (ISO 8601) at which it is made.
    """
    try:
        body = await _object(request)
        vendor, method, path = body["vendor"], str(body["method"]).upper(), str(body["path"])
        name = body.get("as") or _HUMANS[vendor]
        at = _time(body.get("at"))
    except (ValueError, KeyError) as error:
        return _wrong(f"vendor (heroku, github or gitlab), method and path are needed; as and at may be said: {error}")
    cloud = _cloud(request)
    mount = next(mount for mount in cloud.mounts if mount.name == vendor)
    call = _call_by_hand(request, mount, method, path, body.get("body") or {})
    call = replace(call, now=at or call.now)
    answer = cloud.perform_by_hand(call, mount, str(name))
    data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    return Response(data if data != b"null" else b"", answer.status, media_type="application/json")


def _time(text: Any) -> datetime | None:
    """A time with its zone; raises ValueError for anything else."""
    if text is None:
        return None
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return at


def _call_by_hand(request: Request, mount: Mount, method: str, path: str, body: Any) -> Call:
    cloud = _cloud(request)
    path, _, query = path.partition("?")
    return Call(
        store=cloud.store,
        now=cloud.clock(),
        account={},
        params={},
        query=dict(parse_qsl(query)),
        body=body,
        headers={"accept": _ACCEPT[mount.name], "user-agent": "by hand"},
        base_url=str(request.base_url).rstrip("/"),
        method=method,
        path=path.removeprefix(mount.prefix),
        raw=json.dumps(body).encode(),
        request_id=str(uuid.uuid4()),
        settings=cloud.settings,
    )


CONTROL_ROUTES = [
    Route("/_cloud/health", health, methods=["GET"]),
    Route("/_cloud/export", export, methods=["GET"]),
    Route("/_cloud/reset", reset_cloud, methods=["POST"]),
    Route("/_cloud/seed", seed_cloud, methods=["POST"]),
    Route("/_cloud/peerings", request_peering, methods=["POST"]),
    Route("/_cloud/settings", show_settings, methods=["GET"]),
    Route("/_cloud/settings", change_settings, methods=["PATCH"]),
    Route("/_cloud/requests", requests, methods=["GET"]),
    Route("/_cloud/faults", list_faults, methods=["GET"]),
    Route("/_cloud/faults", create_fault, methods=["POST"]),
    Route("/_cloud/faults", delete_faults, methods=["DELETE"]),
    Route("/_cloud/faults/{id}", delete_faults, methods=["DELETE"]),
    Route("/_cloud/faults/{id}/met", fault_met, methods=["GET"]),
    Route("/_cloud/faults/{id}/release", release_fault, methods=["POST"]),
    Route("/_cloud/by-hand", by_hand, methods=["POST"]),
]
