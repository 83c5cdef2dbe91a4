"""COVERAGE.md says what is true."""

from __future__ import annotations

from pathlib import Path

from tests.contract.coverage import REASONS, REFUSALS, STABILITIES, coverage, is_served, refused_keys
from tests.contract.heroku_schema import all_links, stability_of

FILE = Path(__file__).parents[2] / "COVERAGE.md"


def test_coverage_is_as_generated() -> None:
    """Write it anew with: python -m tests.contract.coverage > COVERAGE.md"""
    assert FILE.read_text(encoding="utf-8") == coverage()


def test_what_is_not_served_has_a_reason() -> None:
    """And no reason is left over."""
    assert {link.definition for link in all_links() if not is_served(link)} == set(REASONS)
    assert {link.definition for link in all_links() if link.key in refused_keys()} == set(REFUSALS)


def test_every_stability_is_counted() -> None:
    """None is left out of the totals."""
    assert {stability_of(link.definition) for link in all_links()} == set(STABILITIES)
