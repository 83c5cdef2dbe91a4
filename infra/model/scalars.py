"""Plain YAML scalars as the Pulumi engine reads them, and those whose text it would not keep.

The engine's reader is Go's yaml.v3: YAML 1.2 in its words ("yes" and "on" are text), but with numbers in every
notation, underscores between digits, and dates. What it makes of them is not what was written: 1.10 becomes 1.1,
012 becomes 10, 2024-01-01 becomes "2024-01-01 00:00:00 +0000 UTC".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = ("", "~", "null", "Null", "NULL")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_LARGEST = 2**63 - 1
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]")
_NUMBER = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DATE = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:[Tt][0-9:.]+(?:Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?)?"
)


@dataclass(frozen=True)
class Ambiguous:
    """An unquoted number or date whose text the engine would not keep (1.10 becomes 1.1)."""

    text: str


def fraction_text(number: float) -> str:
    """The decimal text of ``number``, or nothing where it has no plain one (1e+30)."""
    text = repr(number)
    return text if _FRACTION.fullmatch(text) else ""


def plain_scalar(text: str) -> str | int | float | bool | Ambiguous | None:
    """What an unquoted ``text`` is to the engine."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text) and abs(int(text)) <= _LARGEST:
        return int(text)
    if _FRACTION.fullmatch(text) and fraction_text(float(text)) == text:
        return float(text)
    return Ambiguous(text) if _is_number(text) or _is_date(text) else text


def _is_number(text: str) -> bool:
    # Underscores are ignored wherever a number can begin.
    digits = text.replace("_", "") if text[0] in "+-.0123456789" else text
    return bool(_NUMBER.fullmatch(digits) or _NOT_FINITE.fullmatch(text))


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return True
