"""The marks by which we find again what we wrote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from infra.workflows.marking import data_of, headed, is_marked, mark

names = st.text(max_size=60)
values = st.dictionaries(names, st.one_of(names, st.integers(), st.booleans(), st.lists(names, max_size=3)), max_size=5)


@given(names, names, values)
def test_whatever_is_hidden_comes_back_and_stays_hidden(project: str, kind: str, data: dict[str, object]) -> None:
    """Two lines, each one HTML comment that nothing inside can end."""
    marker = mark(project, kind)
    text = f"{headed(marker, data)}body"
    first, second, body = text.split("\n")
    assert (first, body) == (marker, "body")
    for line in (first, second):
        assert line.startswith("<!-- ")
        assert line.index("-->") == len(line) - 3
    assert data_of(text) == data
    assert is_marked(text, marker)
    assert is_marked(text.replace("\n", "\r\n"), marker)


@given(st.tuples(names, names), st.tuples(names, names))
def test_marks_of_two_things_differ(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Unless project and purpose are the same; an empty name counts as a dash."""
    same = [part or "-" for part in one] == [part or "-" for part in other]
    assert (mark(*one) == mark(*other)) == same


def test_a_mark_counts_only_at_the_very_beginning() -> None:
    """Quoted, indented or further down it is somebody's text."""
    marker = mark("banking", "preview")
    for text in (f"> {marker}\n", f"    {marker}\n", f"Look:\n{marker}\n", f"{marker} and more\n", ""):
        assert not is_marked(text, marker)
