"""Lists in ranges, as Heroku pages them: ``Range: id ..; max=10, order=desc``.

See https://devcenter.heroku.com/articles/platform-api-reference#ranges
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal

DEFAULT_MAX = 200
LARGEST_MAX = 1000
_RANGE = re.compile(
    r"^(?P<field>\w+)\s+(?P<after>\]?)(?P<start>.*?)\.\.(?P<before>\[?)(?P<end>[^;]*)(?:;(?P<rest>.*))?$"
)


@dataclass(frozen=True)
class Range:
    """Which part of a list is wanted, in which order."""

    field: str
    start: str = ""
    after: bool = False
    end: str = ""
    before: bool = False
    max: int = DEFAULT_MAX
    descending: bool = False


def paged(
    call: Call,
    items: Sequence[dict[str, Any]],
    sortable: tuple[str, ...] = ("id",),
    *,
    shape: Callable[[dict[str, Any]], dict[str, Any]] = lambda item: item,
) -> Answer:
    """A list's answer: the range that was asked for, in order; 206 with ``Next-Range`` while there is more.

    Only what the page holds is shaped.
    """
    wanted = _parse(call.headers.get("range", ""), sortable)
    inside = sorted(
        (item for item in items if _inside(item, wanted)), key=lambda item: _key(item[wanted.field]),
        reverse=wanted.descending,
    )  # fmt: skip
    page = [_public(shape(item)) for item in inside[: wanted.max]]
    headers = {"Accept-Ranges": ", ".join(sortable)}
    if page:
        first, last = page[0][wanted.field], page[-1][wanted.field]
        headers["Content-Range"] = f"{wanted.field} {first}..{last}; max={wanted.max}{_order(wanted)}"
    if len(inside) <= wanted.max:
        return Answer(200, page, headers)
    headers["Next-Range"] = f"{wanted.field} ]{page[-1][wanted.field]}..{wanted.end}; max={wanted.max}{_order(wanted)}"
    return Answer(206, page, headers)


def _order(wanted: Range) -> str:
    return ", order=desc" if wanted.descending else ""


def _public(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if not name.startswith("_")}


def _key(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def _inside(item: dict[str, Any], wanted: Range) -> bool:
    """``start`` and ``end`` follow the order: a descending list starts at the larger value."""
    value = item[wanted.field]
    low, low_out, high, high_out = wanted.start, wanted.after, wanted.end, wanted.before
    if wanted.descending:
        low, low_out, high, high_out = high, high_out, low, low_out
    if low and not _at_least(value, _like(low, value), low_out):
        return False
    return not high or _at_least(_like(high, value), value, high_out)


def _at_least(left: Any, right: Any, strictly: bool) -> bool:
    return bool(left > right if strictly else left >= right)


def _like(text: str, value: Any) -> Any:
    if not isinstance(value, int):
        return text
    try:
        return int(text)
    except ValueError:
        raise _unsatisfiable(f"{text} is not a number") from None


def _parse(header: str, sortable: tuple[str, ...]) -> Range:
    if not header.strip():
        return Range(sortable[0])
    match = _RANGE.match(header.strip())
    if match is None:
        raise _unsatisfiable("it does not have the form `id ..; max=10`")
    if match["field"] not in sortable:
        raise _unsatisfiable(f"{match['field']} is not one of {', '.join(sortable)}")
    options = _options(match["rest"] or "")
    return Range(
        match["field"],
        match["start"].strip(),
        bool(match["after"]),
        match["end"].strip(),
        bool(match["before"]),
        _maximum(options.get("max", str(DEFAULT_MAX))),
        options.get("order", "asc").lower() == "desc",
    )


def _options(text: str) -> dict[str, str]:
    parts = [part.strip() for part in re.split("[;,]", text) if part.strip()]
    pairs = [part.partition("=") for part in parts]
    unknown = [name for name, _, _ in pairs if name.strip() not in ("max", "order")]
    if unknown:
        raise _unsatisfiable(f"{unknown[0]} is neither max nor order")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _maximum(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= LARGEST_MAX:
        raise _unsatisfiable(f"max lies between 1 and {LARGEST_MAX}")
    return int(text)


def _unsatisfiable(why: str) -> Refusal:
    return Refusal(416, "requested_range_not_satisfiable", f"The Range header cannot be satisfied: {why}.")
