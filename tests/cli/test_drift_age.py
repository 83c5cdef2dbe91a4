"""How old an answer may be, as a person says it."""

from __future__ import annotations

import pytest

from infra.cli.drift import _seconds
from infra.errors import TwelvefoldError


@pytest.mark.parametrize(
    ("said", "seconds"), [("0", 0), ("90", 90), ("45s", 45), ("30m", 1800), ("1h", 3600), ("2d", 172800)]
)
def test_an_age_is_read(said: str, seconds: float) -> None:
    """Seconds, minutes, hours, days."""
    assert _seconds(said) == seconds


@pytest.mark.parametrize("said", ["", "soon", "-1h", "1.5h", "1w", "h"])
def test_anything_else_is_refused(said: str) -> None:
    """With a way to write it."""
    with pytest.raises(TwelvefoldError, match="--max-age 1h"):
        _seconds(said)
