"""The kinds of rule a ruleset may hold, their parameters, and what GitHub fills in where a parameter is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.localcloud.exchange import Refusal
from infra.localcloud.github.fields import flag, mapping, mappings, number, one_of, text, texts
from infra.localcloud.github.refusals import rejected

Document = dict[str, Any]
Reader = Callable[[Document, str], Any]

REQUIRED = object()
_ABSENT = object()
"""A default that leaves the parameter out of the stored rule."""


@dataclass(frozen=True)
class Parameter:
    """How one parameter is read, and what it is when it is not given."""

    read: Reader
    default: Any = REQUIRED


@dataclass(frozen=True)
class Kind:
    """One kind of rule: for which targets it may be used, and its parameters (``None``: it takes none)."""

    targets: tuple[str, ...]
    parameters: Mapping[str, Parameter] | None = None


def _flag(body: Document, name: str) -> bool:
    return flag(body, name, False)


def _choice(*allowed: str) -> Reader:
    return lambda body, name: one_of(body, name, allowed, "")


def _count(least: int, most: int) -> Reader:
    return lambda body, name: number(body, name, least, least=least, most=most)


def _texts(body: Document, name: str) -> list[str]:
    return texts(body, name, [])


def _each(fields: Mapping[str, Parameter]) -> Reader:
    """Reads a list of objects with these fields."""
    return lambda body, name: [_parameters(entry, fields, name) for entry in mappings(body, name)]


def _one(fields: Mapping[str, Parameter]) -> Reader:
    """Reads one object with these fields."""
    return lambda body, name: _parameters(mapping(body, name) or {}, fields, name)


_ID = Parameter(_count(1, 2**53))
_OPTIONAL_ID = Parameter(_count(1, 2**53), _ABSENT)
_TEXT = Parameter(text)
_YES_NO = Parameter(_flag)
_NO_UNLESS_GIVEN = Parameter(_flag, False)
_ACTOR = {"id": _ID, "type": Parameter(_choice("User", "Team", "IntegrationInstallation", "RepositoryRole"))}
_MERGE_METHODS = ["merge", "squash", "rebase"]

_PATTERN = {
    "name": Parameter(text, _ABSENT),
    "negate": _NO_UNLESS_GIVEN,
    "operator": Parameter(_choice("starts_with", "ends_with", "contains", "regex")),
    "pattern": _TEXT,
}
_PULL_REQUEST = {
    "allowed_merge_methods": Parameter(_texts, _MERGE_METHODS),
    "dismiss_stale_reviews_on_push": _YES_NO,
    "dismissal_restriction": Parameter(
        _one({"enabled": _YES_NO, "allowed_actors": Parameter(_each(_ACTOR), [])}), _ABSENT
    ),
    "require_code_owner_review": _YES_NO,
    "require_last_push_approval": _YES_NO,
    "required_approving_review_count": Parameter(_count(0, 10)),
    "required_review_thread_resolution": _YES_NO,
    "required_reviewers": Parameter(
        _each(
            {
                "file_patterns": Parameter(_texts),
                "minimum_approvals": Parameter(_count(0, 10)),
                "reviewer": Parameter(_one({"id": _ID, "type": Parameter(_choice("Team"))})),
            }
        ),
        [],
    ),
}
_MERGE_QUEUE = {
    "check_response_timeout_minutes": Parameter(_count(1, 360)),
    "grouping_strategy": Parameter(_choice("ALLGREEN", "HEADGREEN")),
    "max_entries_to_build": Parameter(_count(0, 100)),
    "max_entries_to_merge": Parameter(_count(0, 100)),
    "merge_method": Parameter(_choice("MERGE", "SQUASH", "REBASE")),
    "min_entries_to_merge": Parameter(_count(0, 100)),
    "min_entries_to_merge_wait_minutes": Parameter(_count(0, 360)),
}
_STATUS_CHECKS = {
    "do_not_enforce_on_create": _NO_UNLESS_GIVEN,
    "required_status_checks": Parameter(_each({"context": _TEXT, "integration_id": _OPTIONAL_ID})),
    "strict_required_status_checks_policy": _YES_NO,
}
_WORKFLOWS = {
    "do_not_enforce_on_create": _NO_UNLESS_GIVEN,
    "workflows": Parameter(
        _each({"path": _TEXT, "ref": Parameter(text, _ABSENT), "repository_id": _ID, "sha": Parameter(text, _ABSENT)})
    ),
}
_CODE_SCANNING = {
    "code_scanning_tools": Parameter(
        _each(
            {
                "alerts_threshold": Parameter(_choice("none", "errors", "errors_and_warnings", "all")),
                "security_alerts_threshold": Parameter(
                    _choice("none", "critical", "high_or_higher", "medium_or_higher", "all")
                ),
                "tool": _TEXT,
            }
        )
    )
}

_BOTH, _BRANCH, _TAG, _PUSH = ("branch", "tag"), ("branch",), ("tag",), ("push",)

KINDS: Mapping[str, Kind] = {
    "creation": Kind(_BOTH),
    "update": Kind(_BOTH, {"update_allows_fetch_and_merge": _NO_UNLESS_GIVEN}),
    "deletion": Kind(_BOTH),
    "required_linear_history": Kind(_BOTH),
    "merge_queue": Kind(_BRANCH, _MERGE_QUEUE),
    "required_deployments": Kind(_BOTH, {"required_deployment_environments": Parameter(_texts)}),
    "required_signatures": Kind(_BOTH),
    "pull_request": Kind(_BRANCH, _PULL_REQUEST),
    "required_status_checks": Kind(_BOTH, _STATUS_CHECKS),
    "non_fast_forward": Kind(_BOTH),
    "commit_message_pattern": Kind(_BOTH, _PATTERN),
    "commit_author_email_pattern": Kind(_BOTH, _PATTERN),
    "committer_email_pattern": Kind(_BOTH, _PATTERN),
    "branch_name_pattern": Kind(_BRANCH, _PATTERN),
    "tag_name_pattern": Kind(_TAG, _PATTERN),
    "workflows": Kind(_BRANCH, _WORKFLOWS),
    "code_scanning": Kind(_BOTH, _CODE_SCANNING),
    "copilot_code_review": Kind(
        _BRANCH, {"review_draft_pull_requests": _NO_UNLESS_GIVEN, "review_on_push": _NO_UNLESS_GIVEN}
    ),
    "file_path_restriction": Kind(_PUSH, {"restricted_file_paths": Parameter(_texts)}),
    "max_file_path_length": Kind(_PUSH, {"max_file_path_length": Parameter(_count(1, 32767))}),
    "file_extension_restriction": Kind(_PUSH, {"restricted_file_extensions": Parameter(_texts)}),
    "max_file_size": Kind(_PUSH, {"max_file_size": Parameter(_count(1, 100))}),
}


def checked_rules(rules: list[Document], target: str) -> list[Document]:
    """The rules as GitHub stores them; 422 for an unknown kind, a wrong target, a doubled or an ill-formed rule."""
    names = [str(rule.get("type")) for rule in rules]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise _invalid("rules", f"Invalid rules: {', '.join(doubled)} may be given only once")
    return [_checked(rule, target) for rule in rules]


def _checked(rule: Document, target: str) -> Document:
    name = str(rule.get("type"))
    kind = KINDS.get(name)
    if kind is None or target not in kind.targets:
        raise _invalid("rules", f"Invalid rule '{name}' for target '{target}'")
    if kind.parameters is None:
        return {"type": name}
    return {"type": name, "parameters": _parameters(mapping(rule, "parameters") or {}, kind.parameters, name)}


def _parameters(given: Document, fields: Mapping[str, Parameter], where: str) -> Document:
    unknown = sorted(set(given) - set(fields))
    if unknown:
        raise _invalid("rules", f"Invalid parameters for '{where}': {', '.join(unknown)} not expected")
    values = {name: _value(given, name, parameter, where) for name, parameter in fields.items()}
    return {name: value for name, value in values.items() if value is not _ABSENT}


def _value(given: Document, name: str, parameter: Parameter, where: str) -> Any:
    if name in given:
        return parameter.read(given, name)
    if parameter.default is REQUIRED:
        raise _invalid("rules", f"Invalid parameters for '{where}': {name} is missing")
    return parameter.default


def _invalid(field: str, message: str) -> Refusal:
    return rejected("RepositoryRuleset", message, field=field)
