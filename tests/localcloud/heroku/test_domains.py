"""Domains: hostnames, defaults, automated certificates."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.heroku.steps import done, new_app, refused
from tests.localcloud.in_process import LocalCloud


async def test_domains_come_and_go(heroku: httpx.AsyncClient, app: str) -> None:
    """A custom domain has a DNS target; the default one stays."""
    path = f"{app}/domains"
    await refused(heroku.post(path, json={"hostname": "www.example.com"}), 400, "bad_request", "sni_endpoint")
    domain = await done(heroku.post(path, json={"hostname": "WWW.example.com", "sni_endpoint": None}))
    assert (domain["hostname"], domain["kind"], domain["acm_status"]) == ("www.example.com", "custom", None)
    assert domain["cname"].endswith(".herokudns.com")
    assert await done(heroku.get(f"{path}/www.example.com")) == domain
    await done(heroku.delete(f"{path}/{domain['id']}"))
    default = (await done(heroku.get(path)))[0]
    await refused(heroku.delete(f"{path}/{default['id']}"), 422, "invalid_params", "default domain")


async def test_a_hostname_belongs_to_one_app(heroku: httpx.AsyncClient, pat: httpx.AsyncClient, app: str) -> None:
    """Whoever owns the other app."""
    body = {"hostname": "www.example.com", "sni_endpoint": None}
    await done(heroku.post(f"{app}/domains", json=body))
    await refused(heroku.post(f"{app}/domains", json=body), 422, "invalid_params", "already added to this app")
    await new_app(pat, "pats-app")
    await refused(pat.post("/apps/pats-app/domains", json=body), 422, "invalid_params", "already added to another app")


@pytest.mark.parametrize("hostname", ["", "nodots", "a b.example.com", "-x.example.com", "x.herokuapp.com"])
async def test_hostnames_are_checked(heroku: httpx.AsyncClient, app: str, hostname: str) -> None:
    """What is no domain name is refused."""
    body = {"hostname": hostname, "sni_endpoint": None}
    await refused(heroku.post(f"{app}/domains", json=body), 422, "invalid_params")


async def test_automated_certificates(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Switched on, refreshed and off again; domains say how far they are."""
    await done(heroku.post(f"{app}/domains", json={"hostname": "*.example.com", "sni_endpoint": None}))
    await refused(heroku.patch(f"{app}/acm"), 422, "invalid_params", "not enabled")
    assert (await done(heroku.post(f"{app}/acm")))["acm"] is True
    assert (await done(heroku.patch(f"{app}/acm")))["acm"] is True
    assert (await done(heroku.get(f"{app}/domains/*.example.com")))["acm_status"] == "pending"
    await done(heroku.post(f"{app}/domains", json={"hostname": "late.example.com", "sni_endpoint": None}))
    cloud.clock.pass_seconds(1)
    domains = {one["hostname"]: one["acm_status"] for one in await done(heroku.get(f"{app}/domains"))}
    assert (domains["*.example.com"], domains["late.example.com"]) == ("cert issued", "cert issued")
    assert (await done(heroku.delete(f"{app}/acm")))["acm"] is False
