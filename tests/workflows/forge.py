"""GitHub and GitLab in one process, with a pull request and a merge request to talk in; every exchange is checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from infra.apis.budget import Limits
from infra.apis.github import GitHub, connect_github
from infra.apis.gitlab import GitLab, connect_gitlab
from infra.localcloud.app import create_app
from infra.localcloud.seed import seed
from infra.localcloud.store import Store
from infra.workflows.comment import Posting
from infra.workflows.conversation import GitHubConversation, GitLabConversation
from tests.contract.github_openapi import validate_exchange
from tests.localcloud.in_process import BASE, CheckedTransport, Clock

REPOSITORY = "practicalli/banking"
PROJECT = "practicalli/banking"
LIMITS = Limits(attempts=2, patience=1.0)
SEED: dict[str, Any] = {
    "github": {
        "users": [
            {"login": "deployer", "token": "token-deployer", "scopes": ["repo", "admin:repo_hook", "read:org"]},
            {"login": "pat", "token": "token-pat", "scopes": ["repo"]},
            {"login": "stranger", "token": "token-stranger", "scopes": ["repo"]},
            {
                "login": "github-actions[bot]",
                "type": "Bot",
                "token": "token-bot",
                "permissions": ["issues:write", "pull_requests:write"],
            },
            {"login": "fork[bot]", "type": "Bot", "token": "token-fork", "permissions": ["contents:read"]},
        ],
        "organizations": [{"login": "practicalli", "members": ["deployer", "pat"]}],
        "repositories": [
            {"owner": "practicalli", "name": "banking"},
            {"owner": "stranger", "name": "banking"},
        ],
    },
    "gitlab": {
        "users": [
            {"username": "deployer", "token": "token-deployer"},
            {"username": "project_1_bot_f00", "token": "token-bot", "bot": True},
            {"username": "pat", "token": "token-pat"},
            {"username": "reader", "token": "token-reader", "scopes": ["read_api"]},
        ],
        "projects": [
            {
                "path": PROJECT,
                "visibility": "public",
                "members": {"deployer": "developer", "pat": "maintainer", "project_1_bot_f00": "reporter"},
            }
        ],
    },
}


@dataclass(frozen=True)
class Text:
    """A rendered report, or what stands for one."""

    text: str
    cut: int = 0


@dataclass
class Forge:
    """Both forges, and clients by name."""

    app: Starlette
    store: Store
    clock: Clock
    clients: list[GitHub | GitLab] = field(default_factory=list)
    slow: Callable[[httpx.Request], Any] | None = None

    def github(self, login: str = "deployer") -> GitHub:
        """A real client with the token of somebody."""
        transport = _Slowed(CheckedTransport(httpx.ASGITransport(app=self.app), validate_exchange), self)
        client = connect_github(f"token-{login}", f"{BASE}/", transport=transport, limits=LIMITS)
        self.clients.append(client)
        return client

    def gitlab(self, username: str = "deployer", *, job: bool = False) -> GitLab:
        """A real client with the token of somebody."""
        transport = _Slowed(httpx.ASGITransport(app=self.app), self)
        client = connect_gitlab(f"token-{username}", f"{BASE}/api/v4", job=job, transport=transport, limits=LIMITS)
        self.clients.append(client)
        return client

    def pull(self, login: str = "deployer") -> GitHubConversation:
        """The pull request's conversation as somebody sees it."""
        return GitHubConversation(self.github(login), REPOSITORY, 1)

    def merge_request(self, username: str = "deployer") -> GitLabConversation:
        """The merge request's conversation as somebody sees it."""
        return GitLabConversation(self.gitlab(username), PROJECT, 1)

    async def control(self, path: str, body: Any) -> None:
        """Call one of the local cloud's own routes."""
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(base_url=f"{BASE}/_cloud", transport=transport) as client:
            (await client.post(path, json=body)).raise_for_status()

    async def aclose(self) -> None:
        """Close every client."""
        for client in self.clients:
            await client.aclose()


class _Slowed(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, forge: Forge) -> None:
        self._inner = inner
        self._forge = forge

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._forge.slow is not None:
            await self._forge.slow(request)
        return await self._inner.handle_async_request(request)


async def new_forge() -> Forge:
    """Both, with one open pull request (of a fork's too) and one open merge request."""
    store, clock = Store(None), Clock()
    seed(store, SEED, clock())
    forge = Forge(create_app(store, clock=clock), store, clock)
    await branch(forge.github(), REPOSITORY, "feature")
    await forge.github().post(f"/repos/{REPOSITORY}/pulls", {"title": "A change", "head": "feature", "base": "main"})
    await forge.gitlab().post(
        "/projects/practicalli%2Fbanking/merge_requests",
        {"title": "A change", "source_branch": "feature", "target_branch": "main"},
    )
    return forge


async def branch(client: GitHub, repository: str, name: str) -> str:
    """A new branch with one commit of its own; the commit's name."""
    path = f"/repos/{repository}/git"
    main = await client.get(f"{path}/ref/heads/main")
    wish = {"message": f"work on {name}", "tree": "0" * 40, "parents": [main["object"]["sha"]]}
    commit = await client.post(f"{path}/commits", wish)
    await client.post(f"{path}/refs", {"ref": f"refs/heads/{name}", "sha": commit["sha"]})
    return str(commit["sha"])


def posting(run: int = 1, project: str = "banking", **more: Any) -> Posting:
    """What a comment is about."""
    return Posting(project, datetime(2026, 11, 24, 9, 0, tzinfo=UTC), run=run, **more)


def saying(text: str, cut: int = 0) -> Callable[[int], Text]:
    """A renderer that always says the same."""
    return lambda _room: Text(text, cut)


def meeting(count: int, fits: Callable[[httpx.Request], bool]) -> Callable[[httpx.Request], Any]:
    """Holds back requests that fit until so many of them wait: then they all go on together."""
    waiting: list[httpx.Request] = []
    met = asyncio.Event()

    async def wait(request: httpx.Request) -> None:
        if fits(request) and not met.is_set():
            waiting.append(request)
            if len(waiting) >= count:
                met.set()
            await asyncio.wait_for(met.wait(), 10)

    return wait
