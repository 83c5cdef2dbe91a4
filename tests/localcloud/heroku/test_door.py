"""Who may come in: tokens, scopes, Accept, conditions, ranges, the request budget."""

from __future__ import annotations

import base64

import pytest

from tests.localcloud.heroku.steps import done, new_app, refused
from tests.localcloud.in_process import LocalCloud


async def test_tokens(cloud: LocalCloud) -> None:
    """Missing, wrong, Bearer, and Basic with any user name."""
    missing = await cloud.heroku.get("/account", headers={"Authorization": ""})
    assert (missing.status_code, missing.json()["id"]) == (401, "unauthorized")
    assert "no credentials" in missing.json()["message"]
    for header in ("Bearer wrong", "Basic !!!", "Digest x"):
        await refused(cloud.heroku.get("/account", headers={"Authorization": header}), 401, "unauthorized", "Invalid")
    for user in ("", "deployer@example.com"):
        basic = base64.b64encode(f"{user}:{cloud.heroku_token}".encode()).decode()
        account = await done(cloud.heroku.get("/account", headers={"Authorization": f"Basic {basic}"}))
        assert account["email"] == "deployer@example.com"


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/vnd.heroku+json", "application/vnd.heroku+json; version=2"]
)
async def test_other_versions_are_not_acceptable(cloud: LocalCloud, accept: str) -> None:
    """Version 3 must be named."""
    await refused(cloud.heroku.get("/account", headers={"Accept": accept}), 406, "not_acceptable")


@pytest.mark.parametrize("version", ["3", "3.sdk", "3.webhooks", "3.cedar-acm"])
async def test_variants_of_version_three_are_accepted(cloud: LocalCloud, version: str) -> None:
    """As Heroku's own command line sends them."""
    await done(cloud.heroku.get("/account", headers={"Accept": f"application/vnd.heroku+json; version={version}"}))


@pytest.mark.parametrize(
    ("scope", "reads", "reads_vars", "writes", "writes_vars"),
    [
        ("identity", False, False, False, False),
        ("read", True, False, False, False),
        ("read-protected", True, True, False, False),
        ("write", True, False, True, False),
        ("write-protected", True, True, True, True),
        ("global", True, True, True, True),
    ],
)
async def test_scopes(
    cloud: LocalCloud, scope: str, reads: bool, reads_vars: bool, writes: bool, writes_vars: bool
) -> None:
    """What a token of each scope may do; its account it may always see."""
    await new_app(cloud.heroku, "banking-staging")
    made = await done(cloud.heroku.post("/oauth/authorizations", json={"scope": [scope]}))
    async with cloud.heroku_as(made["access_token"]["token"]) as client:
        answers = {
            "reads": await client.get("/apps/banking-staging"),
            "reads_vars": await client.get("/apps/banking-staging/config-vars"),
            "writes": await client.patch("/apps/banking-staging", json={"maintenance": True}),
            "writes_vars": await client.patch("/apps/banking-staging/config-vars", json={"A": "1"}),
        }
        await done(client.get("/account"))
    wanted = {"reads": reads, "reads_vars": reads_vars, "writes": writes, "writes_vars": writes_vars}
    assert {name: answer.status_code == 200 for name, answer in answers.items()} == wanted
    assert {answer.json()["id"] for answer in answers.values() if answer.status_code != 200} <= {"forbidden"}
