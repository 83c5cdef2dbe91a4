"""Which routes there are."""

from __future__ import annotations

from typing import Any

import httpx

from tests.localcloud.heroku.steps import refused
from tests.localcloud.in_process import LocalCloud


async def test_every_route_is_one_of_herokus(cloud: LocalCloud) -> None:
    """No route is made up: each fits an operation of the hyper-schema."""
    from infra.localcloud import heroku as half
    from tests.contract.heroku_schema import links_for

    unknown: list[Any] = [
        (method, template)
        for method, template, _, _ in half.ROUTES
        if not links_for(method, template.replace("{user}", "~"))
    ]
    assert unknown == []


async def test_what_is_not_served_says_so(heroku: httpx.AsyncClient) -> None:
    """501 with method and path, for unknown paths and unknown methods alike."""
    for method, path in (("GET", "/account/invoices"), ("PUT", "/apps"), ("POST", "/made/up")):
        await refused(heroku.request(method, path), 501, "not_implemented", f"{method} {path}")


async def test_methods_can_be_overridden(heroku: httpx.AsyncClient, app: str) -> None:
    """``X-Http-Method-Override`` on a POST."""
    raw = heroku._transport._inner  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=raw, base_url=heroku.base_url, headers=heroku.headers) as bare:
        answer = await bare.post(f"{app}", json={"maintenance": True}, headers={"X-Http-Method-Override": "patch"})
    assert answer.json()["maintenance"] is True
