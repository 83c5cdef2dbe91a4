"""Organizations, their members and teams, and the lists of secrets and variables they share."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import REPOSITORY
from infra.localcloud.github.actions_secrets import SECRET
from infra.localcloud.github.belongings import shown
from infra.localcloud.github.links import api_url, site_url
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import (
    TEAM,
    organization_named,
    role_in,
    simple_organization,
    simple_user,
    team_shape,
    teams_of,
    user_named,
)
from infra.localcloud.github.refusals import forbidden, not_found
from infra.localcloud.github.variables import VARIABLE

PAGE = "orgs/orgs"

Document = dict[str, Any]


def show_organization(call: Call) -> Answer:
    """GET /orgs/{org}; its plan and settings only for members."""
    organization = _organization(call)
    shape = _full(call, organization)
    if role_in(organization, call.account["login"]):
        shape.update(_for_members(call, organization))
    return Answer(200, shape)


def list_members(call: Call) -> Answer:
    """GET /orgs/{org}/members, narrowed by ``role``."""
    organization = _organization(call)
    wanted = call.query.get("role", "all")
    logins = [login for login, role in organization["_members"].items() if wanted in ("all", role)]
    users = [user for login in logins if (user := user_named(call.store, login))]
    return page_of(call, users, lambda user: simple_user(call.base_url, user))


def check_member(call: Call) -> Answer:
    """GET /orgs/{org}/members/{username}: 204 or 404."""
    if not role_in(_organization(call), call.params["username"]):
        raise not_found()
    return Answer(204)


def show_membership(call: Call) -> Answer:
    """GET /orgs/{org}/memberships/{username}, which only members may ask."""
    organization = _for_member(call)
    return _membership(call, organization, call.params["username"])


def show_own_membership(call: Call) -> Answer:
    """GET /user/memberships/orgs/{org}."""
    return _membership(call, _organization(call), call.account["login"])


def list_teams(call: Call) -> Answer:
    """GET /orgs/{org}/teams."""
    return page_of(call, teams_of(call.store, _for_member(call)), lambda team: team_shape(call.base_url, team))


def show_team(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}, and the forms by id."""
    return Answer(200, _full_team(call, *_team(call)))


def list_team_members(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/members."""
    _, team = _team(call)
    users = [user for login in team["_members"] if (user := user_named(call.store, login))]
    return page_of(call, users, lambda user: simple_user(call.base_url, user))


def list_team_repositories(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/repos: no team here has been given any."""
    _team(call)
    return page_of(call, [], dict)


def show_team_membership(call: Call) -> Answer:
    """GET /orgs/{org}/teams/{team_slug}/memberships/{username}."""
    organization, team = _team(call)
    login = call.params["username"].lower()
    if login not in team["_members"]:
        raise not_found()
    url = api_url(call.base_url, "organizations", str(organization["id"]), "team", str(team["id"]))
    role = "maintainer" if role_in(organization, login) == "admin" else "member"
    return Answer(200, {"url": f"{url}/memberships/{login}", "role": role, "state": "active"})


def list_secrets(call: Call) -> Answer:
    """GET /orgs/{org}/actions/secrets and /orgs/{org}/dependabot/secrets, for owners."""
    return page_of(call, _owned(call, SECRET), lambda body: _with_repositories(call, body), under="secrets")


def list_variables(call: Call) -> Answer:
    """GET /orgs/{org}/actions/variables, for owners."""
    found = _owned(call, VARIABLE)
    return page_of(call, found, lambda body: _with_repositories(call, body), under="variables", default=10, most=30)


def _owned(call: Call, kind: str) -> list[Document]:
    organization = _organization(call)
    if role_in(organization, call.account["login"]) != "admin" or "admin:org" not in call.scopes:
        raise forbidden(
            "You must be an org admin or have the organization secrets permission, and the admin:org scope."
        )
    family = call.path.split("/")[3]
    return call.store.find(kind, parent=f"organizations/{organization['login'].lower()}/{family}")


def _with_repositories(call: Call, body: Document) -> Document:
    selected = {}
    if body["visibility"] == "selected":
        family, noun, name = *call.path.split("/")[3:5], body["name"]
        url = api_url(call.base_url, "orgs", call.params["org"], family, noun, name, "repositories")
        selected = {"selected_repositories_url": url}
    return {**shown(body), **selected}


def _organization(call: Call) -> Document:
    organization = organization_named(call.store, call.params["org"])
    if organization is None:
        raise not_found()
    return organization


def _for_member(call: Call) -> Document:
    organization = _organization(call)
    if not role_in(organization, call.account["login"]):
        raise forbidden("You must be a member of this organization to see this.")
    return organization


def _team(call: Call) -> tuple[Document, Document]:
    if "team_id" in call.params:
        found = [team for team in call.store.find(TEAM) if str(team["id"]) == call.params["team_id"]]
    else:
        found = call.store.find(TEAM, parent=call.params["org"].lower(), slug=call.params["team_slug"].lower())
    organization = organization_named(call.store, found[0]["organization"]) if found else None
    if organization is None or not role_in(organization, call.account["login"]):
        raise not_found()
    return organization, found[0]


def _membership(call: Call, organization: Document, login: str) -> Answer:
    role, user = role_in(organization, login), user_named(call.store, login)
    if not role or user is None:
        raise not_found()
    url = api_url(call.base_url, "orgs", organization["login"])
    body = {
        "url": f"{url}/memberships/{user['login']}",
        "state": "active",
        "role": role,
        "organization_url": url,
        "direct_membership": True,
        "user": simple_user(call.base_url, user),
        "organization": simple_organization(call.base_url, organization),
    }
    return Answer(200, body)


def _full(call: Call, organization: Document) -> Document:
    login = organization["login"]
    return {
        **simple_organization(call.base_url, organization),
        "name": organization["name"],
        "is_verified": False,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": len(call.store.find(REPOSITORY, parent=login.lower(), private=False)),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": site_url(login),
        "type": "Organization",
        "created_at": organization["created_at"],
        "updated_at": organization["updated_at"],
        "archived_at": None,
    }


def _for_members(call: Call, organization: Document) -> Document:
    private = len(call.store.find(REPOSITORY, parent=organization["login"].lower(), private=True))
    return {
        "total_private_repos": private,
        "owned_private_repos": private,
        "private_gists": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "plan": {"name": "enterprise", "space": 976562499, "private_repos": 999999, "filled_seats": 1, "seats": 100},
        "default_repository_permission": "read",
        "members_can_create_repositories": True,
        "two_factor_requirement_enabled": False,
        "web_commit_signoff_required": False,
    }


def _full_team(call: Call, organization: Document, team: Document) -> Document:
    return {
        **team_shape(call.base_url, team),
        "members_count": len(team["_members"]),
        "repos_count": 0,
        "created_at": team["created_at"],
        "updated_at": team["updated_at"],
        "organization": _full(call, organization),
    }


ROUTES: list[Route] = [
    ("GET", "/orgs/{org}", show_organization, ""),
    ("GET", "/orgs/{org}/members", list_members, ""),
    ("GET", "/orgs/{org}/members/{username}", check_member, ""),
    ("GET", "/orgs/{org}/memberships/{username}", show_membership, "read:org"),
    ("GET", "/user/memberships/orgs/{org}", show_own_membership, "read:org"),
    ("GET", "/orgs/{org}/teams", list_teams, "read:org"),
    ("GET", "/orgs/{org}/teams/{team_slug}", show_team, "read:org"),
    ("GET", "/orgs/{org}/teams/{team_slug}/members", list_team_members, "read:org"),
    ("GET", "/orgs/{org}/teams/{team_slug}/repos", list_team_repositories, "read:org"),
    ("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", show_team_membership, "read:org"),
    ("GET", "/organizations/{organization_id}/team/{team_id}", show_team, "read:org"),
    ("GET", "/organizations/{organization_id}/team/{team_id}/members", list_team_members, "read:org"),
    ("GET", "/teams/{team_id}", show_team, "read:org"),
    ("GET", "/orgs/{org}/actions/secrets", list_secrets, "admin:org"),
    ("GET", "/orgs/{org}/dependabot/secrets", list_secrets, "admin:org"),
    ("GET", "/orgs/{org}/actions/variables", list_variables, "admin:org"),
]
