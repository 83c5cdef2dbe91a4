"""GitHub's half of the local cloud in-process: every exchange of these clients is held against GitHub's description."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from nacl.public import PublicKey, SealedBox
from starlette.applications import Starlette

from infra.localcloud.store import Store
from tests.contract.github_openapi import validate_exchange

BASE_URL = "http://127.0.0.1:4567"
REPO = "/repos/practicalli/banking"
ALL_SCOPES = ["repo", "admin:repo_hook", "admin:org", "read:org", "delete_repo"]
SEED: dict[str, Any] = {
    "users": [
        {"login": "deployer", "token": "token-deployer", "scopes": ALL_SCOPES},
        {"login": "pat", "token": "token-pat", "scopes": ["repo", "admin:repo_hook", "read:org"]},
        {"login": "mel", "token": "token-mel", "scopes": ["repo", "read:org"]},
        {"login": "stranger", "token": "token-stranger", "scopes": ["repo", "admin:repo_hook"]},
        {"login": "narrow", "token": "token-narrow", "scopes": ["public_repo"]},
        {"login": "hooker", "token": "token-hooker", "scopes": ["read:repo_hook"]},
    ],
    "organizations": [
        {
            "login": "practicalli",
            "members": ["deployer", "pat", "narrow", "hooker", {"login": "mel", "role": "member"}],
            "teams": [{"slug": "release", "members": ["pat", "mel"]}],
            "secrets": [
                {"name": "SHARED"},
                {"name": "CHOSEN", "visibility": "selected", "selected_repositories": ["banking"]},
                {"name": "OTHERS", "visibility": "selected"},
            ],
            "dependabot_secrets": [{"name": "REGISTRY"}],
            "variables": [{"name": "SHARED_VARIABLE", "value": "yes"}],
        }
    ],
    "repositories": [
        {"owner": "practicalli", "name": "banking", "private": True},
        {"owner": "practicalli", "name": "website"},
        {"owner": "practicalli", "name": "hollow", "empty": True},
    ],
}


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Hub:
    """The app, its store and clock, and clients by login."""

    app: Starlette
    store: Store
    clock: Clock

    def client(self, login: str, **headers: str) -> httpx.AsyncClient:
        """A client with that user's token; its exchanges are validated."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url=f"{BASE_URL}/api/v3",
            headers={"Authorization": f"Bearer token-{login}", "Accept": "application/vnd.github+json", **headers},
            event_hooks={"response": [_validate]},
        )


async def _validate(response: httpx.Response) -> None:
    request = response.request
    sent, answered = await request.aread(), await response.aread()
    path = request.url.raw_path.decode()
    validate_exchange(request.method, path, _parsed(sent), response.status_code, _parsed(answered))


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content) if content.strip() else None
    except ValueError:
        return content.decode()


async def sealed(client: httpx.AsyncClient, place: str, value: str) -> dict[str, str]:
    """The body of a secret's PUT below ``place``, sealed for that place's own key."""
    key = (await client.get(f"{place}/secrets/public-key")).json()
    box = SealedBox(PublicKey(base64.b64decode(key["key"])))
    return {"encrypted_value": base64.b64encode(box.encrypt(value.encode())).decode(), "key_id": key["key_id"]}
