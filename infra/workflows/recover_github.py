"""Adopt what a run that was cut off made on GitHub: found there, and put into the state with the id it has.

Our own plugin finds what it made; the published GitHub plugin cannot, so this looks in its place.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.apis.github import GitHub, connect_github
from infra.apis.rest import at
from infra.errors import NotFound
from infra.model.times import read_time

Json = dict[str, Any]
Find = Callable[["_Search", Json], Awaitable[str | None]]
PROVIDER = "pulumi:providers:github"


async def adopt(
    resources: list[Json], planned: list[Json], since: datetime, token: str, environ: Mapping[str, str]
) -> bool:
    """Add to a state's resources what is planned and stands already, made since then; says whether there was any."""
    providers = {f"{one['urn']}::{one['id']}": one["inputs"] for one in resources if one["type"] == PROVIDER}
    found = False
    for wanted in planned:
        inputs = providers.get(wanted["provider"])
        if inputs is None:
            continue
        known = {re.split("[:/]", one["id"])[-1] for one in resources if one["type"] == wanted["type"]}
        client = connect_github(token, str(inputs.get("baseUrl") or environ.get("GITHUB_BASE_URL", "")))
        id = await _Search(inputs["owner"], known, since, client).find(wanted)
        if id is not None:
            resources.append({**wanted, "id": id})
            found = True
    return found


@dataclass
class _Search:
    """Looks for what a run made on GitHub: not in the state, and made since then."""

    owner: str
    known: set[str]
    since: datetime
    client: GitHub

    async def find(self, wanted: Json) -> str | None:
        """The id to import it by, or None."""
        try:
            return await GITHUB[wanted["type"]](self, wanted["inputs"])
        except NotFound:
            return None
        finally:
            await self.client.aclose()

    def path(self, inputs: Json, *parts: str) -> str:
        """A path below the repository of a resource."""
        return at("repos", self.owner, inputs["repository"], *parts)

    def is_new(self, row: Json) -> bool:
        """Whether the run may have made it; what tells no time is its own natural key."""
        made = read_time(row.get("created_at"))
        return str(row.get("id", "")) not in self.known and (made is None or made >= self.since)

    async def get(self, path: str) -> Any:
        """The body behind ``path``."""
        return await self.client.get(path)

    async def first(self, path: str, key: str, fits: Callable[[Json], bool]) -> Json | None:
        """The first new one of a list that fits; ``key`` names the list inside the answer, if any."""
        rows: list[Json] = await self.client.list(path, under=key)
        return next((row for row in rows if fits(row) and self.is_new(row)), None)


async def _variable(search: _Search, inputs: Json) -> str | None:
    name = inputs["variableName"]
    row = await search.get(search.path(inputs, "actions", "variables", name))
    return f"{inputs['repository']}:{name}" if search.is_new(row) else None


async def _environment_variable(search: _Search, inputs: Json) -> str | None:
    name, environment = inputs["variableName"], inputs["environment"]
    row = await search.get(search.path(inputs, "environments", environment, "variables", name))
    return f"{inputs['repository']}:{_escaped(environment)}:{name}" if search.is_new(row) else None


async def _policy(search: _Search, inputs: Json) -> str | None:
    environment, pattern = inputs["environment"], inputs.get("branchPattern") or inputs.get("tagPattern")
    kind = "branch" if inputs.get("branchPattern") else "tag"
    path = search.path(inputs, "environments", environment, "deployment-branch-policies")
    prefix = f"{inputs['repository']}:{_escaped(environment)}:"
    row = await search.first(
        path, "branch_policies", lambda one: one["name"] == pattern and one.get("type", "branch") == kind
    )
    return f"{prefix}{row['id']}" if row else None


async def _webhook(search: _Search, inputs: Json) -> str | None:
    # Its address counts as a secret, and is not told; should it be another one, the next update sets it.
    row = await search.first(search.path(inputs, "hooks"), "", lambda one: set(one["events"]) == set(inputs["events"]))
    return f"{inputs['repository']}/{row['id']}" if row else None


async def _ruleset(search: _Search, inputs: Json) -> str | None:
    row = await search.first(search.path(inputs, "rulesets"), "", lambda one: one["name"] == inputs["name"])
    return f"{inputs['repository']}:{row['id']}" if row else None


async def _deploy_key(search: _Search, inputs: Json) -> str | None:
    wanted = inputs["key"].split()[:2]
    row = await search.first(search.path(inputs, "keys"), "", lambda one: one["key"].split()[:2] == wanted)
    return f"{inputs['repository']}:{row['id']}" if row else None


async def _repository(search: _Search, inputs: Json) -> str | None:
    row = await search.get(search.path({"repository": inputs["name"]}))
    return str(inputs["name"]) if search.is_new(row) else None


def _escaped(part: str) -> str:
    return part.replace(":", "??")


# What GitHub makes anew, or refuses, when it is asked twice; all else is put in its place again and again.
GITHUB: dict[str, Find] = {
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": _environment_variable,
    "github:index/actionsVariable:ActionsVariable": _variable,
    "github:index/repository:Repository": _repository,
    "github:index/repositoryDeployKey:RepositoryDeployKey": _deploy_key,
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": _policy,
    "github:index/repositoryRuleset:RepositoryRuleset": _ruleset,
    "github:index/repositoryWebhook:RepositoryWebhook": _webhook,
}
