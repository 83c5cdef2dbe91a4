"""Steps that many tests of the Heroku half take."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Any

import httpx

from tests.localcloud.in_process import TEAM, LocalCloud

POSTGRES = {"plan": "heroku-postgresql:essential-0"}
PROCFILE = "web: java -jar app.jar\nworker: java -jar worker.jar\n"


async def done(answer: Any, *statuses: int) -> Any:
    """The JSON body of an awaited answer, which must have one of the statuses (200 or 201 when none is named)."""
    response = await answer
    assert response.status_code in (statuses or (200, 201)), f"{response.status_code}: {response.text}"
    return response.json() if response.content else None


async def refused(answer: Any, status: int, id: str, words: str = "") -> Any:
    """The error body of an awaited answer, which must be refused that way."""
    response = await answer
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    body = response.json()
    assert body["id"] == id
    assert words in body["message"], body["message"]
    return body


async def new_app(client: httpx.AsyncClient, name: str, **more: Any) -> Any:
    """Create an app."""
    return await done(client.post("/apps", json={"name": name, **more}))


def archive(procfile: str | None = PROCFILE, folder: str = "") -> bytes:
    """A source archive, gzipped, with or without a Procfile."""
    stream = io.BytesIO()
    files = {"README.md": "banking"} | ({} if procfile is None else {"Procfile": procfile})
    # Without a time inside, so that equal sources are equal bytes.
    with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"{folder}{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()


async def deploy(client: httpx.AsyncClient, app: str, procfile: str | None = PROCFILE, **source: Any) -> Any:
    """Upload a source and build it; the build's body."""
    blob = (await done(client.post("/sources")))["source_blob"]
    async with httpx.AsyncClient(transport=client._transport._inner) as bare:  # type: ignore[attr-defined]
        await done(bare.put(blob["put_url"], content=archive(procfile)))
    body = {"source_blob": {"url": blob["get_url"], "version": "0123456789abcdef", **source}}
    return await done(client.post(f"{app}/builds", json=body))


async def descriptions(client: httpx.AsyncClient, app: str) -> list[str]:
    """The descriptions of an app's releases, oldest first."""
    releases = await done(client.get(f"{app}/releases", headers={"Range": "version ..; order=asc"}))
    return [release["description"] for release in releases]


async def new_space(cloud: LocalCloud, name: str, **more: Any) -> Any:
    """Create a space in the team and wait until it is allocated."""
    await done(cloud.heroku.post("/spaces", json={"name": name, "team": TEAM, **more}))
    cloud.clock.pass_seconds(1)
    return await done(cloud.heroku.get(f"/spaces/{name}"))
