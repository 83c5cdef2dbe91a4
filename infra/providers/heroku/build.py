"""heroku:build/build:Build: an app's source, built and released."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infra.apis.blobs import checksum_of
from infra.apis.heroku import Heroku, at
from infra.errors import NotFound, Rejected
from infra.providers.heroku import releases
from infra.providers.heroku.archive import archive_of, checksum_at
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.heroku.listing import of_apps
from infra.providers.heroku.lost import is_recent, made_once
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, object_of, string
from infra.providers.kit.resource import Failures, Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Heroku lets a build run for as long as its dyno lives.
LONGEST_BUILD = 26 * 3600.0

SOURCE = {
    "path": string("A local folder or archive, seen from the project's folder."),
    "url": string("The address (https) of an archive.", secret=True),
    "checksum": string("Its SHA256, when it comes from an address."),
    "version": string("What the source is called, such as its commit."),
}
USER = {"email": string("Their e-mail address."), "id": string("Their id.")}
FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "source": object_of("heroku:build/BuildSource:BuildSource", SOURCE, "What is built.", required=True, replace=True),
    "buildpacks": list_of(TEXT, "Buildpacks of this build alone.", replace=True, keep=True),
    "local_checksum": string("The SHA256 of what was sent.", computed=True, replace=True),
    "output_stream_url": string("Where its output is read.", computed=True, secret=True),
    "release_id": string("The release that it made.", computed=True),
    "slug_id": string("The slug that the app runs.", computed=True, replace=True),
    "stack": string("The stack that it was built on.", computed=True),
    "status": string("pending, succeeded or failed.", computed=True, replace=True),
    "users": list_of(object_of("heroku:build/BuildUser:BuildUser", USER, "Who."), "Who built it.", computed=True),
    "uuid": string("Its id.", computed=True),
    "made": string("The slug that it made.", computed=True, wire="__slug"),
}


def _check(new: Values) -> Failures:
    source = new["source"]
    url = source.get("url", "")
    if ("path" in source) == ("url" in source):
        return [("source", "give exactly one of `source.path` and `source.url`")]
    if "path" in source and "checksum" in source:
        return [("source", "`source.checksum` is made from `source.path`; leave it out")]
    parts = urlsplit(url if isinstance(url, str) else "https:")
    if url and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        return [("source", "`source.url` must start with https://")]
    return []


def _outputs(new: Values, build: dict[str, Any]) -> Values:
    slug = (build.get("slug") or {}).get("id")
    outputs = {
        "app_id": new["app_id"],
        "source": new.get("source"),
        "buildpacks": new.get("buildpacks") or [_buildpack(one) for one in build.get("buildpacks") or []],
        "local_checksum": build["source_blob"].get("checksum") if "path" in (new.get("source") or {}) else None,
        "output_stream_url": build.get("output_stream_url"),
        "release_id": (build.get("release") or {}).get("id"),
        "slug_id": slug,
        "made": slug,
        "stack": build.get("stack"),
        "status": build["status"],
        "users": [{"email": build["user"]["email"], "id": build["user"]["id"]}],
        "uuid": build["id"],
    }
    return {name: value for name, value in outputs.items() if value is not None}


def _buildpack(buildpack: dict[str, Any]) -> str:
    return str(buildpack.get("url") or buildpack.get("name"))


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    path = at("apps", new["app_id"], "builds")
    body: Values = {"source_blob": await _source_blob(heroku, new["source"])}
    if "buildpacks" in new:
        body["buildpacks"] = [_named(one) for one in new["buildpacks"]]

    async def post() -> Any:
        return await heroku.post(path, body)

    async def find() -> Any | None:
        url = body["source_blob"]["url"]
        rows = await heroku.list(path)
        same = [one for one in rows if is_recent(one, context) and one["source_blob"]["url"] == url]
        return same[-1] if same else None

    build = await made_once(context, post, find, what=f"the build of {new['app_id']}")
    context.born(build["id"], _outputs(new, build))
    return Made(build["id"], await _succeeded(heroku, build, new, context))


def _named(buildpack: str) -> dict[str, str]:
    return {"url": buildpack} if "://" in buildpack or buildpack.startswith("urn:") else {"name": buildpack}


async def _source_blob(heroku: Heroku, source: Values) -> Values:
    """What Heroku is to fetch; a local archive is uploaded first."""
    more = {"version": source["version"]} if "version" in source else {}
    if "url" in source:
        checksum = {"checksum": source["checksum"]} if "checksum" in source else {}
        return {"url": source["url"], **checksum, **more}
    with ExitStack() as stack:
        archive = await asyncio.to_thread(stack.enter_context, archive_of(source["path"]))
        blob = (await heroku.post("/sources", repeatable=True))["source_blob"]
        await heroku.blobs.upload(blob["put_url"], archive)
        return {"url": blob["get_url"], "checksum": await asyncio.to_thread(checksum_of, archive), **more}


async def _succeeded(heroku: Heroku, build: dict[str, Any], new: Values, context: Context) -> Values:
    app = new["app_id"]
    path = at("apps", app, "builds", build["id"])

    async def poll() -> Any | None:
        now = await heroku.get(path) if build["status"] == "pending" else build
        return None if now["status"] == "pending" else now

    done = await context.wait(poll, what=f"the build of {app}", first=0.25, limit=LONGEST_BUILD)
    outputs = _outputs(new, done)
    context.born(build["id"], outputs)
    if done["status"] != "succeeded":
        raise await _failure(heroku, app, done)
    await _released(heroku, app, done, context)
    return outputs


async def _failure(heroku: Heroku, app: str, build: dict[str, Any]) -> Rejected:
    tail = await releases.output_of(heroku, build.get("output_stream_url"))
    return Rejected(
        f"the build of {app} {build['status']}" + (f"\n  {tail}" if tail else ""),
        where=f"build {build['id']}",
        todo="Fix the source, then run `pulumi up`: it builds again.",
    )


async def _released(heroku: Heroku, app: str, build: dict[str, Any], context: Context) -> None:
    """A build has succeeded before its release phase has: only then does the app run it."""
    if not build.get("release"):
        return
    release = await heroku.get(at("apps", app, "releases", build["release"]["id"]))
    done = await releases.ended(heroku, app, release, context)
    if done["status"] != "succeeded":
        context.born(build["id"], {**(context.birth or ("", {}))[1], "status": "failed"})
        why = "its release phase ended badly, and the app runs what it ran before"
        raise await releases.failure(heroku, app, done, why=why, todo="Fix it, then run `pulumi up`: it builds again.")


async def _update(heroku: Heroku, id: str, _old: Old, new: Values, context: Context) -> Values:
    """Only after a run that was stopped: go on waiting."""
    return await _succeeded(heroku, await heroku.get(at("apps", new["app_id"], "builds", id)), new, context)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, id = split_id(id, "app:build")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        build = await heroku.get(at("apps", app, "builds", id))
        running = await releases.current(heroku, app) if build["status"] == "succeeded" else None
    except NotFound:
        return None
    source = old.inputs.get("source") or _source(build)
    outputs = _outputs({"app_id": app, "source": source, "buildpacks": old.inputs.get("buildpacks")}, build)
    if old.get("status") == "failed":
        outputs["status"] = "failed"
    # Whoever deployed something else since then changed what the app runs.
    if running and running.get("slug"):
        outputs["slug_id"] = running["slug"]["id"]
    return Live(build["id"], outputs)


def _source(build: dict[str, Any]) -> Values:
    return {key: value for key, value in build["source_blob"].items() if key in SOURCE and value is not None}


async def _differs(_heroku: Heroku, _id: str, old: Old, new: Values) -> tuple[str, ...]:
    if old.get("status") == "failed":
        return ("status",)
    if old.get("made") and old.get("slug_id") != old.get("made"):
        return ("slug_id",)
    path = new["source"].get("path")
    # Where the source is not at hand, as in a refresh elsewhere, what was built stays.
    if path is None or not Path(path).exists():
        return ()
    return () if await asyncio.to_thread(checksum_at, path) == old.get("local_checksum") else ("local_checksum",)


RESOURCE: Resource[Heroku] = Resource(
    "heroku:build/build:Build",
    help="A build of an app's source; it and its release phase are waited for. Deleting it changes nothing.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    # A build stays in the app's history: there is no way to take it out.
    delete=stays,
    check=_check,
    differs=_differs,
    unfinished=releases.under_way("the build"),
    list=of_apps("builds", lambda build: (build["id"], build["source_blob"].get("version") or build["created_at"])),
    import_id="`app:build`",
)
