"""Where secrets and variables live: a repository's Actions or Dependabot, or one of its environments."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Call
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import ENVIRONMENT, place_of_environment, place_of_repository
from infra.localcloud.github.refusals import not_found

Document = dict[str, Any]


def place_for(call: Call, need: str) -> str:
    """The place a secrets or variables call means; 404 for an environment that is not there."""
    repository = repository_for(call, need)
    if "environment_name" in call.params:
        return place_of_environment(repository["id"], environment_for(call, repository)["id"])
    family = call.path.split("/")[3 if "repository_id" in call.params else 4]
    return place_of_repository(repository["id"], family)


def environment_for(call: Call, repository: Document) -> Document:
    """The environment that the path names, in any case; 404 when it is not there."""
    wanted = call.params["environment_name"].lower()
    found = call.store.find(ENVIRONMENT, parent=str(repository["id"]), _slug=wanted)
    if not found:
        raise not_found()
    return found[0]
