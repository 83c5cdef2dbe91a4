"""The local cloud's own pages and control routes are for this machine only."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HOSTS = ("127.0.0.1", "localhost", "::1")


class LoopbackOnly:
    """Refuses control and page requests that name another host, or that come from another site's page.

    A site can make its name resolve to 127.0.0.1 (DNS rebinding) or have a visitor's browser post here; the vendors'
    routes need no such guard, since they want a token that no page knows.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_own(scope["path"]) and not _is_local(Headers(scope=scope)):
            await PlainTextResponse("The local cloud answers to this machine only.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_own(path: str) -> bool:
    return path == "/" or path.startswith("/_cloud")


def _is_local(headers: Headers) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    if urlsplit(f"//{host}").hostname not in _HOSTS:
        return False
    return origin is None or urlsplit(origin).netloc == host
