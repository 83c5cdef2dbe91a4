"""Webhooks of apps and add-ons."""

from __future__ import annotations

import httpx

from tests.localcloud.heroku.steps import done, refused


async def test_webhooks_never_tell_their_secrets(heroku: httpx.AsyncClient, app: str) -> None:
    """Only the creation's header holds one; ten at most."""
    path = f"{app}/webhooks"
    body = {"include": ["api:release"], "level": "sync", "url": "https://ci.example.com/hook"}
    answer = await heroku.post(path, json={**body, "secret": "very-secret", "authorization": "Bearer x"})
    hook = answer.json()
    assert answer.headers["Heroku-Webhook-Secret"] == "very-secret"
    assert "very-secret" not in (await heroku.get(f"{path}/{hook['id']}")).text
    after = await done(heroku.patch(f"{path}/{hook['id']}", json={"level": "notify", "include": ["api:app"]}))
    assert (after["level"], after["include"], after["url"]) == ("notify", ["api:app"], body["url"])
    for change in ({"level": "loud"}, {"include": ["api:moon"]}, {"url": "nowhere"}):
        await refused(heroku.post(path, json={**body, **change}), *((422, "invalid_params")))
    for _ in range(9):
        await done(heroku.post(path, json=body))
    await refused(heroku.post(path, json=body), 422, "invalid_params", "limit of 10")
    assert await done(heroku.get(f"{app}/webhook-deliveries")) == []
    await done(heroku.delete(f"{path}/{hook['id']}"))
    await refused(heroku.get(f"{path}/{hook['id']}"), 404, "not_found")


async def test_addons_have_webhooks_too(heroku: httpx.AsyncClient, app: str) -> None:
    """The same subscription, about an add-on."""
    addon = await done(heroku.post(f"{app}/addons", json={"plan": "heroku-redis:mini"}), 202)
    body = {"include": ["api:addon"], "level": "notify", "url": "https://ci.example.com/hook"}
    hook = await done(heroku.post(f"/addons/{addon['id']}/webhooks", json=body))
    assert hook["addon"]["id"] == addon["id"]
    assert len(await done(heroku.get(f"/addons/{addon['id']}/webhooks"))) == 1
    await refused(heroku.get(f"{app}/webhooks/{hook['id']}"), 404, "not_found")


async def test_what_a_webhook_would_be_told(heroku: httpx.AsyncClient, app: str) -> None:
    """An event for each release, and a delivery that waits, since nothing is sent; no values of config vars."""
    hook = {"level": "notify", "url": "https://ci.example.com/hook"}
    one = await done(heroku.post(f"{app}/webhooks", json={**hook, "include": ["api:release"]}))
    await done(heroku.post(f"{app}/webhooks", json={**hook, "include": ["api:app"]}))
    await done(heroku.patch(f"{app}/config-vars", json={"SESSION_KEY": "very-secret"}))
    answer = await heroku.get(f"{app}/webhook-events")
    assert "very-secret" not in answer.text
    (event,) = answer.json()
    assert event["payload"]["data"]["description"] == "Set SESSION_KEY config vars"
    assert await done(heroku.get(f"{app}/webhook-events/{event['id']}")) == event
    (delivery,) = await done(heroku.get(f"{app}/webhook-deliveries"))
    assert (delivery["status"], delivery["webhook"]["id"]) == ("pending", one["id"])
    assert await done(heroku.get(f"{app}/webhook-deliveries/{delivery['id']}")) == delivery
    await refused(heroku.get(f"{app}/webhook-deliveries/none"), 404, "not_found")
    await done(heroku.delete(app))
    await refused(heroku.get(f"{app}/webhook-events/{event['id']}"), 404, "not_found")


async def test_events_tell_who_did_what(heroku: httpx.AsyncClient, app: str) -> None:
    """Of domains, people, attachments and the app itself: made, changed and gone."""
    include = ["api:addon-attachment", "api:app", "api:collaborator", "api:domain"]
    hook = {"level": "notify", "url": "https://ci.example.com/hook", "include": include}
    await done(heroku.post(f"{app}/webhooks", json=hook))
    await done(heroku.post(f"{app}/domains", json={"hostname": "www.example.com", "sni_endpoint": None}))
    await done(heroku.delete(f"{app}/domains/www.example.com"))
    await done(heroku.post(f"{app}/collaborators", json={"user": "sam@example.com"}))
    await done(heroku.patch(app, json={"maintenance": True}))
    await done(heroku.post(f"{app}/addons", json={"plan": "heroku-redis:mini"}), 202)
    events = await done(heroku.get(f"{app}/webhook-events"))
    assert {event["payload"]["actor"]["email"] for event in events} == {"deployer@example.com"}
    assert {(event["include"], event["payload"]["action"]) for event in events} == {
        ("api:domain", "create"),
        ("api:domain", "destroy"),
        ("api:collaborator", "create"),
        ("api:app", "update"),
        ("api:addon-attachment", "create"),
    }
