"""What GitLab holds, as plain data by natural names."""

from __future__ import annotations

from typing import Any

from infra.localcloud.gitlab.merge_requests import MERGE_REQUEST
from infra.localcloud.gitlab.notes import NOTE
from infra.localcloud.gitlab.projects import PROJECT
from infra.localcloud.store import Store


def aliases(store: Store) -> dict[str, str]:  # noqa: ARG001 (every vendor is asked alike)
    """Names for what GitLab makes up: nothing of that is written anywhere else."""
    return {}


def estate(store: Store) -> dict[str, Any]:
    """Projects by path, with their merge requests and what was said there."""
    return {str(one["path_with_namespace"]): _project(store, one) for one in store.find(PROJECT)}


def _project(store: Store, project: dict[str, Any]) -> dict[str, Any]:
    return {
        f"!{one['iid']} {one['title']}": {
            "state": one["state"],
            "notes": [note["body"] for note in store.find(NOTE, parent=f"{project['id']}/{one['iid']}")],
        }
        for one in store.find(MERGE_REQUEST, parent=str(project["id"]))
    }
