"""heroku:account/feature:Feature and heroku:account/authorization:Authorization against the local cloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from infra.errors import Rejected
from infra.providers.kit.values import Values, has_secret, plain
from tests.providers.heroku.estate import URL, Estate
from tests.providers.heroku.tokens import ACCOUNT_FEATURE, AUTHORIZATION

DEPLOYS: Values = {"description": "deploys", "scopes": ["write-protected"], "expiresIn": 3600}


async def a_feature(estate: Estate) -> str:
    """The name of a feature of the account."""
    return str((await estate.by_hand("GET", "/account/features"))[0]["name"])


async def test_a_feature_is_switched_and_switched_back(estate: Estate) -> None:
    """On, seen, changed by hand, off again."""
    name = await a_feature(estate)
    feature = await estate.create(ACCOUNT_FEATURE, {"name": name, "enabled": True})
    assert feature.id == f"deployer@example.com:{name}"
    assert feature["description"]
    assert await estate.drift(feature) == {}
    await estate.by_hand("PATCH", f"/account/features/{name}", {"enabled": False})
    assert await estate.drift(feature) == {"enabled": "update"}
    live = await estate.refresh(feature)
    assert live is not None
    feature = await estate.update(live, {"name": name, "enabled": True})
    assert (await estate.by_hand("GET", f"/account/features/{name}"))["enabled"] is True
    await estate.delete(feature)
    assert (await estate.by_hand("GET", f"/account/features/{name}"))["enabled"] is False


async def test_a_feature_is_imported(estate: Estate) -> None:
    """As `email:feature`; another account's cannot be managed."""
    name = await a_feature(estate)
    imported = await estate.import_(ACCOUNT_FEATURE, f"deployer@example.com:{name}")
    assert imported is not None
    assert await estate.changes(imported, imported.inputs) == {}
    assert await estate.import_(ACCOUNT_FEATURE, "deployer@example.com:nonsense") is None
    with pytest.raises(Rejected, match="is not the account"):
        await estate.import_(ACCOUNT_FEATURE, f"pat@example.com:{name}")


async def test_a_token_is_a_secret_that_works(estate: Estate) -> None:
    """Told once, kept as a secret, revoked when it is deleted."""
    authorization = await estate.create(AUTHORIZATION, DEPLOYS)
    assert has_secret(authorization.outputs["token"])
    assert authorization["token"] not in repr(authorization.outputs)
    assert authorization["expiresAt"] > "2026"
    assert await estate.drift(authorization) == {}
    live = await estate.refresh(authorization)
    assert live is not None
    assert live["token"] == authorization["token"]
    assert await status_with(estate, authorization["token"]) == 200
    await estate.delete(authorization)
    assert await status_with(estate, authorization["token"]) == 401
    assert await estate.refresh(authorization) is None
    await estate.delete(authorization)


async def status_with(estate: Estate, token: str) -> int:
    """What Heroku answers to that token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=estate.app), base_url=URL) as client:
        headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": f"Bearer {token}"}
        return (await client.get("/apps", headers=headers)).status_code


async def test_an_expired_token_is_gone(estate: Estate) -> None:
    """So that the next `up` makes another."""
    authorization = await estate.create(AUTHORIZATION, DEPLOYS)
    authorization.outputs["expiresAt"] = "2020-01-01T00:00:00+00:00"
    assert await estate.refresh(authorization) is None


async def test_a_token_changes_by_being_made_anew(estate: Estate) -> None:
    """Scope, expiry and triggers; the order of scopes means nothing."""
    wanted: Values = {"description": "both", "scopes": ["read", "identity"]}
    authorization = await estate.create(AUTHORIZATION, wanted)
    assert "expiresAt" not in authorization.outputs
    assert await estate.changes(authorization, {**wanted, "scopes": ["identity", "read"]}) == {}
    changes = await estate.changes(authorization, {**wanted, "expiresIn": 60, "triggers": {"month": "5"}})
    assert changes == {"expiresIn": "add!", "triggers.month": "add!"}


async def test_a_token_that_nobody_heard_is_revoked(estate: Estate) -> None:
    """The answer broke off: one authorization in the end, whose token is known."""
    estate.fault("drop_after", method="POST", path="authorizations$", count=1)
    authorization = await estate.create(AUTHORIZATION, DEPLOYS)
    rows = await estate.by_hand("GET", "/oauth/authorizations")
    assert [row["id"] for row in rows if row["description"] == "deploys"] == [authorization.id]
    assert await status_with(estate, plain(authorization.outputs)["token"]) == 200


async def test_a_token_of_a_run_that_was_killed_is_revoked(estate: Estate) -> None:
    """When that run is resumed: what it was told died with it."""
    since = datetime.now(UTC) - timedelta(seconds=5)
    await estate.by_hand("POST", "/oauth/authorizations", {"description": "deploys", "scope": ["write-protected"]})
    estate.plugin.resumes = since
    authorization = await estate.create(AUTHORIZATION, DEPLOYS)
    rows = await estate.by_hand("GET", "/oauth/authorizations")
    assert [row["id"] for row in rows if row["description"] == "deploys"] == [authorization.id]


def test_wrong_scopes_are_told(estate: Estate) -> None:
    """Before anything is asked of Heroku."""
    assert "knows only" in estate.wrong(AUTHORIZATION, {"description": "x", "scopes": ["everything"]})
    assert "must be positive" in estate.wrong(AUTHORIZATION, {"description": "x", "scopes": ["read"], "expiresIn": 0})
