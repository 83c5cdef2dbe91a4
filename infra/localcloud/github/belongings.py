"""Everything that goes when a repository, or one of its environments, goes."""

from __future__ import annotations

from typing import Any

from infra.localcloud.store import Store

OF_REPOSITORY = (
    "github.redirect",
    "github.collaborator",
    "github.ref",
    "github.commit",
    "github.hook",
    "github.delivery",
    "github.ruleset",
    "github.deploy_key",
    "github.actions_permissions",
    "github.issue",
    "github.label",
    "github.deployment",
    "github.ruleset_version",
)
OF_PLACE = ("github.secret", "github.variable", "github.key_pair")
"""Kinds whose parent is a place: ``7/actions``, ``7/dependabot`` or ``7/environments/12``."""
ENVIRONMENT = "github.environment"
BRANCH_POLICY = "github.branch_policy"


def keep(store: Store, kind: str, key: str, body: dict[str, Any], parent: str) -> None:
    """Remember a document together with its key, so that it can go with what it belongs to."""
    store.put(kind, key, {**body, "_key": key}, parent=parent)


def shown(body: dict[str, Any]) -> dict[str, Any]:
    """A document without its private parts (names starting with an underscore)."""
    return {name: value for name, value in body.items() if not name.startswith("_")}


def place_of_repository(repository_id: int, family: str) -> str:
    """Where a repository's own secrets and variables of a family (``actions``, ``dependabot``) are kept."""
    return f"{repository_id}/{family}"


def place_of_environment(repository_id: int, environment_id: int) -> str:
    """Where an environment's secrets and variables are kept."""
    return f"{repository_id}/environments/{environment_id}"


def delete_all(store: Store, repository_id: int) -> None:
    """Forget everything that belongs to a repository, but not the repository itself."""
    for issue in store.find("github.issue", parent=str(repository_id)):
        _delete_below(store, "github.issue_comment", f"{repository_id}/{issue['number']}")
    for environment in store.find(ENVIRONMENT, parent=str(repository_id)):
        delete_environment(store, repository_id, environment["id"])
    for family in ("actions", "dependabot"):
        _empty(store, place_of_repository(repository_id, family))
    for kind in OF_REPOSITORY:
        _delete_below(store, kind, str(repository_id))


def delete_environment(store: Store, repository_id: int, environment_id: int) -> None:
    """Forget an environment with its secrets, variables and branch policies."""
    _empty(store, place_of_environment(repository_id, environment_id))
    delete_policies(store, repository_id, environment_id)
    store.delete(ENVIRONMENT, f"{repository_id}/{environment_id}")


def delete_policies(store: Store, repository_id: int, environment_id: int) -> None:
    """Forget which branches and tags may deploy to an environment."""
    _delete_below(store, BRANCH_POLICY, f"{repository_id}/{environment_id}")


def _empty(store: Store, place: str) -> None:
    for kind in OF_PLACE:
        _delete_below(store, kind, place)


def _delete_below(store: Store, kind: str, parent: str) -> None:
    for body in store.find(kind, parent=parent):
        store.delete(kind, body["_key"])
