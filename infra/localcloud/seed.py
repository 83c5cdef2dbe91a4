"""Who exists in a fresh local cloud: accounts, users, teams, organizations and repositories."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.localcloud import github, gitlab, heroku
from infra.localcloud.store import Store

KIND = "cloud.seed"
HEROKU_HUMAN, GITHUB_HUMAN, GITLAB_HUMAN = "pat@example.com", "pat", "pat"


def heroku_token() -> str:
    """A fresh Heroku token of the local cloud."""
    return f"HRKU-local-{secrets.token_hex(16)}"


def github_token() -> str:
    """A fresh GitHub token of the local cloud."""
    return f"ghp_local{secrets.token_hex(16)}"


def gitlab_token() -> str:
    """A fresh GitLab token of the local cloud."""
    return f"glpat-local{secrets.token_hex(16)}"


def default_seed(
    owner: str, repository: str, *, heroku: str, github: str, gitlab: str = "", team: str = ""
) -> dict[str, Any]:
    """One deployer (with the tokens given) and one person, pat, in each vendor, and the repository they share.

    Without a token for GitLab nothing is there.

    An ``owner`` other than the deployer is an organization that both belong to.
    """
    members = ["deployer", GITHUB_HUMAN]
    organizations = [] if owner in members else [{"login": owner, "members": members, "teams": []}]
    return {
        "heroku": {
            "accounts": [
                {"email": "deployer@example.com", "name": "Deployer", "token": heroku, "scopes": ["global"]},
                {"email": HEROKU_HUMAN, "name": "Pat", "token": heroku_token(), "scopes": ["global"]},
            ],
            "teams": [{"name": team, "members": ["deployer@example.com", HEROKU_HUMAN]}] if team else [],
        },
        "github": {
            "users": [
                {"login": "deployer", "token": github, "scopes": ["repo", "admin:repo_hook", "read:org"]},
                {"login": GITHUB_HUMAN, "token": github_token(), "scopes": ["repo", "admin:repo_hook", "read:org"]},
            ],
            "organizations": organizations,
            "repositories": [{"owner": owner, "name": repository, "private": False, "default_branch": "main"}],
        },
        "gitlab": _default_gitlab(f"{owner}/{repository}", gitlab) if gitlab else {},
    }


def _default_gitlab(path: str, token: str) -> dict[str, Any]:
    members = {"deployer": "developer", GITLAB_HUMAN: "maintainer"}
    return {
        "users": [
            {"username": "deployer", "token": token, "scopes": ["api"]},
            {"username": GITLAB_HUMAN, "token": gitlab_token(), "scopes": ["api"]},
        ],
        "projects": [{"path": path, "visibility": "public", "members": members}],
    }


def seed(store: Store, document: Mapping[str, Any], now: datetime) -> None:
    """Create what the document names and is not there yet, and remember the document for ``reset`` (tokens hashed)."""
    with store.transaction():
        heroku.seed(store, document.get("heroku", {}), now)
        github.seed(store, document.get("github", {}), now)
        gitlab.seed(store, document.get("gitlab", {}), now)
        number = store.next_number(KIND)
        store.put(KIND, str(number), {"document": _without_tokens(document)})


def knows(store: Store, token: str) -> bool:
    """Whether a Heroku token opens this store: no longer, when the file that kept it was lost."""
    return store.get("heroku.token", hashlib.sha256(token.encode()).hexdigest()) is not None


def reset(store: Store, now: datetime) -> None:
    """Forget everything but what was seeded."""
    with store.transaction():
        documents = [body["document"] for body in store.find(KIND)]
        store.clear()
        for document in documents:
            seed(store, document, now)


def _without_tokens(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_tokens(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    kept = {name: _without_tokens(item) for name, item in value.items() if name != "token"}
    if "token" in value:
        kept["token_sha256"] = hashlib.sha256(value["token"].encode()).hexdigest()
    return kept
