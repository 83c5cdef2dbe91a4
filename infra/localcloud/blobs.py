"""Bytes the local cloud keeps for Heroku's sources and slugs: signed addresses to put them to and get them from."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.localcloud.store import Store

LARGEST = 100 * 1024 * 1024


def blob_url(store: Store, base_url: str, name: str) -> str:
    """The address of a blob; whoever knows it may put and get, as with a pre-signed storage address."""
    return f"{base_url}/_blobs/{name}?signature={_signature(store, name)}"


def keep_blob(store: Store, name: str, data: bytes, *, parent: str = "") -> None:
    """Put bytes under a name, as a client would at ``blob_url``."""
    store.put("cloud.blob", name, {"data": base64.b64encode(data).decode()}, parent=parent)


def blob_at(store: Store, base_url: str, url: str) -> bytes | None:
    """The bytes behind an address of this local cloud, or ``None`` when it is another's or nothing was put there."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/_blobs/")
    ours = url.startswith(f"{base_url}/_blobs/")
    if not ours or parse_qs(parts.query).get("signature") != [_signature(store, name)]:
        return None
    return _get(store, name)


async def put_blob(request: Request) -> Response:
    """Keep the body's bytes."""
    store, name = _store(request), request.path_params["name"]
    if request.query_params.get("signature") != _signature(store, name):
        return Response("The signature does not fit.", 403)
    data = await request.body()
    if len(data) > LARGEST:
        return Response("The blob is too large.", 413)
    keep_blob(store, name, data)
    return Response(headers={"ETag": f'"{hashlib.sha256(data).hexdigest()}"'})


async def get_blob(request: Request) -> Response:
    """Answer the bytes that were put."""
    store, name = _store(request), request.path_params["name"]
    if request.query_params.get("signature") != _signature(store, name):
        return Response("The signature does not fit.", 403)
    data = _get(store, name)
    if data is None:
        return Response("Nothing was put here.", 404)
    return Response(data, media_type="application/octet-stream")


BLOB_ROUTES = [
    Route("/_blobs/{name}", put_blob, methods=["PUT"]),
    Route("/_blobs/{name}", get_blob, methods=["GET"]),
]


def _store(request: Request) -> Store:
    store: Store = request.app.state.cloud.store
    return store


def _get(store: Store, name: str) -> bytes | None:
    body = store.get("cloud.blob", name)
    return None if body is None else base64.b64decode(body["data"])


def _signature(store: Store, name: str) -> str:
    return store.fingerprint(f"blob:{name}")
