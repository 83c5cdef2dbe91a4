"""Values on their way over the wire and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.providers.kit.values import (
    ASSET,
    OUTPUT,
    RESOURCE,
    SIGNATURE,
    UNKNOWN,
    Secret,
    UnsupportedValue,
    from_struct,
    has_secret,
    has_unknown,
    plain,
    to_struct,
)

KEYS = st.text(max_size=8).filter(lambda key: key != SIGNATURE)
LEAVES = st.one_of(
    st.booleans(), st.integers(-(2**50), 2**50), st.text(max_size=10), st.floats(-1e6, 1e6), st.just(UNKNOWN)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=3),
        inner.filter(lambda value: not isinstance(value, Secret)).map(Secret),
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_values_survive_the_journey(values: dict[str, Any]) -> None:
    """What goes over the wire comes back as it was."""
    assert from_struct(to_struct(values)) == values


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_plain_values_hold_no_secret(values: dict[str, Any]) -> None:
    """Without the wrappers nothing counts as secret any more, and nothing else changed."""
    assert not has_secret(plain(values))
    assert has_unknown(plain(values)) == has_unknown(values)


def test_a_secret_never_shows() -> None:
    """Neither alone nor inside something that is printed."""
    assert repr(Secret("canary")) == "***"
    assert "canary" not in repr({"a": [Secret("canary")]})


def test_nulls_are_left_out() -> None:
    """A null property is one that is not given."""
    struct = to_struct({"a": "x"})
    struct.update({"b": None})
    assert from_struct(struct) == {"a": "x"}


def test_output_values_are_understood() -> None:
    """An output value without a value is unknown; one that is secret is a secret."""
    unknown, secret = {SIGNATURE: OUTPUT}, {SIGNATURE: OUTPUT, "value": "x", "secret": True}
    assert from_struct(to_struct({"a": unknown, "b": secret})) == {"a": UNKNOWN, "b": Secret("x")}


def test_a_resource_reference_is_its_id() -> None:
    """Whoever passes a resource means its id."""
    reference = {SIGNATURE: RESOURCE, "urn": "urn:x", "id": "app-1"}
    assert from_struct(to_struct({"a": reference})) == {"a": "app-1"}


def test_files_are_refused() -> None:
    """No field takes a file."""
    with pytest.raises(UnsupportedValue):
        from_struct(to_struct({"a": {SIGNATURE: ASSET, "text": "x"}}))
