"""The deliveries of webhooks: recorded, listed and tried again, but never sent (the local cloud calls nobody)."""

from __future__ import annotations

import uuid
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.links import api_url, new_id, stamp
from infra.localcloud.github.pages import page_size
from infra.localcloud.github.refusals import not_found
from infra.localcloud.store import Store

PAGE = "repos/webhooks"
DELIVERY = "github.delivery"
_NOT_SENT = "failed to connect to host"

Document = dict[str, Any]


def record_delivery(call: Call, hook: Document, event: str, *, again: Document | None = None) -> None:
    """Remember that an event was due at a hook; ``again`` is the delivery being repeated."""
    repository_id = str(repository_for(call)["id"])
    delivery = {
        "id": new_id(call.store),
        "guid": again["guid"] if again else str(uuid.uuid4()),
        "delivered_at": stamp(call.now),
        "redelivery": again is not None,
        "event": event,
        "hook_id": hook["id"],
        "_repository": int(repository_id),
    }
    keep(call.store, DELIVERY, f"{hook['id']}/{delivery['id']}", delivery, repository_id)


def delete_deliveries(store: Store, hook: Document) -> None:
    """Forget the deliveries of a hook that goes."""
    for delivery in store.find(DELIVERY, hook_id=hook["id"]):
        store.delete(DELIVERY, delivery["_key"])


def list_deliveries(call: Call) -> Answer:
    """GET …/hooks/{hook_id}/deliveries, newest first."""
    found = call.store.find(DELIVERY, hook_id=_hook(call)["id"])
    return Answer(200, [_item(delivery) for delivery in reversed(found)][: page_size(call)])


def show_delivery(call: Call) -> Answer:
    """GET …/hooks/{hook_id}/deliveries/{delivery_id}: with the request that would have been sent."""
    hook, delivery = _hook(call), _delivery(call)
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/local",
        "X-GitHub-Delivery": delivery["guid"],
        "X-GitHub-Event": delivery["event"],
        "X-GitHub-Hook-ID": str(hook["id"]),
        "X-GitHub-Hook-Installation-Target-ID": str(delivery["_repository"]),
        "X-GitHub-Hook-Installation-Target-Type": "repository",
    }
    address = api_url(call.base_url, "repositories", str(delivery["_repository"]), "hooks", str(hook["id"]))
    payload = {"hook_id": hook["id"], "hook": {"id": hook["id"], "url": address, "events": hook["events"]}}
    shape = {
        **_item(delivery),
        "url": hook["config"]["url"],
        "request": {"headers": headers, "payload": payload},
        "response": {"headers": {}, "payload": ""},
    }
    return Answer(200, shape)


def repeat_delivery(call: Call) -> Answer:
    """POST …/hooks/{hook_id}/deliveries/{delivery_id}/attempts."""
    delivery = _delivery(call)
    record_delivery(call, _hook(call), delivery["event"], again=delivery)
    return Answer(202, {})


def _hook(call: Call) -> Document:
    repository = repository_for(call, "admin", hide=True)
    hook = call.store.get("github.hook", f"{repository['id']}/{call.params['hook_id']}")
    if hook is None:
        raise not_found()
    return hook


def _delivery(call: Call) -> Document:
    if not call.params["delivery_id"].isdigit():
        raise Refusal(400, "bad_request", "delivery_id must be a number")
    delivery = call.store.get(DELIVERY, f"{_hook(call)['id']}/{call.params['delivery_id']}")
    if delivery is None:
        raise not_found()
    return delivery


def _item(delivery: Document) -> Document:
    return {
        "id": delivery["id"],
        "guid": delivery["guid"],
        "delivered_at": delivery["delivered_at"],
        "redelivery": delivery["redelivery"],
        "duration": 0.0,
        "status": _NOT_SENT,
        "status_code": 502,
        "event": delivery["event"],
        "action": None,
        "installation_id": None,
        "repository_id": delivery["_repository"],
        "throttled_at": None,
    }


_DELIVERIES = "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries"
_SCOPE = "admin:repo_hook"

ROUTES: list[Route] = [
    ("GET", _DELIVERIES, list_deliveries, _SCOPE),
    ("GET", f"{_DELIVERIES}/{{delivery_id}}", show_delivery, _SCOPE),
    ("POST", f"{_DELIVERIES}/{{delivery_id}}/attempts", repeat_delivery, _SCOPE),
]
