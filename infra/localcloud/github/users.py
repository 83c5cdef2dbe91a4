"""The caller, other users, and what remains of the caller's hourly budget."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import REPOSITORY
from infra.localcloud.github.door import budget_of
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import ORGANIZATION, USER, owner_named, role_in, simple_organization, simple_user
from infra.localcloud.github.refusals import forbidden, not_found

PAGE = "users/users"

Document = dict[str, Any]

_OTHER_BUDGETS = {"search": 30, "graphql": 5000, "integration_manifest": 5000, "code_search": 10}


def show_caller(call: Call) -> Answer:
    """GET /user: the private form, for it is one's own; an app's token has no user behind it."""
    if call.account["type"] == "Bot":
        raise forbidden("Resource not accessible by integration")
    own = {
        "private_gists": 0,
        "total_private_repos": _repositories(call, call.account, private=True),
        "owned_private_repos": _repositories(call, call.account, private=True),
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
        "plan": {"name": "pro", "space": 976562499, "collaborators": 0, "private_repos": 9999},
    }
    return Answer(200, {**_public(call, call.account), **own})


def show_user(call: Call) -> Answer:
    """GET /users/{username}; organizations are found there too."""
    account = owner_named(call.store, call.params["username"])
    if account is None:
        raise not_found()
    return Answer(200, _public(call, account))


def show_user_by_id(call: Call) -> Answer:
    """GET /user/{account_id}."""
    found = [user for user in call.store.find(USER) if str(user["id"]) == call.params["account_id"]]
    if not found:
        raise not_found()
    return Answer(200, _public(call, found[0]))


def list_keys(call: Call) -> Answer:
    """GET /users/{username}/keys and /gpg_keys: nobody here has uploaded any."""
    if owner_named(call.store, call.params["username"]) is None:
        raise not_found()
    return page_of(call, [], dict)


def list_organizations(call: Call) -> Answer:
    """GET /user/orgs."""
    found = [body for body in call.store.find(ORGANIZATION) if role_in(body, call.account["login"])]
    return page_of(call, found, lambda body: simple_organization(call.base_url, body))


def show_budget(call: Call) -> Answer:
    """GET /rate_limit, which costs nothing."""
    core = budget_of(call.store, call.account["login"], call.settings.github_rate_limit, call.now.timestamp())
    reset = int(call.now.timestamp()) + 60
    others = {
        name: {"limit": limit, "used": 0, "remaining": limit, "reset": reset} for name, limit in _OTHER_BUDGETS.items()
    }
    return Answer(200, {"resources": {"core": core, **others}, "rate": core})


def _public(call: Call, account: Document) -> Document:
    is_user = account["type"] == "User"
    return {
        **simple_user(call.base_url, account),
        "name": account["name"],
        "company": None,
        "blog": "",
        "location": None,
        "email": account["email"] if is_user else None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": _repositories(call, account, private=False),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": account["created_at"],
        "updated_at": account["updated_at"],
    }


def _repositories(call: Call, account: Document, *, private: bool) -> int:
    return len(call.store.find(REPOSITORY, parent=account["login"].lower(), private=private))


ROUTES: list[Route] = [
    ("GET", "/user", show_caller, ""),
    ("GET", "/user/{account_id}", show_user_by_id, ""),
    ("GET", "/users/{username}", show_user, ""),
    ("GET", "/users/{username}/keys", list_keys, ""),
    ("GET", "/users/{username}/gpg_keys", list_keys, ""),
    ("GET", "/user/orgs", list_organizations, "read:org"),
    ("GET", "/rate_limit", show_budget, ""),
]
