"""Log drains."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


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
