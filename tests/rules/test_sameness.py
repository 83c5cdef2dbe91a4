"""When two values of a field mean the same, however each source spells them."""

from __future__ import annotations

import pytest

from infra.rules.sameness import differing_rules

ASKED = {"required_approving_review_count": 2, "require_code_owner_review": False}
FULL = {**ASKED, "allowed_merge_methods": ["merge", "squash", "rebase"], "required_reviewers": []}


@pytest.mark.parametrize(("one", "other"), [(ASKED, FULL), (FULL, ASKED), (FULL, FULL), (ASKED, ASKED)])
def test_a_default_may_be_left_out_on_either_side(one: dict[str, object], other: dict[str, object]) -> None:
    """The state has what GitHub answered, what is live is told without GitHub's own defaults."""
    assert differing_rules({"pull_request": one}, {"pull_request": other}) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"required_approving_review_count": 1},
        {"allowed_merge_methods": ["squash"]},
        {"require_code_owner_review": True},
    ],
)
def test_what_is_no_default_differs_from_what_was_left_out(changed: dict[str, object]) -> None:
    """Fewer reviews or ways to merge are seen from both sides."""
    assert differing_rules({"pull_request": ASKED}, {"pull_request": {**FULL, **changed}}) == ["pull_request"]
    assert differing_rules({"pull_request": {**FULL, **changed}}, {"pull_request": ASKED}) == ["pull_request"]
