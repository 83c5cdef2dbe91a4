"""Slugs released directly."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import LocalCloud


async def test_slugs_can_be_released_directly(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """The slug's own address takes the archive."""
    body = {"process_types": {"web": "run"}, "commit": "abcdef0123", "stack": "heroku-24"}
    slug = await done(heroku.post(f"{app}/slugs", json=body))
    assert slug["blob"]["method"] == "put"
    async with httpx.AsyncClient(transport=cloud.transport) as bare:
        await done(bare.put(slug["blob"]["url"], content=b"slug"))
    release = await done(heroku.post(f"{app}/releases", json={"slug": slug["id"], "description": "By hand"}))
    assert (release["description"], release["artifacts"]) == ("By hand", [{"type": "slug", "id": slug["id"]}])
    await refused(heroku.post(f"{app}/releases", json={}), 400, "bad_request", "slug")
