"""Invitations to a team, which Heroku sends by mail with a token in them: here that is the invitation's id."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import STRING, body_of, invalid
from infra.localcloud.heroku.lookup import account_named, forbidden, not_found, team_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.people import add_account
from infra.localcloud.heroku.teams import MEMBER, ROLES, add_member, team_to_manage

Body = dict[str, Any]
KIND = "heroku.team_invitation"


def _person(account: Body) -> Body:
    return {name: account[name] for name in ("id", "email", "name")}


def list_invitations(call: Call) -> Answer:
    """GET /teams/{team}/invitations."""
    return paged(call, call.store.find(KIND, parent=team_for(call)["id"]))


def invite(call: Call) -> Answer:
    """PUT /teams/{team}/invitations: a new one, or another role in a known one."""
    wanted = body_of(call, {"email": STRING, "role": STRING}, required=("email", "role"))
    team = team_to_manage(call)
    if wanted["role"] not in ROLES or "@" not in wanted["email"]:
        raise invalid(f"An email address and a role of {', '.join(ROLES)} are needed.")
    account = account_named(call.store, wanted["email"]) or add_account(call.store, call.now, wanted["email"])
    if call.store.get(MEMBER, f"{team['id']}:{account['id']}"):
        raise invalid("User is already a member of this team.")
    known = [one for one in call.store.find(KIND, parent=team["id"]) if one["user"]["id"] == account["id"]]
    fresh = {"id": new_id(), "created_at": stamp(call.now), "user": _person(account)}
    body: Body = {
        **(known[0] if known else fresh),
        "invited_by": _person(call.account),
        "role": wanted["role"],
        "team": {"id": team["id"], "name": team["name"]},
        "updated_at": stamp(call.now),
    }
    call.store.put(KIND, body["id"], body, parent=team["id"])
    return found(body, 200 if known else 201)


def revoke(call: Call) -> Answer:
    """DELETE /teams/{team}/invitations/{invitation}."""
    team = team_to_manage(call)
    body = call.store.get(KIND, call.params["invitation"])
    if body is None or body["team"]["id"] != team["id"]:
        raise not_found("invitation", "Couldn't find that invitation.")
    call.store.delete(KIND, body["id"])
    return found(body)


def _invitation_for(call: Call) -> Body:
    body = call.store.get(KIND, call.params["token"])
    if body is None:
        raise not_found("invitation", "Couldn't find that invitation.")
    return body


def get_invitation(call: Call) -> Answer:
    """GET /teams/invitations/{token}."""
    return found(_invitation_for(call))


def accept(call: Call) -> Answer:
    """POST /teams/invitations/{token}/accept: the invited person becomes a member."""
    body = _invitation_for(call)
    if body["user"]["id"] != call.account["id"]:
        raise forbidden("The invitation is for somebody else.", "invitation")
    call.store.delete(KIND, body["id"])
    return found(add_member(call.store, call.now, body["team"], call.account, body["role"]), 201)


ROUTES: list[Route] = [
    ("GET", "/teams/{team}/invitations", list_invitations, "read"),
    ("PUT", "/teams/{team}/invitations", invite, "write"),
    ("DELETE", "/teams/{team}/invitations/{invitation}", revoke, "write"),
    ("GET", "/teams/invitations/{token}", get_invitation, "read"),
    ("POST", "/teams/invitations/{token}/accept", accept, "write"),
]
