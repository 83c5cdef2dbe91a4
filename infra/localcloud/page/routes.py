"""The page's routes: the page itself, the part that changes, and what it is made with."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from infra.localcloud.app import Cloud
    from infra.localcloud.page.view import View

_ASSETS = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def show_page(request: Request) -> Response:
    """GET /: the whole page; ``?still`` keeps a browser without JavaScript from reloading it."""
    from infra.localcloud.page.render import page_html

    cloud = _settled(request)
    html = page_html(_view(cloud), _version(cloud), still="still" in request.query_params)
    return HTMLResponse(html, headers=_HEADERS)


async def show_fragment(request: Request) -> Response:
    """GET /_cloud/page/fragment: what changes, or 304 while it is what ``If-None-Match`` names."""
    from infra.localcloud.page.render import fragment_html

    cloud = _settled(request)
    version = _version(cloud)
    headers = {**_HEADERS, "ETag": f'"{version}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(fragment_html(_view(cloud), version), headers=headers)


async def show_asset(request: Request) -> Response:
    """GET /_cloud/page/{name}: the style sheet, the script, the icon."""
    name = request.path_params["name"]
    if name not in _ASSETS:
        return PlainTextResponse("There is no such part of the page.", 404, headers=_HEADERS)
    content = (Path(__file__).parent / "assets" / name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers=_HEADERS)


PAGE_ROUTES = [
    Route("/", show_page, methods=["GET"]),
    Route("/_cloud/page/fragment", show_fragment, methods=["GET"]),
    Route("/_cloud/page/{name}", show_asset, methods=["GET"]),
]


def _settled(request: Request) -> Cloud:
    """The cloud, with everything done that is due: an add-on being provisioned must not look stuck."""
    cloud: Cloud = request.app.state.cloud
    cloud.settle()
    return cloud


def _view(cloud: Cloud) -> View:
    from infra.localcloud.page.view import view_of

    return view_of(cloud.store, cloud.faults, cloud.clock())


def _version(cloud: Cloud) -> str:
    """Another one after each change of anything shown; costs nothing to ask for every second."""
    # SQLite's own count of the rows written since the store was opened. The log's growth alone would miss a reset, a
    # seed, and an add-on whose time has come.
    changes = cloud.store.changes
    return f"{changes:x}-{zlib.crc32(repr(cloud.faults.listing()).encode()):x}"
