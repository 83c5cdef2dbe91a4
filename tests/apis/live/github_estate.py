"""A repository on GitHub with one of everything, read by the real client; every exchange is checked."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import httpx
from nacl.public import PublicKey, SealedBox
from starlette.applications import Starlette

from infra.apis.budget import Limits
from infra.apis.github import Cache, GitHub, connect_github
from infra.localcloud.app import create_app
from infra.localcloud.seed import seed
from infra.localcloud.store import Store
from tests.contract.github_openapi import validate_exchange
from tests.localcloud.in_process import BASE, CheckedTransport, Clock

NAME = "practicalli/banking"
PATH = f"/repos/{NAME}"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ"
SEED: dict[str, Any] = {
    "github": {
        "users": [
            {"login": "deployer", "token": "token-deployer", "scopes": ["repo", "admin:repo_hook", "admin:org"]},
            {"login": "owner", "token": "token-owner", "scopes": ["repo", "read:org"]},
            {"login": "mel", "token": "token-mel", "scopes": ["repo", "read:org"]},
            {"login": "narrow", "token": "token-narrow", "scopes": ["public_repo", "read:org"]},
            {"login": "stranger", "token": "token-stranger", "scopes": ["repo", "read:org"]},
            {"login": "app[bot]", "type": "Bot", "token": "token-app", "permissions": ["contents:read"]},
        ],
        "organizations": [
            {
                "login": "practicalli",
                "members": ["deployer", "owner", "narrow", {"login": "mel", "role": "member"}],
                "teams": [{"slug": "release", "members": ["mel"]}],
            }
        ],
        "repositories": [
            {"owner": "practicalli", "name": "banking", "private": True},
            {"owner": "deployer", "name": "dotfiles", "private": True},
        ],
    }
}


@dataclass
class Estate:
    """The cloud, its clock, and clients by login; ``seen`` holds every path that was asked for."""

    app: Starlette
    store: Store
    clock: Clock
    seen: list[tuple[str, int]] = field(default_factory=list)
    clients: list[GitHub] = field(default_factory=list)

    def client(self, login: str = "deployer", cache: Cache | None = None) -> GitHub:
        """A real client with somebody's token."""
        transport = _Watched(CheckedTransport(httpx.ASGITransport(app=self.app), validate_exchange), self.seen)
        limits = Limits(attempts=2, first_wait=0.01, patience=1.0)
        client = connect_github(f"token-{login}", BASE, transport=transport, limits=limits, cache=cache)
        self.clients.append(client)
        return client

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call one of the local cloud's own routes."""
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(base_url=f"{BASE}/_cloud", transport=transport) as client:
            return (await client.request(method, path, json=body)).json()

    async def aclose(self) -> None:
        """Close every client."""
        for client in self.clients:
            await client.aclose()


class _Watched(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, seen: list[tuple[str, int]]) -> None:
        self._inner = inner
        self._seen = seen

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        self._seen.append((request.url.path.removeprefix("/api/v3"), response.status_code))
        return response


async def new_estate() -> Estate:
    """The repository with one of everything, made by the deployer a day before the clock's time."""
    store, clock = Store(None), Clock()
    seed(store, SEED, clock())
    estate = Estate(create_app(store, clock=clock), store, clock)
    await fill(estate.client())
    estate.seen.clear()
    return estate


async def fill(client: GitHub) -> None:
    """One of everything."""
    await client.patch(PATH, {"description": "Accounts", "delete_branch_on_merge": True})
    await client.put(f"{PATH}/topics", {"names": ["ledger", "banking"]})
    await client.put(
        f"{PATH}/environments/production",
        {
            "wait_timer": 5,
            "reviewers": [{"type": "User", "id": (await client.get("/users/owner"))["id"]}],
            "prevent_self_review": True,
            "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
        },
    )
    for name, kind in (("main", "branch"), ("v*", "tag")):
        wish = {"name": name, "type": kind}
        await client.post(f"{PATH}/environments/production/deployment-branch-policies", wish)
    await write_secret(client, f"{PATH}/actions/secrets", "API_KEY")
    await write_secret(client, f"{PATH}/dependabot/secrets", "REGISTRY_TOKEN")
    await write_secret(client, f"{PATH}/environments/production/secrets", "SESSION_KEY")
    await client.post(f"{PATH}/actions/variables", {"name": "LOG_LEVEL", "value": "info"})
    await client.post(f"{PATH}/environments/production/variables", {"name": "STAGE", "value": "production"})
    config = {"url": "https://hooks.example.com/T0/s3cret", "content_type": "json", "secret": "shh"}
    await client.post(f"{PATH}/hooks", {"config": config, "events": ["release", "push"]})
    await client.post(f"{PATH}/rulesets", ruleset())
    await client.post(f"{PATH}/keys", {"title": "server", "key": f"{KEY} me@host", "read_only": True})


def ruleset(**changes: Any) -> dict[str, Any]:
    """A ruleset as a person would write it."""
    return {
        "name": "main",
        "enforcement": "active",
        "target": "branch",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [
            {"type": "deletion"},
            {
                "type": "pull_request",
                "parameters": {
                    "required_approving_review_count": 1,
                    "dismiss_stale_reviews_on_push": False,
                    "require_code_owner_review": False,
                    "require_last_push_approval": False,
                    "required_review_thread_resolution": False,
                },
            },
            {
                "type": "required_status_checks",
                "parameters": {
                    "required_status_checks": [{"context": "test"}, {"context": "lint"}],
                    "strict_required_status_checks_policy": True,
                },
            },
        ],
        "bypass_actors": [{"actor_type": "OrganizationAdmin", "actor_id": 1, "bypass_mode": "always"}],
        **changes,
    }


async def write_secret(client: GitHub, path: str, name: str, value: str = "value") -> None:
    """Write a secret as every client must: sealed for the place's public key."""
    key = await client.get(f"{path}/public-key")
    sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(value.encode())
    wish = {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}
    await client.put(f"{path}/{name}", wish)
