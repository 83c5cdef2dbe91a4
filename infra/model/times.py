"""Times as others write them: the vendors, the engine, and the published providers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# As Go prints it, and with it GitHub's provider: 2026-11-24 08:53:19.5 +0000 UTC.
_GO = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d)(?: \w+)?")
_NANOSECONDS = re.compile(r"(\.\d{6})\d+")


def read_time(text: object) -> datetime | None:
    """The time in UTC that a text tells, with fractions of any length; None where it tells none."""
    if not isinstance(text, str):
        return None
    go = _GO.fullmatch(text.strip())
    written = f"{go[1]}T{go[2]}{go[3]}:{go[4]}" if go else text.strip()
    try:
        found = datetime.fromisoformat(_NANOSECONDS.sub(r"\1", written))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
