"""The events and deliveries of an app's or an add-on's webhooks."""

from __future__ import annotations

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.webhook_events import DELIVERY, EVENT
from infra.localcloud.heroku.webhooks import subject_of


def _listed(call: Call, kind: str) -> Answer:
    return paged(call, call.store.find(kind, parent=subject_of(call)[0]["id"]))


def _one(call: Call, kind: str, id: str) -> Answer:
    subject = subject_of(call)[0]
    for body in call.store.find(kind, parent=subject["id"], id=id):
        return found(body)
    raise not_found(kind.removeprefix("heroku."))


def list_events(call: Call) -> Answer:
    """GET …/webhook-events."""
    return _listed(call, EVENT)


def get_event(call: Call) -> Answer:
    """GET …/webhook-events/{event}."""
    return _one(call, EVENT, call.params["event"])


def list_deliveries(call: Call) -> Answer:
    """GET …/webhook-deliveries."""
    return _listed(call, DELIVERY)


def get_delivery(call: Call) -> Answer:
    """GET …/webhook-deliveries/{delivery}."""
    return _one(call, DELIVERY, call.params["delivery"])


ROUTES: list[Route] = [
    route
    for subject in ("/apps/{app}", "/addons/{addon}")
    for route in (
        ("GET", f"{subject}/webhook-deliveries", list_deliveries, "read"),
        ("GET", f"{subject}/webhook-deliveries/{{delivery}}", get_delivery, "read"),
        ("GET", f"{subject}/webhook-events", list_events, "read"),
        ("GET", f"{subject}/webhook-events/{{event}}", get_event, "read"),
    )
]
