"""A deploy as somebody makes it from their own machine: a source, and a build of it."""

from __future__ import annotations

import io
import tarfile

import httpx

from infra.workflows.cloud import LocalCloud


def deploy(cloud: LocalCloud, app: str, *types: str) -> None:
    """Build and release a source with these process types."""
    procfile = "".join(f"{type}: bin/{type}\n" for type in types).encode()
    blob = io.BytesIO()
    with tarfile.open(fileobj=blob, mode="w") as archive:
        info = tarfile.TarInfo("Procfile")
        info.size = len(procfile)
        archive.addfile(info, io.BytesIO(procfile))
    source = cloud.by_hand("heroku", "POST", "/sources", None)["source_blob"]
    httpx.put(source["put_url"], content=blob.getvalue(), trust_env=False).raise_for_status()
    build = cloud.by_hand("heroku", "POST", f"/apps/{app}/builds", {"source_blob": {"url": source["get_url"]}})
    assert build["status"] in ("succeeded", "pending"), build
