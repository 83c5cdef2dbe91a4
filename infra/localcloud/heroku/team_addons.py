"""What a team allows on its apps: its preferences, and the add-on services it has listed."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.catalogue import Service, service_named, service_ref
from infra.localcloud.heroku.fields import BOOLEAN, STRING, body_of, invalid
from infra.localcloud.heroku.lookup import forbidden, not_found, team_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.store import Store

Body = dict[str, Any]
ALLOWED, PREFERENCES = "heroku.allowed_addon_service", "heroku.team_preferences"


def _preferences_of(store: Store, team_id: str) -> Body:
    return store.get(PREFERENCES, team_id) or {"addons-controls": False, "default-permission": "admin"}


def refuse_unlisted(call: Call, app: Body, service: Service) -> None:
    """Refuse an add-on service that a team with ``addons-controls`` has not listed."""
    team = app["team"]
    if team is None or not _preferences_of(call.store, team["id"])["addons-controls"]:
        return
    listed = [one["addon_service"]["name"] for one in call.store.find(ALLOWED, parent=team["id"])]
    if service.name not in listed:
        raise forbidden(f"The team {team['name']} does not allow the add-on service {service.name}.", "addon_service")


def _managed_team(call: Call) -> Body:
    team = team_for(call)
    if team["role"] not in ("admin", "owner"):
        raise forbidden("Only admins may change what a team allows.", "team")
    return team


def get_preferences(call: Call) -> Answer:
    """GET /teams/{team}/preferences."""
    return Answer(200, _preferences_of(call.store, team_for(call)["id"]))


def update_preferences(call: Call) -> Answer:
    """PATCH /teams/{team}/preferences: whether the list of add-on services applies."""
    wanted = body_of(call, {"addons-controls": BOOLEAN})
    team = _managed_team(call)
    after = {**_preferences_of(call.store, team["id"]), **wanted}
    call.store.put(PREFERENCES, team["id"], after, parent=team["id"])
    return Answer(200, after)


def list_allowed(call: Call) -> Answer:
    """GET /teams/{team}/allowed-addon-services."""
    return paged(call, call.store.find(ALLOWED, parent=team_for(call)["id"]))


def allow_service(call: Call) -> Answer:
    """POST /teams/{team}/allowed-addon-services: answers a list of the one, as Heroku's schema has it."""
    wanted = body_of(call, {"addon_service": STRING}, required=("addon_service",))
    team = _managed_team(call)
    service = service_named(wanted["addon_service"])
    if service is None:
        raise not_found("addon_service", "Couldn't find that add-on service.")
    known = call.store.find(ALLOWED, parent=team["id"])
    if any(one["addon_service"]["name"] == service.name for one in known):
        raise invalid(f"The add-on service {service.name} is already allowed.")
    body: Body = {
        "id": new_id(),
        "added_at": stamp(call.now),
        "added_by": {"id": call.account["id"], "email": call.account["email"]},
        "addon_service": {**service_ref(service), "human_name": service.human_name},
    }
    call.store.put(ALLOWED, body["id"], body, parent=team["id"])
    return Answer(201, [body])


def disallow_service(call: Call) -> Answer:
    """DELETE /teams/{team}/allowed-addon-services/{service}, by the entry's id or the service's name."""
    team = _managed_team(call)
    for body in call.store.find(ALLOWED, parent=team["id"]):
        if call.params["service"] in (body["id"], *body["addon_service"].values()):
            call.store.delete(ALLOWED, body["id"])
            return found(body)
    raise not_found("allowed_addon_service", "Couldn't find that allowed add-on service.")


ROUTES: list[Route] = [
    ("GET", "/teams/{team}/preferences", get_preferences, "read"),
    ("PATCH", "/teams/{team}/preferences", update_preferences, "write"),
    ("GET", "/teams/{team}/allowed-addon-services", list_allowed, "read"),
    ("POST", "/teams/{team}/allowed-addon-services", allow_service, "write"),
    ("DELETE", "/teams/{team}/allowed-addon-services/{service}", disallow_service, "write"),
]
