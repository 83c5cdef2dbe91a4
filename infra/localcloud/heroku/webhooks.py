"""Webhooks of apps and add-ons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.attachments import addon_named
from infra.localcloud.heroku.fields import LIST, STRING, body_of, invalid
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.webhook_events import WEBHOOK as KIND

Body = dict[str, Any]
LIMIT = 10
ENTITIES = (
    "api:addon", "api:addon-attachment", "api:app", "api:build", "api:collaborator", "api:domain", "api:dyno",
    "api:formation", "api:release", "api:sni-endpoint",
)  # fmt: skip
_ALLOWED = {"include": LIST, "level": STRING, "url": STRING, "secret": STRING, "authorization": STRING}


def subject_of(call: Call) -> tuple[Body, Body]:
    """What the webhook is about, and how the webhook mentions it."""
    if "app" in call.params:
        app = app_for(call)
        return app, {"app": {"id": app["id"], "name": app["name"]}}
    addon = addon_named(call, call.params["addon"])
    return addon, {"addon": {"id": addon["id"], "name": addon["name"]}}


def _webhook_for(call: Call, subject: Body) -> Body:
    webhook = call.store.get(KIND, call.params["webhook"])
    if webhook is None or webhook["_subject_id"] != subject["id"]:
        raise not_found("webhook", "Couldn't find that webhook.")
    return webhook


def _checked(call: Call, wanted: Body) -> Body:
    """What is kept of a request: the secrets only as fingerprints, since Heroku never answers them."""
    kept: Body = {name: wanted[name] for name in ("include", "level", "url") if name in wanted}
    if "include" in kept:
        _check_entities(kept["include"])
    if kept.get("level", "notify") not in ("notify", "sync"):
        raise invalid("Level must be notify or sync.")
    if "url" in kept and (urlsplit(kept["url"]).scheme not in ("http", "https") or not urlsplit(kept["url"]).hostname):
        raise invalid("Url must be an http or https address.")
    for name in ("secret", "authorization"):
        if name in call.body:
            kept[f"_{name}"] = call.store.fingerprint(wanted[name]) if wanted.get(name) else None
    return kept


def _check_entities(include: list[Any]) -> None:
    unknown = [str(entity) for entity in include if entity not in ENTITIES]
    if unknown or not include:
        raise invalid(f"Include must name entities among {', '.join(ENTITIES)}; not {', '.join(unknown) or 'nothing'}.")


def create_webhook(call: Call) -> Answer:
    """POST …/webhooks: the signing secret is answered once, in a header, when none was given."""
    wanted = body_of(call, _ALLOWED, required=("include", "level", "url"))
    subject, mention = subject_of(call)
    kept = _checked(call, wanted)
    if len(call.store.find(KIND, parent=subject["id"])) >= LIMIT:
        raise invalid(f"You have reached the limit of {LIMIT} webhooks.")
    secret = wanted.get("secret") or new_id().replace("-", "")
    webhook = {
        "id": new_id(),
        **mention,
        **kept,
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_secret": call.store.fingerprint(secret),
        "_subject_id": subject["id"],
    }
    call.store.put(KIND, webhook["id"], webhook, parent=subject["id"])
    answer = found(webhook, 201)
    return Answer(201, answer.body, {"Heroku-Webhook-Secret": secret})


def list_webhooks(call: Call) -> Answer:
    """GET …/webhooks."""
    return paged(call, call.store.find(KIND, parent=subject_of(call)[0]["id"]))


def get_webhook(call: Call) -> Answer:
    """GET …/webhooks/{webhook}."""
    return found(_webhook_for(call, subject_of(call)[0]))


def update_webhook(call: Call) -> Answer:
    """PATCH …/webhooks/{webhook}."""
    wanted = body_of(call, _ALLOWED)
    subject, _ = subject_of(call)
    after = {**_webhook_for(call, subject), **_checked(call, wanted), "updated_at": stamp(call.now)}
    call.store.put(KIND, after["id"], after, parent=subject["id"])
    return found(after)


def delete_webhook(call: Call) -> Answer:
    """DELETE …/webhooks/{webhook}."""
    webhook = _webhook_for(call, subject_of(call)[0])
    call.store.delete(KIND, webhook["id"])
    return found(webhook)


ROUTES: list[Route] = [
    route
    for subject in ("/apps/{app}", "/addons/{addon}")
    for route in (
        ("POST", f"{subject}/webhooks", create_webhook, "write"),
        ("GET", f"{subject}/webhooks", list_webhooks, "read"),
        ("GET", f"{subject}/webhooks/{{webhook}}", get_webhook, "read"),
        ("PATCH", f"{subject}/webhooks/{{webhook}}", update_webhook, "write"),
        ("DELETE", f"{subject}/webhooks/{{webhook}}", delete_webhook, "write"),
    )
]
