"""A deploy by hand: a source with a Procfile, built at once."""

from __future__ import annotations

import gzip
import io
import tarfile

import httpx

from tests.providers.heroku.estate import URL, Estate, Resource


def source_archive(procfile: str = "web: run\nworker: work\n") -> bytes:
    """A compressed source with these process types, the same at any time."""
    blob = io.BytesIO()
    with gzip.GzipFile(fileobj=blob, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("Procfile")
        info.size = len(procfile)
        archive.addfile(info, io.BytesIO(procfile.encode()))
    return blob.getvalue()


async def upload_source(estate: Estate, procfile: str = "web: run\nworker: work\n") -> str:
    """Upload a source by hand: the address to get it from."""
    source = await estate.by_hand("POST", "/sources")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=estate.app), base_url=URL) as client:
        answer = await client.put(source["source_blob"]["put_url"], content=source_archive(procfile))
    answer.raise_for_status()
    return str(source["source_blob"]["get_url"])


def set_release(estate: Estate, app_id: str, **changed: object) -> str:
    """Change the newest release of an app in the local cloud's own books, such as its status; answers its id."""
    store = estate.app.state.cloud.store
    release = store.find("heroku.release", parent=app_id)[-1]
    store.put("heroku.release", release["id"], {**release, **changed}, parent=app_id)
    return str(release["id"])


async def deploy(estate: Estate, app: Resource, procfile: str = "web: run\nworker: work\n") -> None:
    """Deploy an app with these process types."""
    body = {"source_blob": {"url": await upload_source(estate, procfile), "version": "v1"}}
    await estate.by_hand("POST", f"/apps/{app.id}/builds", body)
