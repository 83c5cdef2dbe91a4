"""Times of every spelling that vendors, the engine and providers use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.times import read_time

NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("2026-11-24T12:00:05Z", 0),
        ("2026-11-24T13:00:05+01:00", 0),
        ("2026-11-24T12:00:05", 0),
        ("2026-11-24T12:00:05.5Z", 500_000),
        ("2026-11-24T12:00:05.123456789Z", 123_456),
        ("2026-11-24T13:00:05.123456789+01:00", 123_456),
        ("2026-11-24 12:00:05 +0000 UTC", 0),
        ("2026-11-24 13:00:05.25 +0100 CET", 250_000),
        (" 2026-11-24T12:00:05.000Z\n", 0),
    ],
)
def test_times_of_every_spelling(text: str, more: int) -> None:
    """All are told in UTC."""
    assert read_time(text) == NOON + timedelta(microseconds=more)
    assert read_time(text).tzinfo is UTC  # type: ignore[union-attr]


@pytest.mark.parametrize("text", [None, "", "soon", 5, 1.5, {}, "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time(text: object) -> None:
    """It is none, and no reason to fail."""
    assert read_time(text) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2900, 1, 1), timezones=st.timezones()))
def test_our_own_times_are_read_back(when: datetime) -> None:
    """Whatever the zone."""
    assert read_time(when.astimezone(UTC).isoformat()) == when.astimezone(UTC)


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    """Whoever wrote it."""
    found = read_time(text)
    assert found is None or found.tzinfo is UTC
