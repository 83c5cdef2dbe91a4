"""What hangs on an app: features, webhooks, collaborators, domains, certificates, drains, and local configs."""

from __future__ import annotations

import pytest

from infra.errors import ApiError, Conflict, Rejected
from infra.providers.kit.naming import Naming
from infra.providers.kit.values import Values, has_secret, plain
from tests.certificates import new_certificate
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import (
    APP,
    APP_CONFIG,
    COLLABORATOR,
    DOMAIN,
    DRAIN,
    FEATURE,
    SSL,
    TEAM_COLLABORATOR,
    WEBHOOK,
)

LOGS = "https://user:canary@logs.example.com/x"
HOOK: Values = {"includes": ["api:release", "api:build"], "level": "notify", "url": "https://ci.example.com/h"}


async def lives(estate: Estate, token: str, inputs: Values, import_id: str) -> Resource:
    """Made, unchanged on refresh, importable without a change, deleted, gone, deleted again."""
    made = await estate.create(token, inputs)
    assert await estate.drift(made) == {}
    live = await estate.refresh(made)
    assert live is not None
    assert plain(live.outputs) == plain(made.outputs)
    imported = await estate.import_(token, import_id.format(id=made.id))
    assert imported is not None
    assert imported.id == made.id
    assert await estate.changes(imported, imported.inputs) == {}
    await estate.delete(made)
    await estate.delete(made)
    return made


async def test_a_feature_is_switched(estate: Estate, app: Resource) -> None:
    """On, off in place, and off when it is deleted."""
    inputs: Values = {"appId": app.id, "name": "http-session-affinity"}
    feature = await estate.create(FEATURE, inputs)
    assert feature.id.startswith(f"{app.id}:")
    assert await estate.drift(feature) == {}
    assert await estate.changes(feature, {**inputs, "enabled": False}) == {"enabled": "add"}
    off = await estate.update(feature, {**inputs, "enabled": False})
    assert await estate.drift(off) == {}
    await estate.by_hand("PATCH", f"/apps/{app.id}/features/http-session-affinity", {"enabled": True})
    assert await estate.drift(off) == {"enabled": "update"}
    await estate.delete(feature)
    live = await estate.by_hand("GET", f"/apps/{app.id}/features/http-session-affinity")
    assert live["enabled"] is False
    imported = await estate.import_(FEATURE, "acme-shop:http-session-affinity")
    assert imported is not None
    assert imported.inputs == {**inputs, "enabled": False}


async def test_a_feature_switched_off_by_hand_is_seen(estate: Estate, app: Resource) -> None:
    """Also when the program only names it."""
    feature = await estate.create(FEATURE, {"appId": app.id, "name": "http-session-affinity"})
    await estate.by_hand("PATCH", f"/apps/{app.id}/features/http-session-affinity", {"enabled": False})
    assert await estate.drift(feature) == {"enabled": "delete"}


async def test_a_webhook_lives(estate: Estate, app: Resource) -> None:
    """From create to gone."""
    made = await lives(estate, WEBHOOK, {"appId": app.id, **HOOK}, f"{app.id}:{{id}}")
    assert await estate.refresh(made) is None


async def test_a_webhook_keeps_its_secrets(estate: Estate, app: Resource) -> None:
    """Never answered, so kept as the state has them; a change is sent; the order of entities is none."""
    inputs: Values = {"appId": app.id, **HOOK, "secret": "canary", "authorization": "Bearer canary"}
    hook = await estate.create(WEBHOOK, inputs)
    assert has_secret(hook.outputs["secret"])
    assert await estate.drift(hook) == {}
    assert await estate.changes(hook, {**inputs, "includes": HOOK["includes"][::-1]}) == {}
    changed: Values = {**inputs, "secret": "canary2", "level": "sync"}
    assert await estate.changes(hook, changed) == {"secret": "update", "level": "update"}
    hook = await estate.update(hook, changed)
    assert plain(hook.outputs)["secret"] == "canary2"
    without = await estate.update(hook, {"appId": app.id, **HOOK})
    assert "secret" not in without.outputs
    await estate.by_hand("PATCH", f"/apps/{app.id}/webhooks/{hook.id}", {"include": ["api:release"]})
    assert await estate.drift(without) == {"includes": "update"}


async def test_a_lost_webhook_is_found_again(estate: Estate, app: Resource) -> None:
    """By what it says."""
    estate.fault("drop_after", method="POST", path="webhooks", count=1)
    hook = await estate.create(WEBHOOK, {"appId": app.id, **HOOK, "secret": "canary"})
    assert [one["id"] for one in await estate.by_hand("GET", f"/apps/{app.id}/webhooks")] == [hook.id]


async def test_a_collaborator_lives(estate: Estate, app: Resource) -> None:
    """From create to gone."""
    inputs: Values = {"appId": app.id, "email": "pat@example.com"}
    made = await lives(estate, COLLABORATOR, inputs, "acme-shop:pat@example.com")
    assert await estate.refresh(made) is None


async def test_a_collaborator_who_is_there_says_how_to_import(estate: Estate, app: Resource) -> None:
    """With the command."""
    inputs: Values = {"appId": app.id, "email": "pat@example.com"}
    await estate.create(COLLABORATOR, inputs)
    with pytest.raises(Conflict, match=f"NAME {app.id}:pat@example.com"):
        await estate.create(COLLABORATOR, inputs)


async def test_a_team_collaborators_permissions_change_in_place(estate: Estate) -> None:
    """Whatever the order, and whether or not viewing is mentioned."""
    app = await estate.create(APP, {"name": "acme-team", "region": "eu", "organization": {"name": "acme"}})
    inputs: Values = {"appId": app.id, "email": "pat@example.com", "permissions": ["operate", "deploy"]}
    member = await estate.create(TEAM_COLLABORATOR, inputs)
    assert await estate.drift(member) == {}
    assert await estate.changes(member, {**inputs, "permissions": ["deploy", "operate", "view"]}) == {}
    assert await estate.changes(member, {**inputs, "permissions": ["view"]}) == {"permissions": "update"}
    member = await estate.update(member, {**inputs, "permissions": ["view"]})
    assert await estate.drift(member) == {}
    imported = await estate.import_(TEAM_COLLABORATOR, "acme-team:pat@example.com")
    assert imported is not None
    assert imported.inputs["permissions"] == ["view"]
    await estate.delete(member)
    assert await estate.refresh(member) is None


async def test_a_domain_lives(estate: Estate, app: Resource) -> None:
    """From create to gone."""
    inputs: Values = {"appId": app.id, "hostname": "www.example.org"}
    made = await lives(estate, DOMAIN, inputs, "acme-shop:www.example.org")
    assert made["cname"].endswith("herokudns.com")
    assert await estate.refresh(made) is None


async def test_a_domain_moves_after_it_is_free(estate: Estate, app: Resource) -> None:
    """A host name is unique: the old one goes first, unless the name changes."""
    made = await estate.create(DOMAIN, {"appId": app.id, "hostname": "www.example.org"})
    moved = await estate.plugin.diff(
        DOMAIN, made.id, made.inputs, made.outputs, {"appId": "other", "hostname": "www.example.org"}, []
    )
    assert moved.delete_first
    assert await estate.changes(made, {"appId": app.id, "hostname": "WWW.example.org"}) == {}
    with pytest.raises(Conflict, match=f"NAME {app.id}:{made.id}"):
        await estate.create(DOMAIN, {"appId": app.id, "hostname": "www.example.org"})


async def test_a_certificate_serves_a_domain_and_is_renewed_in_place(estate: Estate, app: Resource) -> None:
    """Key and chain are set together, the key is never read back, and the domain uses the endpoint."""
    chain, key = new_certificate("www.example.org")
    ssl = await estate.create(SSL, {"appId": app.id, "certificateChain": chain, "privateKey": key})
    assert has_secret(ssl.outputs["privateKey"])
    assert await estate.drift(ssl) == {}
    domain = await estate.create(DOMAIN, {"appId": app.id, "hostname": "www.example.org", "sniEndpointId": ssl.id})
    assert await estate.drift(domain) == {}
    renewed_chain, renewed_key = new_certificate("www.example.org")
    renewed: Values = {"appId": app.id, "certificateChain": renewed_chain, "privateKey": renewed_key}
    assert await estate.changes(ssl, renewed) == {"certificateChain": "update", "privateKey": "update"}
    ssl = await estate.update(ssl, renewed)
    assert await estate.drift(ssl) == {}
    domain = await estate.update(domain, {"appId": app.id, "hostname": "www.example.org"})
    assert await estate.drift(domain) == {}
    imported = await estate.import_(SSL, f"acme-shop:{ssl.id}")
    assert imported is not None
    assert "privateKey" not in imported.inputs
    await estate.delete(ssl)
    assert await estate.refresh(ssl) is None


async def test_a_key_that_does_not_fit_is_refused_without_being_shown(estate: Estate, app: Resource) -> None:
    """Neither chain nor key is in the message."""
    chain, _ = new_certificate("www.example.org")
    _, other_key = new_certificate("www.example.org")
    with pytest.raises(ApiError) as caught:
        await estate.create(SSL, {"appId": app.id, "certificateChain": chain, "privateKey": other_key})
    assert "PRIVATE KEY" not in str(caught.value)
    with pytest.raises(Rejected, match="private key"):
        await estate.create(SSL, {"appId": app.id, "certificateChain": chain})


@pytest.mark.parametrize(("name", "suffix"), [("url", ""), ("sensitiveUrl", ":sensitive")])
async def test_a_drain_lives_and_its_address_is_secret(estate: Estate, app: Resource, name: str, suffix: str) -> None:
    """By either name."""
    made = await lives(estate, DRAIN, {"appId": app.id, name: LOGS}, f"acme-shop:{{id}}{suffix}")
    assert has_secret(made.outputs[name])
    assert "canary" not in repr(made)
    assert await estate.refresh(made) is None


async def test_a_drain_that_is_there_says_how_to_import_but_not_its_address(estate: Estate, app: Resource) -> None:
    """The address carries credentials."""
    drain = await estate.create(DRAIN, {"appId": app.id, "url": LOGS})
    with pytest.raises(Conflict, match=f"NAME {app.id}:{drain.id}:sensitive") as caught:
        await estate.create(DRAIN, {"appId": app.id, "url": LOGS})
    assert "canary" not in str(caught.value)
    changed = await estate.plugin.diff(
        DRAIN, drain.id, drain.inputs, drain.outputs, {"appId": app.id, "sensitiveUrl": LOGS}, []
    )
    assert changed.delete_first


@pytest.mark.parametrize("given", [{}, {"url": LOGS, "sensitiveUrl": LOGS}])
def test_a_drain_has_one_address(estate: Estate, given: Values) -> None:
    """Not none, not two."""
    _, failures = estate.plugin.check(DRAIN, {"appId": "a", **given}, {}, Naming("it", b"1234"))
    assert "exactly one" in failures[0].reason


async def test_a_local_config_stays_in_the_state(estate: Estate) -> None:
    """Nothing is asked of Heroku, and an import is refused with a reason."""
    config = await estate.create(APP_CONFIG, {"vars": {"A": "1"}, "sensitiveVars": {"KEY": "canary"}})
    assert await estate.drift(config) == {}
    changed = await estate.update(config, {"vars": {"A": "2"}})
    assert changed["vars"] == {"A": "2"}
    with pytest.raises(Rejected, match="only in the state"):
        await estate.import_(APP_CONFIG, "x")
    await estate.delete(changed)
    assert estate.wire.requests == []


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (FEATURE, {"name": "http-session-affinity"}),
        (WEBHOOK, HOOK),
        (COLLABORATOR, {"email": "pat@example.com"}),
        (DOMAIN, {"hostname": "www.example.org"}),
        (DRAIN, {"url": LOGS}),
    ],
)
async def test_what_hangs_on_an_app_goes_with_it(estate: Estate, app: Resource, token: str, inputs: Values) -> None:
    """An app deleted by hand takes everything along: gone, and deleting it is done."""
    made = await estate.create(token, {"appId": app.id, **inputs})
    await estate.by_hand("DELETE", f"/apps/{app.id}")
    assert await estate.refresh(made) is None
    await estate.delete(made)


@pytest.mark.parametrize("token", [WEBHOOK, DOMAIN, DRAIN, SSL, COLLABORATOR, FEATURE])
async def test_an_import_id_of_the_wrong_form_is_told(estate: Estate, token: str) -> None:
    """With the right form."""
    with pytest.raises(Rejected, match="of the form"):
        await estate.import_(token, "nonsense")
