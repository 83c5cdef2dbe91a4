"""What fits: by rank, whole before short before nothing, never more than there is room for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.reports.cutting import CHECK_RUN, GITHUB_COMMENT, GITLAB_NOTE, STEP_SUMMARY, Budget, Piece, fit, size, within
from infra.reports.rows import Group

GROUP = ("s", "steps")
pieces = st.lists(
    st.builds(
        lambda rank, whole, short, group: Piece("row", (rank,), ("s", group), whole * "é", short and short * "x"),
        st.integers(0, 3),
        st.integers(1, 20),
        st.integers(0, 5),
        st.sampled_from("ab"),
    ),
    max_size=30,
)


def free(_: Group) -> int:
    """A group that costs nothing."""
    return 0


def seven(_: Group) -> int:
    """A group that costs seven bytes."""
    return 7


@given(pieces, st.integers(0, 300))
def test_what_is_kept_fits(listed: list[Piece], room: int) -> None:
    """With what its groups cost, and everything is either there, short or counted."""
    fitted = fit(listed, room, seven)
    groups = {listed[index].group for index in fitted.texts}
    assert sum(map(size, fitted.texts.values())) + 7 * len(groups) <= room
    assert len(fitted.texts) + fitted.missing.total() == len(listed)
    whole = sum(text == listed[index].whole for index, text in fitted.texts.items())
    assert fitted.cut == len(listed) - whole


def test_the_gravest_is_chosen_first() -> None:
    """Wherever it stands."""
    listed = [Piece("create", (3,), GROUP, "x" * 10), Piece("delete", (0,), GROUP, "y" * 10)]
    assert fit(listed, 10, free).texts == {1: "y" * 10}


def test_details_go_before_the_row() -> None:
    """A row without them is better than none."""
    fitted = fit([Piece("update", (0,), GROUP, "head\ndetails", "head\n")], 6, free)
    assert (fitted.texts, fitted.shortened, fitted.cut) == ({0: "head\n"}, 1, 1)
    assert fitted.notice() == "1 row is shown without details."


def test_long_values_take_only_the_room_that_rows_leave() -> None:
    """The gravest first; what stays shortened is counted and named."""
    first, second = (Piece("update", (rank,), GROUP, "row\n", fold="f" * 10, values=(f"v{rank}",)) for rank in (0, 1))
    fitted = fit([second, first], 20, free)
    assert fitted.texts == {0: "row\n", 1: "row\n" + "f" * 10}
    assert (fitted.cut, fitted.values) == (1, ("v1",))
    assert fitted.notice() == "1 row is shown with values that are too long to be shown whole."
    assert fit([second, first], 28, free).cut == 0


def test_what_was_cut_is_said_in_words() -> None:
    """With the kinds, the most frequent first."""
    listed = [Piece("update", (0,), GROUP, "x")] * 7 + [Piece("create", (1,), GROUP, "x")] * 1_080
    assert fit(listed, 0, free).notice() == "1,087 more rows are not shown: 1,080 creates, 7 updates."
    assert fit(listed[:1], 0, free).notice() == "1 more row is not shown: 1 update."
    assert fit([], 0, free).notice() == ""


def test_lines_are_cut_whole() -> None:
    """And counted."""
    assert within(["abc", "def", "g"], 9) == ["abc", "def", "… and 1 more line"]
    assert within(["abc", "def", "g"], 10) == ["abc", "def", "g"]


def test_budgets_are_below_the_limits() -> None:
    """Of the vendors; bytes are never fewer than characters."""
    assert GITHUB_COMMENT.bytes < 65_536
    assert CHECK_RUN.bytes < 65_535
    assert STEP_SUMMARY.bytes < 1_048_576
    assert GITLAB_NOTE.bytes < 1_000_000
    with pytest.raises(ValueError, match="at least"):
        Budget(9_999)
