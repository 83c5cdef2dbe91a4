"""Check: inputs as they are kept, and everything that is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from infra.providers.kit.check import check_inputs
from infra.providers.kit.values import UNKNOWN, Secret, Values
from tests.providers.kit.shelf import FIELDS


def check(news: Values) -> tuple[Values, list[str]]:
    """Inputs and reasons."""
    checked, failures = check_inputs(FIELDS, news, what="a Box")
    return checked, [failure.reason for failure in failures]


def test_right_inputs_pass_as_they_are() -> None:
    """Nothing is added, nothing is lost."""
    inputs: Values = {"region": "eu", "weight": 3, "labels": ["a"], "contents": {"a": "b"}, "open": True}
    assert check(inputs) == (inputs, [])


def test_an_unknown_property_gets_a_suggestion() -> None:
    """A slip of the pen is told with what was meant."""
    assert check({"region": "eu", "labls": []})[1] == ["a Box has no property `labls`; did you mean `labels`?"]


def test_an_output_cannot_be_given() -> None:
    """What the vendor sets is not the program's to say."""
    assert "is an output" in check({"region": "eu", "serial": "1"})[1][0]


def test_a_missing_property_is_named() -> None:
    """Required means required."""
    assert check({})[1] == ["a Box needs `region`"]


@pytest.mark.parametrize(
    ("news", "reason"),
    [
        ({"region": "moon"}, "`region` must be one of us, eu"),
        ({"region": "eu", "weight": "heavy"}, "`weight` must be a whole number"),
        ({"region": "eu", "weight": True}, "`weight` must be a whole number"),
        ({"region": "eu", "weight": -1}, "`weight` must not be negative"),
        ({"region": "eu", "open": "perhaps"}, "`open` must be true or false"),
        ({"region": "eu", "labels": "a"}, "`labels` must be a list"),
        ({"region": "eu", "labels": [{}]}, "`labels[0]` must be a text"),
        ({"region": "eu", "contents": []}, "`contents` must be a map"),
        ({"region": "eu", "contents": {"a": ["b"]}}, "`contents.a` must be a text"),
        ({"region": "eu", "owner": {}}, "`owner` needs `fullName`"),
        ({"region": "eu", "owner": {"fullName": "x", "homeTwon": "y"}}, "did you mean `homeTown`?"),
        ({"region": "eu", "owner": "x"}, "`owner` must be a map"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path(news: Values, reason: str) -> None:
    """Every misfit names the property, and where inside it."""
    assert reason in " ".join(check(news)[1])


def test_all_problems_are_told_at_once() -> None:
    """One run, every reason."""
    assert len(check({"region": 1.5, "weight": "x", "nonsense": 1})[1]) == 3


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [("weight", "3", 3), ("open", "true", True), ("contents", {"a": 2}, {"a": "2"}), ("size", False, "false")],
)
def test_texts_and_numbers_are_read_as_the_published_provider_does(key: str, given: Any, kept: Any) -> None:
    """A number where a text is due is that text, and the other way round."""
    assert check({"region": "eu", key: given})[0][key] == kept


def test_unknown_values_pass() -> None:
    """In a preview nobody knows yet."""
    inputs = {"region": UNKNOWN, "weight": UNKNOWN, "contents": UNKNOWN, "owner": {"fullName": UNKNOWN}}
    assert check(inputs) == (inputs, [])


def test_secrets_go_down_to_the_leaves() -> None:
    """A secret map becomes a map of secrets, so that its keys can be shown."""
    checked, _ = check({"region": "eu", "treasure": {"gold": "1"}, "contents": Secret({"a": "b"}), "key": "k"})
    assert checked["treasure"] == {"gold": Secret("1")}
    assert checked["contents"] == {"a": Secret("b")}
    assert checked["key"] == Secret("k")


def test_notes_of_the_published_provider_are_dropped() -> None:
    """`__defaults` of a state that the other plugin wrote is not an input."""
    assert check({"region": "eu", "__defaults": []}) == ({"region": "eu"}, [])
