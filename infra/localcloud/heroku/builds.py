"""Builds: a source archive with a Procfile becomes a slug and a release at once; and the sources they start from."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.blobs import blob_at, blob_url, keep_blob
from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.artifacts import artifact_ref, commands_of
from infra.localcloud.heroku.buildpacks import buildpack_body, installations_of
from infra.localcloud.heroku.fields import LIST, OBJECT, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.oci_images import add_image, process_type
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.releases import add_release
from infra.localcloud.heroku.slugs import add_slug
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.build"
_LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(.+?)\s*$", re.MULTILINE)


class BuildFailed(Exception):
    """The source cannot be built; the message is what the build's output says."""


def processes_in(archive: bytes) -> dict[str, str]:
    """The process types a source archive's Procfile declares; the archive may have one folder at its top."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            return _processes(tar)
    except tarfile.TarError:
        raise BuildFailed("The source is not a tar archive.") from None


def _processes(tar: tarfile.TarFile) -> dict[str, str]:
    for member in sorted(tar.getmembers(), key=lambda one: one.name.count("/")):
        depth = [part for part in member.name.split("/") if part not in ("", ".")]
        file = tar.extractfile(member) if depth[-1:] == ["Procfile"] and len(depth) <= 2 and member.isfile() else None
        if file is not None:
            return dict(_LINE.findall(file.read().decode("utf-8", "replace")))
    raise BuildFailed("No Procfile: the local cloud takes the process types from it and runs no buildpacks.")


def create_build(call: Call) -> Answer:
    """POST /apps/{app}/builds: done when it is answered, ``succeeded`` or ``failed``."""
    wanted = body_of(call, {"source_blob": OBJECT, "buildpacks": LIST}, required=("source_blob",))
    source = checked_source(wanted["source_blob"])
    app = app_for(call)
    if wanted.get("buildpacks") and app["build_stack"]["name"] == "cnb":
        raise invalid("Apps on the cnb stack declare their buildpacks in project.toml.")
    given = [
        parameters(item, {"url": STRING, "name": STRING}, where="#/buildpacks") for item in wanted.get("buildpacks", [])
    ]
    names = [item.get("url") or item.get("name") or "" for item in given]
    return found(build(call.store, call.now, call.base_url, app, call.account, source, names), 201)


def checked_source(value: Any) -> Body:
    """A source blob's parameters."""
    allowed = {"url": STRING, "checksum": STRING, "version": STRING, "version_description": STRING}
    return parameters(value, allowed, required=("url",), where="#/source_blob")


def build(
    store: Store, now: datetime, base_url: str, app: Body, account: Body, source: Body, buildpacks: list[str]
) -> Body:
    """Build a source for an app and release it; the stored build says how it went."""
    body = _new_build(store, now, base_url, app, account, source, buildpacks)
    try:
        code, release = _build(store, now, base_url, app, account, source)
        made = artifact_ref(code)
        slug = {"id": code["id"]} if made["type"] == "slug" else None
        body |= {"slug": slug, "release": {"id": release["id"]}, "status": "succeeded"}
        output = f"-----> Discovered process types: {', '.join(commands_of(code))}\n"
    except BuildFailed as failure:
        body["status"], output = "failed", f" !     {failure}\n"
    store.put(KIND, body["id"], body, parent=app["id"])
    keep_blob(store, f"build-{body['id']}", output.encode(), parent=app["id"])
    return body


def _new_build(
    store: Store, now: datetime, base_url: str, app: Body, account: Body, source: Body, buildpacks: list[str]
) -> Body:
    id = new_id()
    installed = [item["buildpack"] for item in installations_of(store, app["id"])]
    return {
        "id": id,
        "app": {"id": app["id"]},
        "buildpacks": [buildpack_body(name) for name in buildpacks] or installed or None,
        "output_stream_url": blob_url(store, base_url, f"build-{id}"),
        "source_blob": {
            "checksum": source.get("checksum"),
            "url": source["url"],
            "version": source.get("version"),
            "version_description": source.get("version_description"),
        },
        "release": None,
        "slug": None,
        "stack": app["build_stack"]["name"],
        "status": "pending",
        "user": {"id": account["id"], "email": account["email"]},
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }


def fetched(store: Store, base_url: str, source: Body) -> bytes:
    """The bytes of a source that was uploaded here, or BuildFailed."""
    archive = blob_at(store, base_url, source["url"])
    if archive is None:
        where = _host(source["url"])
        raise BuildFailed(
            f"Nothing was uploaded there ({where}): the local cloud builds what was put to POST /sources."
        )
    digest = f"SHA256:{hashlib.sha256(archive).hexdigest()}"
    if source.get("checksum") and source["checksum"].lower() != digest.lower():
        raise BuildFailed("The checksum does not fit the source.")
    return archive


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _build(store: Store, now: datetime, base_url: str, app: Body, account: Body, source: Body) -> tuple[Body, Body]:
    archive = fetched(store, base_url, source)
    processes = processes_in(archive)
    fresh = {**app, "stack": app["build_stack"]}
    store.put("heroku.app", app["id"], fresh)
    code = _code(store, now, fresh, processes, archive, source)
    description = f"Deploy {(source.get('version') or code['id'])[:8]}"
    return code, add_release(store, now, fresh, account, description, code["id"])


def _code(store: Store, now: datetime, app: Body, processes: dict[str, str], archive: bytes, source: Body) -> Body:
    """What a build makes: a slug, or an OCI image in the Fir generation."""
    digest = hashlib.sha256(archive).hexdigest()
    version, description = source.get("version"), source.get("version_description")
    if app["generation"]["name"] == "fir":
        types = {name: process_type(name, command) for name, command in processes.items()}
        more = {"commit": version or "", "commit_description": description or ""}
        return add_image(store, now, app, types, digest=f"sha256:{digest}", **more)
    return add_slug(
        store, now, app, processes,
        checksum=f"SHA256:{digest}", commit=version, commit_description=description, size=len(archive),
    )  # fmt: skip


def _build_for(call: Call, app: Body) -> Body:
    build = call.store.get(KIND, call.params["build"])
    if build is None or build["app"]["id"] != app["id"]:
        raise not_found("build")
    return build


def list_builds(call: Call) -> Answer:
    """GET /apps/{app}/builds."""
    return paged(call, call.store.find(KIND, parent=app_for(call)["id"]), ("id",))


def get_build(call: Call) -> Answer:
    """GET /apps/{app}/builds/{build}."""
    return found(_build_for(call, app_for(call)))


def cancel_build(call: Call) -> Answer:
    """DELETE /apps/{app}/builds/{build}: too late, since builds here are done at once."""
    build = _build_for(call, app_for(call))
    raise invalid(f"The build has already {build['status']}; it cannot be cancelled.")


def delete_cache(call: Call) -> Answer:
    """DELETE /apps/{app}/build-cache: there is none, so it is empty."""
    app_for(call)
    return Answer(204)


def create_source(call: Call) -> Answer:
    """POST /sources: an address to put a source archive to, and one to get it from."""
    if "app" in call.params:
        app_for(call)
    url = blob_url(call.store, call.base_url, f"source-{new_id()}")
    return Answer(201, {"source_blob": {"get_url": url, "put_url": url}})


ROUTES: list[Route] = [
    ("POST", "/sources", create_source, "write"),
    ("POST", "/apps/{app}/sources", create_source, "write"),
    ("POST", "/apps/{app}/builds", create_build, "write"),
    ("GET", "/apps/{app}/builds", list_builds, "read"),
    ("GET", "/apps/{app}/builds/{build}", get_build, "read"),
    ("DELETE", "/apps/{app}/builds/{build}", cancel_build, "write"),
    ("DELETE", "/apps/{app}/build-cache", delete_cache, "write"),
]
