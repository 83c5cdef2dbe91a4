"""The local cloud as one ASGI app: the vendors, the control routes, and the way every vendor request takes."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from infra.localcloud import github, gitlab, heroku
from infra.localcloud.blobs import BLOB_ROUTES
from infra.localcloud.control import CONTROL_ROUTES
from infra.localcloud.exchange import Answer, Call, Caller, Refusal, Settings, Vendor
from infra.localcloud.faults import Fault, Pause, Release, Switchboard
from infra.localcloud.loopback import LoopbackOnly
from infra.localcloud.page import PAGE_ROUTES
from infra.localcloud.routing import Router
from infra.localcloud.store import Store

NOBODY = Caller({}, frozenset(), "")


@dataclass(frozen=True)
class Mount:
    """One vendor's routes below a prefix of the path."""

    name: str
    prefix: str
    vendor: Vendor
    router: Router


@dataclass
class Cloud:
    """What the running app holds: reached from control routes as ``request.app.state.cloud``."""

    store: Store
    clock: Callable[[], datetime]
    settings: Settings
    mounts: list[Mount]
    faults: Switchboard = field(default_factory=Switchboard)

    def mount_of(self, path: str) -> Mount:
        """The vendor that owns a path; mounts are ordered from the longest prefix to the shortest."""
        return next(mount for mount in self.mounts if f"{path}/".startswith(f"{mount.prefix}/"))

    def perform(self, call: Call, caller: Caller, mount: Mount) -> Answer:
        """Route one authenticated call, all or nothing, and finish its answer."""
        match = mount.router.match(call.method, call.path)
        call = replace(call, account=caller.account, scopes=caller.scopes)
        try:
            if match is None:
                raise _not_served(call)
            call = replace(call, params=match.params, scope=match.route[3])
            with self.store.transaction():
                mount.vendor.admit(call)
            with self.store.transaction():
                mount.vendor.settle(self.store, self.clock())
                answer = match.route[2](call)
        except Refusal as refusal:
            answer = mount.vendor.refuse(refusal)
        with self.store.transaction():
            return mount.vendor.finish(call, answer)

    def perform_by_hand(self, call: Call, mount: Mount, name: str) -> Answer:
        """One call as that account, allowed everything, without a token."""
        try:
            caller = mount.vendor.caller_named(self.store, name)
        except Refusal as refusal:
            return mount.vendor.refuse(refusal)
        started = time.perf_counter()
        answer = self.perform(call, caller, mount)
        self.log(mount, call.method, f"{mount.prefix}{call.path}", call.query, answer.status, name, "by hand", started)
        return answer

    def log(
        self,
        mount: Mount,
        method: str,
        path: str,
        query: Mapping[str, str],
        status: int | str,
        account: str,
        client: str,
        started: float,
    ) -> None:
        """Log one vendor request: of its query only the names, of its bodies and headers nothing."""
        self.store.log_request(
            {
                "vendor": mount.name,
                "method": method,
                "path": path,
                "query": sorted(query),
                "status": status,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                "account": account,
                "client": client,
                "at": self.clock().isoformat(),
            }
        )

    def settle(self) -> None:
        """Let everything that is due become true, in every vendor."""
        for vendor in {mount.name: mount.vendor for mount in self.mounts}.values():
            with self.store.transaction():
                vendor.settle(self.store, self.clock())


def create_app(store: Store, *, clock: Callable[[], datetime], settings: Settings | None = None) -> Starlette:
    """The local cloud over a store; ``clock`` gives the time in UTC."""
    mounts = [
        Mount("github", "/api/v3", github, Router(github.ROUTES)),
        Mount("gitlab", "/api/v4", gitlab, Router(gitlab.ROUTES)),
        Mount("github", "/api", github, Router(github.GRAPHQL_ROUTES)),
        Mount("heroku", "", heroku, Router(heroku.ROUTES)),
    ]
    cloud = Cloud(store, clock, settings or Settings(), mounts)
    vendors = StarletteRoute("/{path:path}", _VendorEndpoint(cloud), methods=None)
    app = Starlette(
        routes=[*PAGE_ROUTES, *CONTROL_ROUTES, *BLOB_ROUTES, vendors], middleware=[Middleware(LoopbackOnly)]
    )
    app.state.cloud = cloud
    return app


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class _VendorEndpoint:
    """The ASGI end point of every path that is not the local cloud's own."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        started = time.perf_counter()
        raw = await request.body()
        method, path = _method(request), _raw_path(scope)
        mount = self._cloud.mount_of(path)
        faults = self._cloud.faults.meet(mount.name, method, path)
        await _be_slow(faults)
        if _has(faults, "drop_before") or await self._pause(faults, "pause_before") == "drop":
            await self._drop(scope, receive, request, mount, started, "dropped before")
            return
        answer, caller = self._answer(request, method, path, raw, mount, faults)
        if _has(faults, "drop_after") or await self._pause(faults, "pause_after") == "drop":
            await self._drop(scope, receive, request, mount, started, "dropped after")
            return
        self._log(request, mount, answer.status, caller.name, started)
        await _response(answer)(scope, receive, send)

    async def _pause(self, faults: list[Fault], kind: Pause) -> Release:
        for fault in faults:
            if fault.kind == kind and await self._cloud.faults.pause(fault) == "drop":
                return "drop"
        return "go_on"

    def _answer(
        self, request: Request, method: str, path: str, raw: bytes, mount: Mount, faults: list[Fault]
    ) -> tuple[Answer, Caller]:
        call = Call(
            store=self._cloud.store,
            now=self._cloud.clock(),
            account={},
            params={},
            query=dict(request.query_params),
            body={},
            headers={name.lower(): value for name, value in request.headers.items()},
            base_url=f"{request.url.scheme}://{request.url.netloc}",
            method=method,
            path=path.removeprefix(mount.prefix),
            raw=raw,
            request_id=str(uuid.uuid4()),
            settings=self._cloud.settings,
        )
        try:
            _raise_fault(faults)
            caller = mount.vendor.authenticate(self._cloud.store, call.headers)
            call = replace(call, body=_parsed(raw))
        except Refusal as refusal:
            with self._cloud.store.transaction():
                return mount.vendor.finish(call, mount.vendor.refuse(refusal)), NOBODY
        return self._cloud.perform(call, caller, mount), caller

    def _log(self, request: Request, mount: Mount, status: int | str, name: str, started: float) -> None:
        path, client = request.url.path, request.headers.get("user-agent", "")
        self._cloud.log(mount, request.method, path, request.query_params, status, name, client, started)

    async def _drop(
        self, scope: Scope, receive: Receive, request: Request, mount: Mount, started: float, how: str
    ) -> None:
        """Break the connection: for real on a socket (``server.py`` offers the way), by an exception in-process."""
        self._log(request, mount, how, "", started)
        abort = scope.get("extensions", {}).get("twelvefold.abort")
        if abort is None:
            raise ConnectionResetError(f"the local cloud was told to drop this connection ({how} taking effect)")
        abort()
        while (await receive())["type"] != "http.disconnect":
            continue


def _method(request: Request) -> str:
    override = request.headers.get("x-http-method-override", "")
    return override.upper() if request.method == "POST" and override else request.method


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.split(b"?")[0].decode("ascii", "replace")


def _parsed(raw: bytes) -> Any:
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw, parse_constant=_no_number)
        # A lone surrogate is JSON, but no text: it could be stored and never answered.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refusal(400, "bad_request", "The request's body is not JSON.") from None
    return body


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _not_served(call: Call) -> Refusal:
    return Refusal(501, "not_implemented", f"The local cloud does not serve {call.method} {call.path or '/'}")


async def _be_slow(faults: list[Fault]) -> None:
    slowness = sum(fault.milliseconds for fault in faults if fault.kind == "slow")
    if slowness:
        await asyncio.sleep(slowness / 1000)


def _has(faults: list[Fault], kind: str) -> bool:
    return any(fault.kind == kind for fault in faults)


def _raise_fault(faults: list[Fault]) -> None:
    for fault in faults:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.kind == "rate_limit":
            raise Refusal(429, "rate_limit", "", headers=headers)
        if fault.kind == "status":
            raise Refusal(fault.status, "unavailable", "The local cloud was told to fail.", headers=headers)


def _response(answer: Answer) -> Response:
    headers: Mapping[str, str] = answer.headers
    if answer.body is None or isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, dict(headers))
    text = json.dumps(answer.body, separators=(",", ":"), ensure_ascii=False)
    return Response(text, answer.status, {"content-type": "application/json; charset=utf-8", **headers})
