"""Values as the engine writes them, without its marks."""

from __future__ import annotations

from typing import Any

import pytest

from infra.engine.wire import (
    LATER,
    OUTPUT,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    is_told,
    read_value,
    steps_of,
    unmask,
    value_at,
    whole_list,
)
from infra.model.estate import Hidden
from infra.model.plan import MASK


def secret(value: Any) -> dict[str, Any]:
    """A secret as a program registers it."""
    return {SIGNATURE: SECRET, "value": value}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (secret("a"), Hidden("a")),
        (secret({"b": 1.0, "c": [True]}), {"b": Hidden("1"), "c": [Hidden("true")]}),
        ({SIGNATURE: SECRET, "ciphertext": "[secret]"}, MASK),
        ("[secret]", MASK),
        (UNKNOWN, LATER),
        ({SIGNATURE: OUTPUT, "value": "x", "secret": True}, Hidden("x")),
        ({SIGNATURE: OUTPUT}, LATER),
        ({"__defaults": [], "size": 2.0, "ratio": 0.5}, {"size": 2, "ratio": 0.5}),
        (secret(None), None),
    ],
)
def test_marks_are_read(written: Any, read: Any) -> None:
    """Secrets become hidden leaves or masks, unknown values stay unknown, bookkeeping goes."""
    assert read_value(written) == read


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("vars.LOG_LEVEL", ("vars", "LOG_LEVEL")),
        ('vars["a.b"].c', ("vars", "a.b", "c")),
        ('vars["say \\"x\\""]', ("vars", 'say "x"')),
        ("events[2].name", ("events", 2, "name")),
    ],
)
def test_paths_are_read(path: str, steps: tuple[str | int, ...]) -> None:
    """Dots, quoted keys and indices."""
    assert steps_of(path) == steps


def test_a_list_is_one_value() -> None:
    """What stands in a list is compared with the whole list, for its places move."""
    assert whole_list(("a", "events", 2, "name")) == ("a", "events")
    assert whole_list(("a", "b")) == ("a", "b")


def test_what_lies_inside_a_secret_is_one() -> None:
    """A state that hides a whole map still tells whether one value of it changed."""
    values = {"vars": Hidden('{"A": "1", "B": 2}'), "masked": MASK, "later": LATER, "text": Hidden("no json")}

    assert value_at(values, ("vars", "A")) == Hidden("1")
    assert value_at(values, ("vars", "B")) == Hidden("2")
    assert value_at(values, ("vars", "C")) is None
    assert value_at(values, ("text", "A")) is None
    assert value_at(values, ("masked", "x")) == MASK
    assert value_at(values, ("later", "x")) == LATER
    assert value_at(values, ("absent", 0, "x")) is None


def test_unmasking_hides_what_the_program_gave_in_clear() -> None:
    """The engine keeps a value secret that was one before; so does this."""
    masked = {"a": MASK, "b": {"c": MASK, "d": "x"}, "e": [MASK, 1], "f": MASK}
    known = {"a": "clear", "b": {"c": Hidden("s"), "d": "y"}, "e": [MASK, 2]}

    assert unmask(masked, known) == {"a": Hidden("clear"), "b": {"c": Hidden("s"), "d": "x"}, "e": [MASK, 1], "f": MASK}
    assert "clear" not in repr(unmask(masked, known))


def test_what_is_told_through_and_through() -> None:
    """A mask or an unknown value anywhere inside makes a value one that cannot be compared."""
    assert is_told({"a": [1, {"b": Hidden("x")}]})
    assert not is_told({"a": [1, {"b": MASK}]})
    assert not is_told([LATER])
