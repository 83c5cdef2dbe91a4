"""How the benchmark tells its figures: plain lines, at once."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Print one line now, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
