"""What webhooks would be told of: events, and deliveries that stay pending, since nothing is sent from here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.store import Store

Body = dict[str, Any]
WEBHOOK, EVENT, DELIVERY = "heroku.webhook", "heroku.webhook_event", "heroku.webhook_delivery"


def record(store: Store, now: datetime, subject_id: str, include: str, action: str, body: Body, actor: Body) -> None:
    """Keep an event of an app or add-on, if one of its webhooks asks for that entity, and a delivery for each."""
    webhooks = [hook for hook in store.find(WEBHOOK, parent=subject_id) if include in hook["include"]]
    if not webhooks:
        return
    event = _new_event(now, include, action, body, actor)
    store.put(EVENT, event["id"], event, parent=subject_id)
    for webhook in webhooks:
        delivery = _new_delivery(now, event, webhook)
        store.put(DELIVERY, delivery["id"], delivery, parent=subject_id)


def _new_event(now: datetime, include: str, action: str, body: Body, actor: Body) -> Body:
    payload = {
        "action": action,
        "actor": {"id": actor["id"], "email": actor["email"]},
        "data": {name: value for name, value in body.items() if not name.startswith("_")},
        "previous_data": {},
        "resource": include.removeprefix("api:"),
        "version": "application/vnd.heroku+json; version=3",
    }
    times = {"created_at": stamp(now), "updated_at": stamp(now)}
    return {"id": new_id(), "include": include, "payload": payload, **times}


def _new_delivery(now: datetime, event: Body, webhook: Body) -> Body:
    return {
        "id": new_id(),
        "event": {"id": event["id"], "include": event["include"]},
        "last_attempt": None,
        "next_attempt_at": None,
        "num_attempts": 0,
        "status": "pending",
        "webhook": {"id": webhook["id"], "level": webhook["level"]},
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }
