"""Every kind of rule, with what GitHub fills in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from infra.localcloud.exchange import Refusal
from infra.localcloud.github.ruleset_rules import KINDS, checked_rules
from tests.localcloud.github.hub import REPO

_PATTERN = {"operator": "regex", "pattern": "^v"}
EXAMPLES: dict[str, dict[str, Any] | None] = {
    "creation": None,
    "update": {"update_allows_fetch_and_merge": True},
    "deletion": None,
    "required_linear_history": None,
    "merge_queue": {
        "check_response_timeout_minutes": 60,
        "grouping_strategy": "ALLGREEN",
        "max_entries_to_build": 5,
        "max_entries_to_merge": 5,
        "merge_method": "MERGE",
        "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    },
    "required_deployments": {"required_deployment_environments": ["staging"]},
    "required_signatures": None,
    "pull_request": {
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_approving_review_count": 1,
        "required_review_thread_resolution": True,
    },
    "required_status_checks": {
        "required_status_checks": [{"context": "ci"}, {"context": "lint", "integration_id": 15368}],
        "strict_required_status_checks_policy": True,
    },
    "non_fast_forward": None,
    **{f"{what}_pattern": _PATTERN for what in ("commit_message", "commit_author_email", "committer_email")},
    "branch_name_pattern": {**_PATTERN, "name": "versions", "negate": True},
    "tag_name_pattern": _PATTERN,
    "workflows": {"workflows": [{"path": ".github/workflows/ci.yml", "repository_id": 7, "ref": "main"}]},
    "code_scanning": {
        "code_scanning_tools": [
            {"tool": "CodeQL", "alerts_threshold": "errors", "security_alerts_threshold": "high_or_higher"}
        ]
    },
    "copilot_code_review": {"review_on_push": True},
    "file_path_restriction": {"restricted_file_paths": ["secrets/*"]},
    "max_file_path_length": {"max_file_path_length": 100},
    "file_extension_restriction": {"restricted_file_extensions": ["*.exe"]},
    "max_file_size": {"max_file_size": 10},
}


def rule(name: str) -> dict[str, Any]:
    """The example of that kind."""
    parameters = EXAMPLES[name]
    return {"type": name} if parameters is None else {"type": name, "parameters": parameters}


def test_every_kind_has_an_example() -> None:
    """So that the tests below cover them all."""
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
async def test_every_kind_is_kept(deployer: httpx.AsyncClient, name: str) -> None:
    """What was sent comes back, with defaults beside it, and validates."""
    body = {"name": name, "target": KINDS[name].targets[0], "enforcement": "active", "rules": [rule(name)]}
    made = await deployer.post(f"{REPO}/rulesets", json=body)
    assert made.status_code == 201
    kept = made.json()["rules"][0]
    assert {**kept.get("parameters", {}), **(EXAMPLES[name] or {})} == kept.get("parameters", {})


def test_defaults_are_filled_in() -> None:
    """The ones that clients read back."""
    kept = {entry["type"]: entry["parameters"] for entry in checked_rules([rule("pull_request")], "branch")}
    assert kept["pull_request"]["allowed_merge_methods"] == ["merge", "squash", "rebase"]
    assert kept["pull_request"]["required_reviewers"] == []
    checks = checked_rules([rule("required_status_checks")], "branch")[0]["parameters"]
    assert checks["do_not_enforce_on_create"] is False
    assert checks["required_status_checks"][0] == {"context": "ci"}


@pytest.mark.parametrize(
    ("wish", "target"),
    [
        ({"type": "pull_request", "parameters": {}}, "branch"),
        ({"type": "max_file_size", "parameters": {"max_file_size": 10}}, "branch"),
        ({"type": "max_file_size", "parameters": {"max_file_size": 101}}, "push"),
        ({"type": "max_file_size", "parameters": {"max_file_size": 10, "unit": "MB"}}, "push"),
        ({"type": "tag_name_pattern", "parameters": _PATTERN}, "branch"),
        ({"type": "branch_name_pattern", "parameters": {**_PATTERN, "operator": "is"}}, "branch"),
        ({"type": "workflows", "parameters": {"workflows": "ci"}}, "branch"),
        ({"type": "deletion"}, "push"),
    ],
)
def test_ill_formed_rules_are_refused(wish: dict[str, Any], target: str) -> None:
    """Missing, unknown and impossible parameters, and rules for another target."""
    with pytest.raises(Refusal) as caught:
        checked_rules([wish], target)
    assert caught.value.status == 422
