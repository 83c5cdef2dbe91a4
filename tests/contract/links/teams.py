"""Teams, their members and apps, and what they allow."""

from __future__ import annotations

from tests.contract.links.step import Prepare, Step, World
from tests.localcloud.in_process import BASE

TEAM, APP = "/teams/practicalli-team", "/teams/apps/banking"
NEW = "new@example.com"


async def _enterprise(world: World) -> None:
    """A team of an enterprise's account: no operation of Heroku's makes one."""
    team = {"name": "acme-team", "enterprise": "acme", "members": ["deployer@example.com"]}
    answer = await world.cloud.control.post(f"{BASE}/_cloud/seed", json={"heroku": {"teams": [team]}})
    assert answer.status_code == 200, answer.text


STEPS: list[Step | Prepare] = [
    Step("team: Create", "/teams", {"name": "second-team"}),
    Step("team: Update", "/teams/second-team", {"name": "third-team", "default": True}),
    Step("team: List", "/teams"),
    Step("team: Info", "/teams/third-team"),
    Step("generation: List by Team", f"{TEAM}/available-generations"),
    Step("team-feature: List", f"{TEAM}/features", keep={"feature": "0.id"}),
    Step("team-feature: Info", f"{TEAM}/features/{{feature}}"),
    Step("team-preferences: Update", f"{TEAM}/preferences", {"addons-controls": True}),
    Step("team-preferences: List", f"{TEAM}/preferences"),
    Step("allowed-add-on-service: Create By Team", f"{TEAM}/allowed-addon-services", {"addon_service": "papertrail"}),
    Step("allowed-add-on-service: List By Team", f"{TEAM}/allowed-addon-services", keep={"allowed": "0.id"}),
    Step("allowed-add-on-service: Delete By Team", f"{TEAM}/allowed-addon-services/{{allowed}}"),
    Step("team-member: Create or Update", f"{TEAM}/members", {"email": NEW, "role": "member"}),
    Step("team-member: Update", f"{TEAM}/members", {"email": NEW, "role": "viewer"}),
    Step("team-member: List", f"{TEAM}/members"),
    Step("team-member: List By Member", f"{TEAM}/members/{NEW}/apps"),
    Step("team-member: Delete", f"{TEAM}/members/{NEW}"),
    Step("team-member: Create", f"{TEAM}/members", {"email": NEW, "role": "admin", "federated": False}),
    Step("team-invitation: Create", f"{TEAM}/invitations", {"email": "guest@example.com", "role": "member"},
         keep={"invitation": "id"}),
    Step("team-invitation: List", f"{TEAM}/invitations"),
    Step("team-invitation: Get", "/teams/invitations/{invitation}"),
    Step("team-invitation: Revoke", f"{TEAM}/invitations/{{invitation}}"),
    Step("team-member: Delete", f"{TEAM}/members/pat@example.com"),
    Step("team-invitation: Create", f"{TEAM}/invitations", {"email": "pat@example.com", "role": "admin"},
         keep={"invitation": "id"}),
    Step("team-invitation: Accept", "/teams/invitations/{invitation}/accept", by="pat"),
    Step("team-app: Create", "/teams/apps", {"name": "banking", "team": "practicalli-team", "region": "eu"}),
    Step("team-app: Info", APP),
    Step("team-app: List By Team", f"{TEAM}/apps"),
    Step("team-app: Update Locked", APP, {"locked": True}),
    Step("team-app-permission: List", "/teams/permissions"),
    Step("team-app-collaborator: Create", f"{APP}/collaborators", {"user": NEW, "permissions": ["deploy"]}),
    Step("team-app-collaborator: Update", f"{APP}/collaborators/{NEW}", {"permissions": ["operate"]}),
    Step("team-app-collaborator: List", f"{APP}/collaborators"),
    Step("team-app-collaborator: Info", f"{APP}/collaborators/{NEW}"),
    Step("team-app-collaborator: Delete", f"{APP}/collaborators/{NEW}"),
    Step("team-app: Transfer to Team", APP, {"owner": "third-team"}),
    Step("team-app: Transfer to Account", APP, {"owner": "deployer@example.com"}),
    Step("team: Delete", "/teams/third-team"),
    Prepare(_enterprise),
    Step("team-app: Create", "/teams/apps", {"name": "banking-acme", "team": "acme-team", "region": "eu"}),
    Step("collaborator: Create", "/apps/banking-acme/collaborators", {"user": NEW}),
    Step("audit-trail-event: List", "/enterprise-accounts/acme/events"),
]  # fmt: skip
