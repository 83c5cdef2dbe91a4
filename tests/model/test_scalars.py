"""Plain scalars: what we make of them is what the engine makes of them, or we say that it would not keep them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.scalars import Ambiguous, fraction_text, plain_scalar

# Asked of the engine itself (3.256.0): each stood unquoted in Pulumi.<stack>.yaml; this is what reached the program.
ENGINE: dict[str, str | int | float | bool | None] = {
    **{text: text for text in ("yes", "no", "on", "off", "y", "n", "Yes", "NO", "On", "tRue", "nULL", ".", "..", "_1")},
    **{text: text for text in (".iNf", "-.nan", "inf", "nan", "2024-13-01", "12:30", "1:20:30", "0b12", "0x", "0xG")},
    **{text: text for text in ("0o8", "0o", "1.2.3", "1e", "1e+", "=", "1,000", "1%", "2024-01-01 10:00:00 +01:00")},
    **{text: True for text in ("true", "True", "TRUE")},
    **{text: False for text in ("false", "False", "FALSE")},
    **{text: None for text in ("", "~", "null", "Null", "NULL")},
    **{"0": 0, "-5": -5, "20": 20, "9007199254740993": 9007199254740993, "9223372036854775807": 9223372036854775807},
    **{"012": 10, "0o12": 10, "0O12": 10, "0x1F": 31, "0X1f": 31, "0b11": 3, "1_000": 1000, "1__0": 10, "1_": 1},
    **{"+5": 5, "-0": 0, "+0": 0, "00": 0, "007": 7, "08": 8, "-_1": -1, "-1_0": -10, "1_0.5": 10.5},
    **{"1.10": 1.1, "1.": 1, ".5": 0.5, "-.5": -0.5, "+.5": 0.5, "1.0": 1, "100.0": 100, "0.1": 0.1},
    **{"1e3": 1000, "1E3": 1000, "1e+3": 1000, "1.5e-3": 0.0015, "+1e3": 1000},
    **{"12345678901234567890": 12345678901234567000, "123456789012345678901234": 1.2345678901234569e23},
    **{"9223372036854775808": 9223372036854776000, "-9223372036854775809": -9223372036854776000},
    "2024-01-01": "2024-01-01 00:00:00 +0000 UTC",
    "2024-1-1": "2024-01-01 00:00:00 +0000 UTC",
    "2024-01-01T10:00:00Z": "2024-01-01 10:00:00 +0000 UTC",
    "2024-01-01t10:00:00Z": "2024-01-01 10:00:00 +0000 UTC",
    "2024-01-01 10:00:00": "2024-01-01 10:00:00 +0000 UTC",
}
# The engine refuses a stack file that holds one of these.
REFUSED = (".inf", "-.inf", "+.inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN")


@pytest.mark.parametrize(("text", "engine"), ENGINE.items())
def test_a_scalar_is_the_engines_or_marked(text: str, engine: object) -> None:
    """Where the engine's value no longer shows the text, we mark it; everywhere else we agree."""
    kept = engine is None or isinstance(engine, bool) or str(engine) == text
    found = plain_scalar(text)
    assert found == (engine if kept else Ambiguous(text))
    assert type(found) is (type(engine) if kept else Ambiguous)


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_engine_refuses_is_marked(text: str) -> None:
    """No number that JSON lacks passes for text."""
    assert plain_scalar(text) == Ambiguous(text)


@given(st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1))
def test_every_whole_number_of_64_bits_is_kept(number: int) -> None:
    """Whole numbers that the engine can hold stay what they are."""
    assert plain_scalar(str(number)) == number


@given(st.one_of(st.integers(min_value=2**63), st.integers(max_value=-(2**63) - 1)))
def test_larger_numbers_are_marked(number: int) -> None:
    """The engine would round them."""
    assert plain_scalar(str(number)) == Ambiguous(str(number))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_fraction_is_kept_only_as_it_is_written(number: float) -> None:
    """Ours has the same text again, or is marked."""
    found = plain_scalar(repr(number))
    assert found == Ambiguous(repr(number)) or (isinstance(found, float) and fraction_text(found) == repr(number))


@given(st.text(min_size=1))
def test_any_text_is_something(text: str) -> None:
    """Nothing makes the reading fail, and text that looks like nothing else stays itself."""
    found = plain_scalar(text)
    assert found == text or not isinstance(found, str)
