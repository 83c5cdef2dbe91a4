"""Diff: what changed, by property path, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.providers.kit.diff import changes_between, join, must_go_first, replacing
from infra.providers.kit.values import UNKNOWN, Values
from tests.providers.kit.shelf import BOX, FIELDS

OLD: Values = {"name": "box", "region": "eu"}


def shown(old: Values, new: Values, ignored: tuple[str, ...] = ()) -> dict[str, str]:
    """The kinds of change by path, ! where it replaces."""
    changes = changes_between(FIELDS, old, new, ignored=ignored)
    return {path: change.kind + "!" * change.replace for path, change in changes.items()}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, {}),
        ({"region": "us"}, {}, {"region": "update!"}),
        ({"kind": "crate:oak"}, {"kind": "crate:pine"}, {"kind": "update"}),
        ({"kind": "crate:oak"}, {"kind": "sack"}, {"kind": "update!"}),
        ({"kind": "crate:oak"}, {"kind": UNKNOWN}, {"kind": "update"}),
        ({"kind": "crate:oak"}, {}, {"kind": "delete"}),
        ({}, {"weight": 3}, {"weight": "add"}),
        ({"weight": 3}, {}, {"weight": "delete"}),
        ({}, {"name": "other"}, {"name": "update"}),
        ({"contents": {"a": "1", "b": "2"}}, {"contents": {"b": "3", "c": "4"}},
         {"contents.a": "delete", "contents.b": "update", "contents.c": "add"}),
        ({}, {"contents": {"a": "1"}}, {"contents.a": "add"}),
        ({"contents": {"a": "1"}}, {}, {"contents": "delete"}),
        ({"size": "Small"}, {"size": "small"}, {}),
        ({}, {"open": False}, {}),
        ({"open": True}, {}, {"open": "delete"}),
        ({"open": False}, {}, {}),
        ({"labels": ["a"]}, {"labels": ["a", "b"]}, {"labels": "update"}),
        ({"owner": {"fullName": "A", "homeTown": "X"}}, {"owner": {"fullName": "B", "homeTown": "Y"}},
         {"owner.fullName": "update", "owner.homeTown": "update!"}),
        ({}, {"weight": UNKNOWN}, {"weight": "add"}),
        ({"contents": {"a": "1"}}, {"contents": {"a": UNKNOWN}}, {"contents.a": "update"}),
    ],
)  # fmt: skip
def test_changes_are_told_by_path_and_kind(old: Values, new: Values, expected: dict[str, str]) -> None:
    """Each kind of change, on each kind of field."""
    assert shown({**OLD, **old}, {**OLD, **new}) == expected


def test_what_the_program_stops_saying_stays_if_it_may() -> None:
    """A name that is not declared any more is kept."""
    assert shown(OLD, {"region": "eu"}) == {}


def test_ignored_changes_are_none() -> None:
    """By path, by what is inside it, and by pattern."""
    new = {**OLD, "contents": {"a": "1"}, "weight": 2}
    assert shown(OLD, new, ("contents", "weight")) == {}
    assert shown(OLD, new, ("contents.*", "weight")) == {}
    assert shown(OLD, new, ("contents.a",)) == {"weight": "add"}


@pytest.mark.parametrize(
    ("new", "first"),
    [({"region": "us"}, True), ({"region": "us", "name": "other"}, False), ({"region": "us", "name": UNKNOWN}, False)],
)
def test_the_old_goes_first_when_both_would_have_the_same_name(new: Values, first: bool) -> None:
    """Only a replacement under another name can come before the old one is gone."""
    changes = changes_between(FIELDS, OLD, {**OLD, **new})
    assert replacing(changes) == ["region"]
    assert must_go_first(BOX.natural_key, FIELDS, changes) is first


@pytest.mark.parametrize(
    ("key", "path"), [("A_B", "x.A_B"), ("a.b", 'x["a.b"]'), ('say "hi"', 'x["say \\"hi\\""]'), ("1a", 'x["1a"]')]
)
def test_keys_are_quoted_where_the_syntax_needs_it(key: str, path: str) -> None:
    """Pulumi's property paths know dots and brackets."""
    assert join("x", key) == path


@given(st.dictionaries(st.sampled_from("abcd"), st.text(max_size=2)))
def test_nothing_differs_from_itself(contents: dict[str, str]) -> None:
    """Equal inputs are no change."""
    inputs = {**OLD, "contents": contents}
    assert shown(inputs, inputs) == {}


@given(
    st.dictionaries(st.sampled_from("abcd"), st.text(max_size=2), min_size=1),
    st.dictionaries(st.sampled_from("abcd"), st.text(max_size=2), min_size=1),
)
def test_each_key_that_differs_is_told(before: dict[str, str], after: dict[str, str]) -> None:
    """Exactly the keys whose values differ are in the diff."""
    differing = {f"contents.{key}" for key in {*before, *after} if before.get(key) != after.get(key)}
    assert set(shown({**OLD, "contents": before}, {**OLD, "contents": after})) == differing
