"""Words for a person: paths, quotes and near misses, harmless on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.wording import closest, dotted, listing, quoted, visible


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a", "b_c", "d-e"), "a.b_c.d-e"),
        (("a", 0, "b", 12), "a[0].b[12]"),
        (("config", "twelvefold:service", "value"), "config.twelvefold:service.value"),
        (("domains", "www.example.com", "certificate"), 'domains["www.example.com"].certificate'),
        (("", "x y"), '[""]["x y"]'),
        (("a", "b" * 100), f'a["{"b" * 59}…"]'),
    ],
)
def test_paths_are_dotted(path: tuple[str | int, ...], text: str) -> None:
    """As a person would write them; what is no plain word stands in quotation marks."""
    assert dotted(path) == text


@given(st.text())
def test_visible_text_is_printable(text: str) -> None:
    """Whatever it was, no terminal acts on it; what was harmless is unchanged."""
    assert visible(text).isprintable()
    assert not text.isprintable() or visible(text) == text


def test_visible_text_shows_what_was_there() -> None:
    """Escapes, not gaps."""
    assert visible("\x1b[31mred\u202e\n") == "\\x1b[31mred\\u202e\\n"


def test_a_near_word_is_offered() -> None:
    """Near enough to be meant, or nothing."""
    assert closest("formatoin", ["formation", "features"]) == 'Did you mean "formation"?'
    assert closest("zebra", ["formation", "features"]) == ""
    assert closest("x" * 1_000_000, ["formation"]) == ""


def test_a_listing_is_short() -> None:
    """Eight words, and how many more."""
    assert listing([]) == ""
    assert listing(["a", "b"]) == "Known: a, b"
    assert listing([str(number) for number in range(10)]) == "Known: 0, 1, 2, 3, 4, 5, 6, 7 and 2 more"


def test_a_quote_is_short() -> None:
    """Sixty characters at most."""
    assert quoted("a") == '"a"'
    assert len(quoted("a" * 1000)) == 62
