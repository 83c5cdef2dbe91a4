"""Users, organizations and teams as they are stored and shown, and who belongs where."""

from __future__ import annotations

from typing import Any

from infra.localcloud.github.links import api_url, node_id, site_url
from infra.localcloud.store import Store

USER = "github.user"
ORGANIZATION = "github.organization"
TEAM = "github.team"
TOKEN = "github.token"  # noqa: S105 - the name of a kind of document

Document = dict[str, Any]


def user_named(store: Store, login: str) -> Document | None:
    """A user by login, in any case."""
    return store.get(USER, login.lower())


def organization_named(store: Store, login: str) -> Document | None:
    """An organization by login, in any case."""
    return store.get(ORGANIZATION, login.lower())


def owner_named(store: Store, login: str) -> Document | None:
    """The user or organization of that login."""
    return user_named(store, login) or organization_named(store, login)


def role_in(organization: Document, login: str) -> str:
    """``admin``, ``member`` or ``""`` for somebody from outside."""
    return str(organization["_members"].get(login.lower(), ""))


def teams_of(store: Store, organization: Document) -> list[Document]:
    """The teams of an organization, oldest first."""
    return store.find(TEAM, parent=organization["login"].lower())


def simple_user(base_url: str, account: Document) -> Document:
    """The short form of a user or organization that other objects carry (``simple-user``)."""
    login = account["login"]
    url = api_url(base_url, "users", login)
    return {
        "login": login,
        "id": account["id"],
        "node_id": account["node_id"],
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account['id']}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": site_url(login),
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account["type"],
        "user_view_type": "public",
        "site_admin": False,
    }


def simple_organization(base_url: str, organization: Document) -> Document:
    """The short form of an organization (``organization-simple``)."""
    login = organization["login"]
    url = api_url(base_url, "orgs", login)
    return {
        "login": login,
        "id": organization["id"],
        "node_id": organization["node_id"],
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{organization['id']}?v=4",
        "description": organization["description"],
    }


def team_shape(base_url: str, team: Document) -> Document:
    """A team as lists and reviewers show it (``team``)."""
    url = api_url(base_url, "organizations", str(team["organization_id"]), "team", str(team["id"]))
    return {
        "id": team["id"],
        "node_id": node_id("T", team["id"]),
        "name": team["name"],
        "slug": team["slug"],
        "description": team["description"],
        "privacy": team["privacy"],
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": url,
        "html_url": site_url("orgs", team["organization"], "teams", team["slug"]),
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "organization",
        "organization_id": team["organization_id"],
        "parent": None,
    }
