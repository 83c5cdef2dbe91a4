"""What the published GitHub provider would say of a change, as far as that can be told without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from infra.providers.kit.diff import Change, ChangeKind, Changes, join

# Whose change makes a new resource, by type; the provider's own schema says so, and a test compares.
REPLACING: Mapping[str, frozenset[str]] = {
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": frozenset({"environment", "secretName"}),
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": frozenset({"environment", "variableName"}),
    "github:index/actionsSecret:ActionsSecret": frozenset({"secretName"}),
    "github:index/actionsVariable:ActionsVariable": frozenset({"variableName"}),
    "github:index/dependabotSecret:DependabotSecret": frozenset({"secretName"}),
    "github:index/repository:Repository": frozenset(),
    "github:index/repositoryDeployKey:RepositoryDeployKey": frozenset({"key", "readOnly", "repository", "title"}),
    "github:index/repositoryEnvironment:RepositoryEnvironment": frozenset({"environment"}),
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": frozenset(
        {"environment"}
    ),
    "github:index/repositoryRuleset:RepositoryRuleset": frozenset(),
    "github:index/repositoryWebhook:RepositoryWebhook": frozenset({"repository"}),
}


def github_changes(type_token: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Changes by property path, of inputs in which nothing stands that the provider filled in by itself."""
    replacing = REPLACING.get(type_token, frozenset())
    return {
        path: Change(name, kind, name in replacing)
        for name in sorted({*before, *after})
        for path, kind in _between(name, before.get(name), after.get(name))
    }


def without_defaults(inputs: Any) -> Any:
    """Recorded inputs without those that the provider filled in, which it lists under ``__defaults``."""
    if isinstance(inputs, Mapping):
        filled = inputs.get("__defaults") or ()
        return {
            key: without_defaults(item)
            for key, item in inputs.items()
            if not key.startswith("__") and key not in filled
        }
    return [without_defaults(item) for item in inputs] if isinstance(inputs, list) else inputs


def _between(path: str, before: Any, after: Any) -> Iterator[tuple[str, ChangeKind]]:
    if _equal(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _between(join(path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and _is_told_apart(before, after):
        for index, (one, other) in enumerate(zip_longest(before, after)):
            yield from _between(f"{path}[{index}]", one, other)
    else:
        yield path, "add" if before is None else "delete" if after is None else "update"


def _is_told_apart(before: list[Any], after: list[Any]) -> bool:
    """Whether two lists are compared item by item; of objects that only works while there are as many."""
    return len(before) == len(after) or not any(isinstance(item, Mapping | list) for item in (*before, *after))


def _equal(before: Any, after: Any) -> bool:
    """Whether the provider takes both for the same: nothing is as good as empty, and 5 as good as "5"."""
    if before in (None, [], {}) and after in (None, [], {}):
        return True
    if isinstance(before, bool) or isinstance(after, bool):
        return str(before).lower() == str(after).lower()
    if (
        isinstance(before, str | int | float)
        and isinstance(after, str | int | float)
        and type(before) is not type(after)
    ):
        return not hasattr(before, "fingerprint") and not hasattr(after, "fingerprint") and str(before) == str(after)
    return bool(before == after)
