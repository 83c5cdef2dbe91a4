"""Which references a ruleset's pattern matches."""

from __future__ import annotations

import pytest

from infra.localcloud.github.rules_in_force import matches


@pytest.mark.parametrize(
    ("pattern", "ref", "expected"),
    [
        ("~ALL", "refs/heads/anything", True),
        ("~DEFAULT_BRANCH", "refs/heads/main", True),
        ("~DEFAULT_BRANCH", "refs/heads/other", False),
        ("refs/heads/main", "refs/heads/main", True),
        ("refs/heads/main", "refs/heads/main2", False),
        ("refs/heads/release/*", "refs/heads/release/1", True),
        ("refs/heads/release/*", "refs/heads/release/1/2", False),
        ("refs/heads/**/*", "refs/heads/a/b/c", True),
        ("refs/heads/**/*", "refs/heads/a", True),
        ("refs/heads/v?", "refs/heads/v1", True),
        ("refs/heads/v[0-9]", "refs/heads/v1", True),
        ("refs/heads/v[!0-9]", "refs/heads/v1", False),
        ("refs/heads/a.b", "refs/heads/axb", False),
        ("refs/heads/\\*", "refs/heads/*", True),
    ],
)
def test_patterns(pattern: str, ref: str, expected: bool) -> None:
    """Wildcards stop at slashes, except ``**/``."""
    assert matches(pattern, ref, "main") is expected
