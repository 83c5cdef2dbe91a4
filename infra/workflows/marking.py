"""The marks by which we find again what we wrote, and the data that goes with it: hidden in comments of HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_DATA = re.compile(r"<!-- twelvefold-data: (\{[^\n]*?\}) -->")
MOST_DATA = 4_000


def mark(project: str, kind: str) -> str:
    """The first line of what we keep for a project and a purpose; the same for ever."""
    return f"<!-- twelvefold:{_safe(project)}:{_safe(kind)} -->"


def headed(marker: str, data: Mapping[str, Any]) -> str:
    """The mark and the data as the first two lines of a text."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    # Nothing in the data may end the comment that hides it.
    hidden = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "-\\u002d")
    return f"{marker}\n<!-- twelvefold-data: {hidden} -->\n"


def is_marked(text: str, marker: str) -> bool:
    """Whether a text begins with the mark; one that only quotes it does not."""
    return text.lstrip("\ufeff").startswith((f"{marker}\n", f"{marker}\r\n")) or text == marker


def data_of(text: str) -> dict[str, Any]:
    """The data of a text that we wrote; empty when there is none that can be read."""
    found = _DATA.search(text[:MOST_DATA])
    try:
        data = json.loads(found[1]) if found else {}
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _safe(name: str) -> str:
    """A name that cannot end an HTML comment, and in which a colon means nothing."""
    return quote(name, safe=" ").replace("--", "-%2D") or "-"
