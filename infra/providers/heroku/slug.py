"""heroku:slug/slug:Slug: an app's compiled code, uploaded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from infra.apis.blobs import checksum_of
from infra.apis.heroku import Heroku, at
from infra.errors import NotFound, Rejected
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, integer, list_of, map_of, object_of, string
from infra.providers.kit.resource import Failures, Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TEXTS = ("buildpack_provided_description", "checksum", "commit", "commit_description", "stack")
BLOB = {"method": string("How to fetch it."), "url": string("From where.")}
FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "process_types": map_of(TEXT, "The command of each process type.", required=True, replace=True),
    "buildpack_provided_description": string("What it is written in.", replace=True),
    "checksum": string("The SHA256 of the archive; made from it if not given.", replace=True, keep=True),
    "commit": string("The commit that it was made from.", replace=True),
    "commit_description": string("What that commit says.", replace=True),
    "file_path": string("The archive, a local file.", replace=True, write_only=True),
    "file_url": string("The archive's address (https).", replace=True, secret=True, write_only=True),
    "stack": string("The stack that it is made for.", replace=True, keep=True),
    "blobs": list_of(
        object_of("heroku:slug/SlugBlob:SlugBlob", BLOB, "Where it lies."),
        "Left empty: such an address is signed, and good for minutes only.",
        computed=True,
        secret=True,
    ),
    "size": integer("The archive's size in bytes.", computed=True),
    "stack_id": string("The stack's id.", computed=True),
}


def _check(new: Values) -> Failures:
    if "file_path" in new and "file_url" in new:
        return [("file_url", "give `filePath` or `fileUrl`, not both")]
    parts = urlsplit(str(new.get("file_url", "https:")))
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        return [("file_url", "`fileUrl` must start with https://")]
    return []


def _outputs(new: Values, slug: dict[str, Any]) -> Values:
    outputs = {
        **new,
        **{name: slug.get(name) for name in ("process_types", *TEXTS[:-1])},
        "size": slug.get("size"),
        "stack": slug["stack"]["name"],
        "stack_id": slug["stack"]["id"],
    }
    # A stack may be given by its id as well.
    if new.get("stack") == slug["stack"]["id"]:
        outputs["stack"] = new["stack"]
    return {name: value for name, value in outputs.items() if value is not None}


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    body = {name: new[name] for name in ("process_types", *TEXTS) if name in new}
    path = at("apps", new["app_id"], "slugs")
    with _file() as fetched:
        archive = await _archive(heroku, new, fetched)
        if archive is not None:
            body.setdefault("checksum", await asyncio.to_thread(checksum_of, archive))
        # A slug whose answer was lost is nothing but a record that nobody uses.
        slug = await heroku.post(path, body, repeatable=True)
        if archive is not None:
            await heroku.blobs.upload(slug["blob"]["url"], archive, method=slug["blob"]["method"])
    # What is in the state has its archive: a slug without one cannot be completed later.
    return Made(slug["id"], _outputs(new, slug))


@contextmanager
def _file() -> Iterator[Path]:
    with NamedTemporaryFile(suffix=".tgz") as file:
        yield Path(file.name)


async def _archive(heroku: Heroku, new: Values, fetched: Path) -> Path | None:
    if "file_path" in new:
        if not Path(new["file_path"]).is_file():
            raise Rejected(
                f"there is no file `{new['file_path']}`",
                where="filePath",
                todo=f"It is looked for from {Path.cwd().name}/, the project's folder.",
            )
        return Path(new["file_path"])
    if "file_url" in new:
        await heroku.blobs.download(new["file_url"], fetched)
        return fetched
    return None


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, id = split_id(id, "app:slug")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        slug = await heroku.get(at("apps", app, "slugs", id))
    except NotFound:
        return None
    return Live(slug["id"], _outputs({"app_id": app, "stack": old.get("stack")}, slug))


async def _differs(_heroku: Heroku, _id: str, old: Old, new: Values) -> tuple[str, ...]:
    """Whether the local file is another than the one that was uploaded."""
    path = new.get("file_path")
    if path is None or "checksum" in new or not Path(path).is_file():
        return ()
    return () if await asyncio.to_thread(checksum_of, Path(path)) == old.get("checksum") else ("checksum",)


RESOURCE: Resource[Heroku] = Resource(
    "heroku:slug/slug:Slug",
    help="Compiled code, uploaded and ready to be released. Deleting it changes nothing.",
    fields=FIELDS,
    create=_create,
    read=_read,
    # Heroku forgets slugs that nobody uses; there is no way to delete one.
    delete=stays,
    check=_check,
    differs=_differs,
    import_id="`app:slug`",
)
