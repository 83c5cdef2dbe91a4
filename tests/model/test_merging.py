"""Merging: its laws, what apps share, and the engine's word over the files'."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from infra.model.merging import combine, merge, settle
from infra.model.scalars import Ambiguous
from infra.model.section import settled
from infra.model.values import Secret, Unsettled

keys = st.sampled_from(["a", "b", "c"])
scalars = st.one_of(st.booleans(), st.integers(0, 3), st.sampled_from(["x", "y"]))
leaves = st.one_of(scalars, st.lists(scalars, max_size=3))


def trees(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Maps of maps, with ``leaf`` at their ends."""
    return st.dictionaries(keys, st.recursive(leaf, lambda inner: st.dictionaries(keys, inner, max_size=3)), max_size=3)


whole = trees(leaves)
with_nulls = trees(st.one_of(leaves, st.none()))
# Where "a" is a map and "b" a leaf in every document, nothing but maps meets maps.
alike = st.fixed_dictionaries({}, optional={"a": st.dictionaries(keys, scalars, max_size=3), "b": scalars})


@given(whole)
def test_an_empty_environment_changes_nothing(service: dict[str, Any]) -> None:
    """``{}`` is neutral on both sides."""
    assert merge(service, {}) == service
    assert merge({}, service) == service


@given(whole)
def test_merging_with_itself_changes_nothing(service: dict[str, Any]) -> None:
    """Saying the same twice is saying it once."""
    assert merge(service, service) == service


@given(with_nulls, with_nulls)
def test_no_null_survives(service: dict[str, Any], environment: dict[str, Any]) -> None:
    """``null`` removes, at every depth, on whichever side it stands."""
    assert not holds_null(merge(service, environment))


def holds_null(value: Any) -> bool:
    """Whether a map holds ``None`` somewhere in its maps."""
    return value is None or (isinstance(value, dict) and any(map(holds_null, value.values())))


@given(whole, whole)
def test_the_environment_has_the_last_word(service: dict[str, Any], environment: dict[str, Any]) -> None:
    """Everything the environment says is in the result, and nothing that neither said."""
    merged = merge(service, environment)
    assert set(merged) == set(service) | set(environment)
    assert merge(merged, environment) == merged


@given(alike, alike, alike)
def test_merging_is_associative_where_kinds_agree(a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]) -> None:
    """Without nulls, and where maps only meet maps, it does not matter which two are merged first."""
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(whole, with_nulls)
def test_merging_leaves_its_arguments_alone(service: dict[str, Any], environment: dict[str, Any]) -> None:
    """Documents are shared between stacks: nothing may be written into them."""
    before = repr((service, environment))
    merge(service, environment)
    combine(service, environment, ["a"])
    assert repr((service, environment)) == before


def test_null_removes_and_lists_replace() -> None:
    """The two rules that a person has to know."""
    service = {"keep": 1, "drop": 1, "list": [1, 2], "map": {"keep": 1, "drop": 1}}
    environment = {"drop": None, "list": [3], "map": {"drop": None, "add": {"deep": None}}, "never": None}
    assert merge(service, environment) == {"keep": 1, "list": [3], "map": {"keep": 1, "add": {}}}


def test_apps_have_what_stands_beside_them() -> None:
    """An app's own word wins; its ``null`` takes a shared setting away, in either file."""
    service = {"region": "eu", "vars": {"A": 1, "B": 2, "C": 3}, "own": 1, "apps": {"web": {"vars": {"A": None}}}}
    environment = {"vars": {"B": 9}, "apps": {"web": {"region": "us", "vars": {"C": None}}, "api": {}, "old": None}}
    assert combine(service, environment, ["region", "vars"]) == {
        "region": "eu",
        "own": 1,
        "vars": {"A": 1, "B": 9, "C": 3},
        "apps": {"web": {"region": "us", "vars": {"B": 9}}, "api": {"region": "eu", "vars": {"A": 1, "B": 9, "C": 3}}},
    }


@given(st.one_of(st.none(), st.sampled_from([[], "x", {}, {"web": 1}, {"web": ["x"]}, {"web": None}])))
def test_apps_that_are_no_maps_are_left_to_be_judged(apps: Any) -> None:
    """What is wrong is kept as it is, for the model to complain about."""
    document = combine({"a": 1, "apps": apps}, {}, ["a"])
    assert document.get("apps") == merge({}, {"apps": apps}).get("apps")


@given(whole, st.booleans())
def test_what_the_engine_repeats_stays_as_the_file_has_it(document: dict[str, Any], secret: bool) -> None:
    """Where both agree there is nothing to settle."""
    assert settle(document, document, secret, ()) == document


@given(with_nulls, with_nulls, st.booleans())
def test_what_the_engine_says_is_never_ignored(written: Any, live: Any, secret: bool) -> None:
    """Whatever the files say, the plain values are the engine's."""
    assert settled(settle(written, live, secret, ())) == live


def test_a_secret_of_the_file_stays_a_secret() -> None:
    """Its clear text, which the engine hands over, is dropped; what replaced it is not."""
    secret = Secret(("a",))
    assert settle({"a": secret}, {"a": "clear"}, True, ()) == {"a": secret}
    assert settle({"a": secret}, {"a": {"b": 1}}, True, ()) == {"a": {"b": 1}}
    assert settle({"a": secret}, {}, True, ()) == {}


def test_text_that_no_file_shows_may_be_a_secret() -> None:
    """Only under a key that holds one, only where it differs, and it does not show when printed."""
    written, live = {"a": "same", "b": "old", "n": 1}, {"a": "same", "b": "new", "c": ["x"], "n": 2}
    found = settle(written, live, True, ("config",))
    assert found == {
        "a": "same",
        "b": Unsettled(("config", "b"), "new"),
        "c": [Unsettled(("config", "c", 0), "x")],
        "n": 2,
    }
    assert "new" not in repr(found)
    assert settle(written, live, False, ()) == live


def test_a_number_that_lost_its_text_stays_marked() -> None:
    """The engine has 1.1 where the file says 1.10: the person must hear of it."""
    assert settle(Ambiguous("1.10"), 1.1, False, ()) == Ambiguous("1.10")
    assert settle(Ambiguous("1.10"), {"a": 1}, False, ()) == {"a": 1}


def test_truth_and_numbers_are_told_apart() -> None:
    """Python's ``True == 1`` must not hide a change."""
    assert settle({"a": True}, {"a": 1}, False, ())["a"] is not True
