"""docs/rules.md says what the catalogue does."""

from __future__ import annotations

from infra.rules.catalogue import CATALOGUE
from tests.docs import rules


def test_the_page_is_what_the_catalogue_says() -> None:
    """``python -m tests.docs`` writes it anew."""
    assert rules.FILE.read_text(encoding="utf-8") == rules.document(), "run: make docs"


def test_every_rule_is_told_once() -> None:
    """By its id, in a table."""
    told = [line.split("`")[1] for line in rules.document().splitlines() if line.startswith("| `")]
    assert sorted(told) == sorted(CATALOGUE)
