"""Log drains."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import LocalCloud


async def test_log_drains(heroku: httpx.AsyncClient, app: str) -> None:
    """Five at most, none twice, only to places a log can go."""
    path = f"{app}/log-drains"
    drain = await done(heroku.post(path, json={"url": "syslog+tls://logs.example.com:1"}))
    assert drain["token"].startswith("d.")
    await refused(heroku.post(path, json={"url": drain["url"]}), 422, "invalid_params", "already been taken")
    await refused(heroku.post(path, json={"url": "ftp://logs.example.com"}), 422, "invalid_params", "Url is invalid")
    for number in range(2, 6):
        await done(heroku.post(path, json={"url": f"https://logs.example.com/{number}"}))
    await refused(heroku.post(path, json={"url": "https://six.example.com"}), 422, "invalid_params", "limit of 5")
    assert await done(heroku.get(f"{path}/{drain['token']}")) == drain
    await done(heroku.delete(f"{path}/{drain['id']}"))
    assert len(await done(heroku.get(path))) == 4


async def test_a_logging_addon_makes_a_drain(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """Beside the five; it can be led elsewhere, but goes only with its add-on."""
    addon = await done(heroku.post(f"{app}/addons", json={"plan": "papertrail:choklad"}), 202)
    cloud.clock.pass_seconds(1)
    drain = (await done(heroku.get(f"{app}/log-drains")))[0]
    assert drain["addon"]["name"] == addon["name"]
    assert await done(heroku.get(f"/addons/{addon['id']}/log-drains")) == [drain]
    url = {"url": "syslog+tls://logs.example.com:2"}
    assert (await done(heroku.put(f"/addons/{addon['id']}/log-drains/{drain['id']}", json=url)))["url"] == url["url"]
    await refused(heroku.put(f"/addons/{addon['id']}/log-drains/none", json=url), 404, "not_found")
    await refused(heroku.delete(f"{app}/log-drains/{drain['id']}"), 422, "invalid_params", "goes with it")
    for number in range(5):
        await done(heroku.post(f"{app}/log-drains", json={"url": f"https://logs.example.com/{number}"}))
    await done(heroku.delete(f"{app}/addons/{addon['id']}"))
    assert len(await done(heroku.get(f"{app}/log-drains"))) == 5


async def test_a_log_session_tells_of_releases(heroku: httpx.AsyncClient, app: str, cloud: LocalCloud) -> None:
    """At an address that can be read without a token."""
    session = await done(heroku.post(f"{app}/log-sessions", json={"lines": 1}))
    async with httpx.AsyncClient(transport=cloud.transport) as bare:
        text = (await bare.get(session["logplex_url"])).text
    assert text == "2026-11-24T09:00:00.000000+00:00 app[api]: Release v2 created by user deployer@example.com\n"
    for body in ({"lines": 0}, {"dyno_name": "web.1"}, {"source": "heroku"}):
        session = await done(heroku.post(f"{app}/log-sessions", json=body))
        async with httpx.AsyncClient(transport=cloud.transport) as bare:
            assert (await bare.get(session["logplex_url"])).content == b""
