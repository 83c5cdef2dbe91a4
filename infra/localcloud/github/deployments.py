"""Deployments; the first one to an unknown environment makes that environment, as a workflow does."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import ENVIRONMENT, keep
from infra.localcloud.github.branches import COMMIT, REF
from infra.localcloud.github.environments import new_environment
from infra.localcloud.github.fields import body_of, flag, optional_text, text
from infra.localcloud.github.issues import author_shape
from infra.localcloud.github.links import api_url, new_id, node_id, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import rejected

PAGE = "deployments/deployments"
DEPLOYMENT = "github.deployment"

Document = dict[str, Any]


def list_deployments(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/deployments, newest first, narrowed by ``environment``, ``ref``, ``sha``, ``task``."""
    repository = repository_for(call)
    wanted = {name: call.query[name] for name in ("environment", "ref", "sha", "task") if name in call.query}
    found = call.store.find(DEPLOYMENT, parent=str(repository["id"]))
    kept = [one for one in reversed(found) if all(one[name] == value for name, value in wanted.items())]
    return page_of(call, kept, lambda one: _shape(call, repository, one))


def create_deployment(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/deployments: 422 for a reference that is not there."""
    repository, body = repository_for(call, "push"), body_of(call)
    ref, environment = text(body, "ref"), optional_text(body, "environment", "production")
    deployment: Document = {
        "id": new_id(call.store),
        "sha": _sha(call, repository, ref),
        "ref": ref,
        "task": optional_text(body, "task", "deploy"),
        "environment": environment,
        "original_environment": environment,
        "description": body.get("description") or None,
        "payload": body.get("payload") or {},
        "transient_environment": flag(body, "transient_environment", False),
        "production_environment": flag(body, "production_environment", environment == "production"),
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_creator": call.account["login"],
    }
    keep(call.store, DEPLOYMENT, f"{repository['id']}/{deployment['id']}", deployment, str(repository["id"]))
    _make_environment(call, repository, environment)
    return Answer(201, _shape(call, repository, deployment))


def _sha(call: Call, repository: Document, ref: str) -> str:
    number = repository["id"]
    for name in (f"refs/heads/{ref}", f"refs/tags/{ref}"):
        found = call.store.get(REF, f"{number}/{name}")
        if found:
            return str(found["sha"])
    if call.store.get(COMMIT, f"{number}/{ref}") is None:
        raise rejected("Deployment", f"No ref found for: {ref}")
    return ref


def _make_environment(call: Call, repository: Document, name: str) -> None:
    parent = str(repository["id"])
    if not call.store.find(ENVIRONMENT, parent=parent, _slug=name.lower()):
        environment = new_environment(call, name)
        keep(call.store, ENVIRONMENT, f"{parent}/{environment['id']}", environment, parent)


def _shape(call: Call, repository: Document, deployment: Document) -> Document:
    url = api_url(call.base_url, "repos", repository["owner"], repository["name"])
    own = f"{url}/deployments/{deployment['id']}"
    return {
        **{key: value for key, value in deployment.items() if not key.startswith("_")},
        "node_id": node_id("DE", deployment["id"]),
        "url": own,
        "statuses_url": f"{own}/statuses",
        "repository_url": url,
        "creator": author_shape(call, deployment["_creator"]),
        "performed_via_github_app": None,
    }


_DEPLOYMENTS = "/repos/{owner}/{repo}/deployments"

ROUTES: list[Route] = [
    ("GET", _DEPLOYMENTS, list_deployments, "repo"),
    ("POST", _DEPLOYMENTS, create_deployment, "repo_deployment"),
]
