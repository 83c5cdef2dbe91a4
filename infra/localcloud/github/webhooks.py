"""Repository webhooks: create, list, show, change, delete, their configuration and pings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.deliveries import delete_deliveries, record_delivery
from infra.localcloud.github.events import EVENTS
from infra.localcloud.github.fields import body_of, flag, mapping, optional_text, texts
from infra.localcloud.github.links import api_url, later_stamp, new_id, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import not_found, rejected

PAGE = "repos/webhooks"
HOOK = "github.hook"
MASK = "********"
MOST_PER_EVENT = 20

Document = dict[str, Any]


def list_hooks(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/hooks."""
    repository = repository_for(call, "admin", hide=True)
    found = call.store.find(HOOK, parent=str(repository["id"]))
    return page_of(call, found, lambda hook: hook_shape(call, repository, hook))


def create_hook(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/hooks: 422 when one with this configuration has an event in common."""
    repository, body = repository_for(call, "admin", hide=True), body_of(call)
    if optional_text(body, "name", "web") != "web":
        raise rejected("Hook", "name must be 'web'", field="name")
    moment = stamp(call.now)
    hook: Document = {
        "id": new_id(call.store),
        "active": flag(body, "active", True),
        "events": _events(texts(body, "events", ["push"])),
        **_configured({"config": {}}, call, mapping(body, "config") or {}),
        "created_at": moment,
        "updated_at": moment,
    }
    _check_against_others(call, repository, hook)
    _save(call, repository, hook)
    record_delivery(call, hook, "ping")
    shape = hook_shape(call, repository, hook)
    return Answer(201, shape, {"Location": shape["url"]})


def show_hook(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/hooks/{hook_id}."""
    repository, hook = hook_for(call)
    return Answer(200, hook_shape(call, repository, hook))


def change_hook(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/hooks/{hook_id}; a ``config`` replaces the whole one, a missing secret removes it."""
    repository, hook = hook_for(call)
    body = body_of(call)
    events = texts(body, "events", hook["events"]) + texts(body, "add_events", [])
    removed = texts(body, "remove_events", [])
    hook["events"] = _events([event for event in events if event not in removed])
    hook["active"] = flag(body, "active", hook["active"])
    config = mapping(body, "config")
    if config is not None:
        hook.update(_configured({"config": {}}, call, config))
    return Answer(200, hook_shape(call, repository, _changed(call, repository, hook)))


def delete_hook(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/hooks/{hook_id}."""
    _, hook = hook_for(call)
    delete_deliveries(call.store, hook)
    call.store.delete(HOOK, hook["_key"])
    return Answer(204)


def show_config(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/hooks/{hook_id}/config."""
    return Answer(200, _config_shape(hook_for(call)[1]))


def change_config(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/hooks/{hook_id}/config: only what is given."""
    repository, hook = hook_for(call)
    hook.update(_configured(hook, call, body_of(call)))
    return Answer(200, _config_shape(_changed(call, repository, hook)))


def ping(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/hooks/{hook_id}/pings."""
    record_delivery(call, hook_for(call)[1], "ping")
    return Answer(204)


def test_push(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/hooks/{hook_id}/tests: a push event, if the hook wants those."""
    hook = hook_for(call)[1]
    if {"push", "*"} & set(hook["events"]):
        record_delivery(call, hook, "push")
    return Answer(204)


def hook_for(call: Call) -> tuple[Document, Document]:
    """The repository and the webhook that the path names; 404 for people who may not see webhooks."""
    repository = repository_for(call, "admin", hide=True)
    hook = call.store.get(HOOK, f"{repository['id']}/{call.params['hook_id']}")
    if hook is None:
        raise not_found()
    return repository, hook


def hook_shape(call: Call, repository: Document, hook: Document) -> Document:
    """A webhook as GitHub shows it, its secret as eight asterisks."""
    parts = ("repos", repository["owner"], repository["name"], "hooks", str(hook["id"]))
    url = api_url(call.base_url, *parts)
    return {
        "type": "Repository",
        "id": hook["id"],
        "name": "web",
        "active": hook["active"],
        "events": hook["events"],
        "config": _config_shape(hook),
        "updated_at": hook["updated_at"],
        "created_at": hook["created_at"],
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": {"code": None, "status": "unused", "message": None},
    }


def _save(call: Call, repository: Document, hook: Document) -> None:
    keep(call.store, HOOK, f"{repository['id']}/{hook['id']}", hook, str(repository["id"]))


def _changed(call: Call, repository: Document, hook: Document) -> Document:
    _check_against_others(call, repository, hook)
    hook["updated_at"] = later_stamp(call.now, hook["updated_at"])
    _save(call, repository, hook)
    return hook


def _config_shape(hook: Document) -> Document:
    secret = {"secret": MASK} if hook["_secret"] else {}
    return {**hook["config"], **secret}


def _configured(hook: Document, call: Call, wish: Document) -> Document:
    """The configuration with a wish applied, and the fingerprint of the secret instead of the secret."""
    now: Document = {"content_type": "form", "insecure_ssl": "0", **hook["config"]}
    url = _url(optional_text(wish, "url", now.get("url", "")))
    content_type = optional_text(wish, "content_type", now["content_type"])
    if content_type not in ("json", "form"):
        raise rejected("Hook", "content_type must be 'json' or 'form'", field="content_type")
    # Text or number on the way in, always text on the way out.
    insecure = str(wish.get("insecure_ssl", now["insecure_ssl"]))
    if insecure not in ("0", "1"):
        raise rejected("Hook", "insecure_ssl must be 0 or 1", field="insecure_ssl")
    return {
        "config": {"content_type": content_type, "insecure_ssl": insecure, "url": url},
        "_secret": _secret(call, wish, hook.get("_secret", "")),
    }


def _secret(call: Call, wish: Document, current: str) -> str:
    if "secret" not in wish:
        return current
    secret = optional_text(wish, "secret", "")
    return call.store.fingerprint(secret) if secret else ""


def _url(url: str) -> str:
    if not url:
        raise rejected("Hook", "url cannot be blank", field="url")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise rejected("Hook", "url must be a valid HTTP or HTTPS address", field="url")
    if parts.hostname in ("localhost", "127.0.0.1", "::1"):
        message = f"url is not supported because it isn't reachable over the public Internet ({parts.hostname})"
        raise rejected("Hook", message)
    return url


def _events(events: list[str]) -> list[str]:
    unknown = sorted(set(events) - EVENTS)
    if unknown:
        raise rejected("Hook", f"These events are not valid: {', '.join(unknown)}", field="events")
    if not events:
        raise rejected("Hook", "events cannot be empty", field="events")
    return ["*"] if "*" in events else sorted(set(events))


def _check_against_others(call: Call, repository: Document, hook: Document) -> None:
    others = [other for other in call.store.find(HOOK, parent=str(repository["id"])) if other["id"] != hook["id"]]
    for other in others:
        same = other["config"] == hook["config"]
        if same and (set(other["events"]) & set(hook["events"]) or "*" in other["events"] + hook["events"]):
            raise rejected("Hook", "Hook already exists on this repository")
    for event in hook["events"]:
        _check_room(event, others)


def _check_room(event: str, others: list[Document]) -> None:
    if sum(event in other["events"] for other in others) >= MOST_PER_EVENT:
        raise rejected("Hook", f'The "{event}" event cannot have more than {MOST_PER_EVENT} hooks')


_HOOKS = "/repos/{owner}/{repo}/hooks"
_SCOPE = "admin:repo_hook"

ROUTES: list[Route] = [
    ("GET", _HOOKS, list_hooks, _SCOPE),
    ("POST", _HOOKS, create_hook, _SCOPE),
    ("GET", f"{_HOOKS}/{{hook_id}}", show_hook, _SCOPE),
    ("PATCH", f"{_HOOKS}/{{hook_id}}", change_hook, _SCOPE),
    ("DELETE", f"{_HOOKS}/{{hook_id}}", delete_hook, _SCOPE),
    ("GET", f"{_HOOKS}/{{hook_id}}/config", show_config, _SCOPE),
    ("PATCH", f"{_HOOKS}/{{hook_id}}/config", change_config, _SCOPE),
    ("POST", f"{_HOOKS}/{{hook_id}}/pings", ping, _SCOPE),
    ("POST", f"{_HOOKS}/{{hook_id}}/tests", test_push, _SCOPE),
]
