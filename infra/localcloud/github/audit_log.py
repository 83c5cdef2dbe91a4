"""An organization's audit log: who changed what in its repositories, for owners with the scope for it."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.github.access import REPOSITORY, repository_named
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import organization_named, role_in
from infra.localcloud.github.refusals import forbidden, not_found

PAGE = "orgs/orgs"
EVENT = "github.audit_event"
_REPO, _ENVIRONMENT = "/repos/{owner}/{repo}", "/repos/{owner}/{repo}/environments/{environment_name}"

ACTIONS: dict[tuple[str, str], str] = {
    ("PUT", f"{_REPO}/topics"): "repo.add_topic",
    ("PUT", f"{_REPO}/actions/secrets/{{secret_name}}"): "repo.{}_actions_secret",
    ("DELETE", f"{_REPO}/actions/secrets/{{secret_name}}"): "repo.remove_actions_secret",
    ("POST", f"{_REPO}/actions/variables"): "repo.create_actions_variable",
    ("PATCH", f"{_REPO}/actions/variables/{{name}}"): "repo.update_actions_variable",
    ("DELETE", f"{_REPO}/actions/variables/{{name}}"): "repo.remove_actions_variable",
    ("PUT", f"{_REPO}/dependabot/secrets/{{secret_name}}"): "repo.{}_integration_secret",
    ("DELETE", f"{_REPO}/dependabot/secrets/{{secret_name}}"): "repo.remove_integration_secret",
    ("PUT", _ENVIRONMENT): "environment.update_protection_rule",
    ("DELETE", _ENVIRONMENT): "environment.delete",
    ("PUT", f"{_ENVIRONMENT}/secrets/{{secret_name}}"): "environment.{}_actions_secret",
    ("DELETE", f"{_ENVIRONMENT}/secrets/{{secret_name}}"): "environment.remove_actions_secret",
    ("POST", f"{_ENVIRONMENT}/variables"): "environment.create_actions_variable",
    ("PATCH", f"{_ENVIRONMENT}/variables/{{name}}"): "environment.update_actions_variable",
    ("DELETE", f"{_ENVIRONMENT}/variables/{{name}}"): "environment.remove_actions_variable",
    ("POST", f"{_REPO}/hooks"): "hook.create",
    ("PATCH", f"{_REPO}/hooks/{{hook_id}}/config"): "hook.config_changed",
    ("DELETE", f"{_REPO}/hooks/{{hook_id}}"): "hook.destroy",
    ("POST", f"{_REPO}/rulesets"): "repository_ruleset.create",
    ("PUT", f"{_REPO}/rulesets/{{ruleset_id}}"): "repository_ruleset.update",
    ("DELETE", f"{_REPO}/rulesets/{{ruleset_id}}"): "repository_ruleset.destroy",
    ("POST", f"{_REPO}/keys"): "public_key.create",
    ("DELETE", f"{_REPO}/keys/{{key_id}}"): "public_key.delete",
}
"""What is logged, by route; ``{}`` is ``create`` or ``update``, as the answer's status says."""
BY_FIELD: dict[tuple[str, str], dict[str, str]] = {
    ("PATCH", _REPO): {
        "archived": "repo.archived",
        "delete_branch_on_merge": "repo.change_merge_setting",
        "name": "repo.rename",
        "private": "repo.access",
        "visibility": "repo.access",
    },
    ("PATCH", f"{_REPO}/hooks/{{hook_id}}"): {
        "active": "hook.active_changed",
        "config": "hook.config_changed",
        "events": "hook.events_changed",
    },
}
"""What is logged where it depends on the field that was given; of other fields GitHub logs nothing."""


def record(call: Call, template: str, answer: Answer) -> None:
    """Log a change of a repository that belongs to an organization."""
    actions = _actions(call, template, answer)
    if not actions:
        return
    repository = _repository(call)
    organization = organization_named(call.store, repository["owner"]) if repository else None
    if repository is None or organization is None:
        return
    event = {
        "@timestamp": int(call.now.timestamp() * 1000),
        "actor": call.account["login"],
        "actor_id": call.account["id"],
        "created_at": int(call.now.timestamp() * 1000),
        "org": organization["login"],
        "org_id": organization["id"],
        "repo": f"{repository['owner']}/{repository['name']}",
        "repo_id": repository["id"],
        **_details(call, answer),
    }
    for action in actions:
        body = {**event, "_document_id": uuid.uuid4().hex, "action": action}
        call.store.put(EVENT, body["_document_id"], body, parent=organization["login"].lower())


def _actions(call: Call, template: str, answer: Answer) -> list[str]:
    route = (call.method, template)
    if answer.status >= 300:
        return []
    if route in BY_FIELD:
        given = call.body if isinstance(call.body, dict) else {}
        return sorted({action for field, action in BY_FIELD[route].items() if field in given})
    verb = "create" if answer.status == 201 else "update"
    return [ACTIONS[route].format(verb)] if route in ACTIONS else []


def _repository(call: Call) -> dict[str, Any] | None:
    if "repository_id" in call.params:
        return call.store.get(REPOSITORY, call.params["repository_id"])
    return repository_named(call.store, call.params["owner"], call.params["repo"])


def _details(call: Call, answer: Answer) -> dict[str, Any]:
    """What the change was about: the key of a secret or variable, the number of a hook, the name of a ruleset."""
    params, body = call.params, answer.body if isinstance(answer.body, dict) else {}
    given = call.body if isinstance(call.body, dict) else {}
    found: dict[str, Any] = {}
    if "environment_name" in params:
        found["environment_name"] = params["environment_name"]
    if "/secrets" in call.path or "/variables" in call.path:
        found["key"] = str(params.get("secret_name") or params.get("name") or given.get("name", "")).upper()
    if "/hooks" in call.path:
        found["hook_id"] = int(params.get("hook_id") or body.get("id", 0))
    if "/rulesets" in call.path:
        found |= {
            "ruleset_id": int(params.get("ruleset_id") or body.get("id", 0)),
            "ruleset_name": body.get("name", ""),
        }
    if "/keys" in call.path:
        found |= {"public_key_id": int(params.get("key_id") or body.get("id", 0)), "title": body.get("title", "")}
    return found


def list_events(call: Call) -> Answer:
    """GET /orgs/{org}/audit-log, newest first; its ``phrase`` knows repo:, action:, actor: and created:>=."""
    organization = organization_named(call.store, call.params["org"])
    if organization is None:
        raise not_found()
    if role_in(organization, call.account["login"]) != "admin" or not {"admin:org", "read:audit_log"} & call.scopes:
        raise forbidden("Must be an owner of the organization, with the scope read:audit_log.")
    found = call.store.find(EVENT, parent=organization["login"].lower())
    terms = re.findall(r"(\S+?):(\S+)", call.query.get("phrase", ""))
    kept = [event for event in found if all(_matches(event, name, value) for name, value in terms)]
    return page_of(call, kept if call.query.get("order") == "asc" else kept[::-1], dict)


def _matches(event: dict[str, Any], name: str, value: str) -> bool:
    if name == "created":
        since = datetime.fromisoformat(value.removeprefix(">="))
        return bool(event["@timestamp"] >= since.timestamp() * 1000) if value.startswith(">=") else True
    if name not in ("repo", "action", "actor"):
        raise Refusal(501, "not_implemented", f"The local cloud's audit log cannot be searched by {name}")
    wanted = value.lower()
    told = str(event[name]).lower()
    return told == wanted or (name == "action" and told.startswith(f"{wanted}."))


ROUTES: list[Route] = [("GET", "/orgs/{org}/audit-log", list_events, "")]
