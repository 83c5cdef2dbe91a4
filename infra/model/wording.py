"""How paths, names and near misses are written for a person, harmless on any terminal."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from infra.model.values import Path

LONGEST_QUOTE = 60
MOST_LISTED = 8


def visible(text: str) -> str:
    """The text with control and other unprintable characters written as escapes, so that none acts on a terminal."""
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)


def short(text: str) -> str:
    """The text, cut with an ellipsis where it is long."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def quoted(text: str) -> str:
    """The text in quotation marks, shortened where it is long."""
    return f'"{short(text)}"'


def dotted(path: Path) -> str:
    """Write a path as people do: ``config_vars.KEY``, ``collaborators[0]``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[\w@:/-]{1,60}", step):
            text += f".{step}" if text else step
        else:
            text += f"[{quoted(step)}]"
    return text


def closest(word: str, known: Sequence[str]) -> str:
    """A question that offers the known word nearest to ``word``, or nothing when none is near."""
    near = difflib.get_close_matches(word[:LONGEST_QUOTE], known, n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""


def listing(known: Sequence[str]) -> str:
    """What could have been said: ``Known: a, b``, at most eight; nothing when nothing is known."""
    more = f" and {len(known) - MOST_LISTED} more" if len(known) > MOST_LISTED else ""
    return f"Known: {', '.join(known[:MOST_LISTED])}{more}" if known else ""
