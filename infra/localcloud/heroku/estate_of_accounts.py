"""What people have switched on and authorized, in the estate."""

from __future__ import annotations

from typing import Any

from infra.localcloud.store import Store

Body = dict[str, Any]


def accounts_in(store: Store) -> Body:
    """Account features that are on, and authorizations, by the account's email address; those with neither left out."""
    accounts = sorted(store.find("heroku.account"), key=lambda body: str(body["email"]))
    told = {account["email"]: _account(store, account) for account in accounts}
    return {email: body for email, body in told.items() if any(body.values())}


def _account(store: Store, account: Body) -> Body:
    features = store.find("heroku.account_feature", parent=account["id"], enabled=True)
    authorizations = [
        {"description": one["description"], "scope": one["scope"]}
        for one in store.find("heroku.authorization", parent=account["id"])
    ]
    return {"features": sorted(one["name"] for one in features), "authorizations": sorted(authorizations, key=str)}
