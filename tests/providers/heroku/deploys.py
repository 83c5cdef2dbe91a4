"""A deploy by hand: a source with a Procfile, built at once."""

from __future__ import annotations

import io
import tarfile

import httpx

from tests.providers.heroku.estate import URL, Estate, Resource


async def deploy(estate: Estate, app: Resource, procfile: str = "web: run\nworker: work\n") -> None:
    """Deploy an app with these process types."""
    source = await estate.by_hand("POST", "/sources")
    blob = io.BytesIO()
    with tarfile.open(fileobj=blob, mode="w:gz") as archive:
        info = tarfile.TarInfo("Procfile")
        info.size = len(procfile)
        archive.addfile(info, io.BytesIO(procfile.encode()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=estate.app), base_url=URL) as client:
        (await client.put(source["source_blob"]["put_url"], content=blob.getvalue())).raise_for_status()
    body = {"source_blob": {"url": source["source_blob"]["get_url"], "version": "v1"}}
    await estate.by_hand("POST", f"/apps/{app.id}/builds", body)
