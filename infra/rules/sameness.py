"""When two values of a thing's field mean the same, however each source spells them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from infra.model.estate import Hidden, Unknown

UNASKED = ("key_id", "kept_in", "pending", "state", "service", "current")
"""Fields that tell about a thing, and are not the thing."""
_UNORDERED = {
    *("topics", "events", "include", "exclude", "branches", "tags", "permissions", "signals"),
    *("reviewers_users", "reviewers_teams"),
}
_ANY_CASE = {"size", "reviewers_users", "reviewers_teams", "owner"}
_MERGE_METHODS = ["merge", "rebase", "squash"]


class _Absent:
    """Stands for a field that a source says nothing about."""


ABSENT = _Absent()


def known(value: Any) -> bool:
    """Whether a field was said, and in a way that can be compared."""
    return not isinstance(value, _Absent | Unknown)


def same(kind: str, field: str, wanted: Any, actual: Any) -> bool:
    """Whether ``actual`` is what ``wanted`` asks for."""
    if kind == "ruleset" and field == "rules":
        return same_rules(wanted, actual)
    if kind == "ruleset" and field == "bypass":
        return _sorted(map(_actor, wanted)) == _sorted(map(_actor, actual))
    if kind == "addon" and field == "plan" and ":" not in wanted:
        return bool(str(actual).split(":")[0] == wanted)
    return bool(_settled(field, wanted) == _settled(field, actual))


def _settled(field: str, value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Hidden):
        return value.reveal()
    if field in _ANY_CASE:
        value = [str(item).casefold() for item in value] if isinstance(value, list | tuple) else str(value).casefold()
    if field in _UNORDERED:
        # Whoever may do anything may also look; Heroku says so even where it was not asked for.
        extra = {"view"} if field == "permissions" else set()
        return sorted({*value, *extra})
    return list(value) if isinstance(value, tuple) else value


def same_rules(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    """Whether a ruleset holds just the wanted rules; parameters that were not asked for may have their defaults."""
    return not differing_rules(wanted, actual)


def differing_rules(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """The types of rule that only one side has, or whose parameters differ."""
    return sorted(
        name
        for name in {*wanted, *actual}
        if name not in wanted or name not in actual or not _fits(parameters(wanted[name]), parameters(actual[name]))
    )


def differing_parameters(one: Any, other: Any) -> list[str]:
    """The parameters of a rule in which two sides differ; none where one of them lacks the rule, or it has none."""
    left, right = parameters(one), parameters(other)
    both = {key for key in left if key in right}
    alone = {**left, **right}
    differing = {key for key in both if not _fits(left[key], right[key])}
    return sorted(differing | {key for key in alone if key not in both and not _is_default(key, alone[key])})


def parameters(rule: Any) -> Any:
    """The parameters of a rule, which may be written as JSON."""
    if isinstance(rule, str):
        rule = json.loads(rule) if rule else {}
    return rule if isinstance(rule, Mapping) else {}


def _fits(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        # Whichever side leaves something out means what GitHub makes of that.
        both = all(_fits(value, actual[key]) for key, value in wanted.items() if key in actual)
        return both and all(
            _is_default(key, value) for key, value in (*_beside(wanted, actual), *_beside(actual, wanted))
        )
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(map(_fits, _sorted(wanted), _sorted(actual)))
    return bool(wanted == actual)


def _beside(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in one.items() if key not in other]


def _is_default(key: str, value: Any) -> bool:
    return not value or (key == "allowed_merge_methods" and sorted(value) == _MERGE_METHODS)


def _sorted(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str))


def _actor(actor: Any) -> Any:
    """An actor that may bypass; some kinds have a number of which GitHub alone decides."""
    if not isinstance(actor, Mapping):
        return actor
    numberless = actor.get("actor_type") in ("OrganizationAdmin", "DeployKey")
    number = None if numberless else (actor.get("actor_id") or None)
    return {"actor_type": actor.get("actor_type"), "actor_id": number, "bypass_mode": actor.get("bypass_mode")}
