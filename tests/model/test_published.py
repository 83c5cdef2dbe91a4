"""What is published is read back as it was, and anything else is refused in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.errors import TwelvefoldError
from infra.model.prices import Prices
from infra.model.published import (
    MARK,
    PublishedResource,
    PublishedStack,
    PublishedState,
    Veiled,
    read_published,
    write_published,
)

URN = "urn:pulumi:staging::banking::heroku:app/app:App::banking-staging"
leaves = st.none() | st.booleans() | st.integers() | st.text() | st.text(min_size=1).map(Veiled.of)
keys = st.text().filter(lambda key: key != MARK)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)


def state(inputs: dict[str, object]) -> PublishedState:
    """A state of one resource."""
    resource = PublishedResource(URN, "id-1", "parent", True, inputs, {"name": "x"})
    stack = PublishedStack({URN: resource}, {"0123": Veiled.of("abc"), "4567": [7]})
    return PublishedState("banking", datetime(2026, 11, 24, tzinfo=UTC), "abc", {"staging": stack}, Prices({"a:b": 5}))


@given(st.dictionaries(keys, values))
def test_it_is_read_back_as_it_was(inputs: dict[str, object]) -> None:
    """Whatever is in the inputs."""
    found = read_published(write_published(state(inputs)), "here")
    assert found == state(inputs)


@given(st.dictionaries(st.text(), st.recursive(leaves, lambda inner: st.lists(inner), max_leaves=5)) | st.text())
def test_anything_else_is_refused_in_words(document: object) -> None:
    """Also what is no JSON at all."""
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(TwelvefoldError, match="snapshot cannot be used"):
        read_published(text, "here")


@pytest.mark.parametrize("broken", ['{"twelvefold_snapshot": 2}', "[" * 100_000, "null", '{"twelvefold_snapshot": 1}'])
def test_broken_ones_are_refused(broken: str) -> None:
    """Another version, nested too deeply, not an object, half of it."""
    with pytest.raises(TwelvefoldError, match="snapshot cannot be used"):
        read_published(broken, "here")


def test_a_veil_is_no_text() -> None:
    """A plain text that reads like a veil is not one."""
    veil = Veiled.of("abc")
    assert veil != "secret abc"
    assert "secret abc" != veil  # noqa: SIM300 - the other way round is another method
    assert veil == Veiled("secret abc")
    assert (veil.fingerprint, Veiled("sealed abc").fingerprint) == ("abc", "")
