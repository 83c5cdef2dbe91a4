"""Paged lists: ``per_page``, ``page`` and the Link header."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from infra.localcloud.exchange import Answer, Call
from infra.localcloud.github.links import MOUNT

MOST_PER_PAGE = 100
_NUMBER = re.compile(r"[0-9]{1,9}")

Shape = Callable[[dict[str, Any]], Any]


def page_of(
    call: Call,
    items: Sequence[dict[str, Any]],
    shape: Shape,
    *,
    under: str = "",
    default: int = 30,
    most: int = MOST_PER_PAGE,
) -> Answer:
    """One page of ``items``, shaped; a bare list, or ``{"total_count", under: […]}``."""
    size, page = page_size(call, default, most), _positive(call.query.get("page"), 1)
    shaped = [shape(item) for item in items[(page - 1) * size : page * size]]
    body: Any = {"total_count": len(items), under: shaped} if under else shaped
    last = max(1, -(-len(items) // size))
    return Answer(200, body, _link_header(call, page, last))


def page_size(call: Call, default: int = 30, most: int = MOST_PER_PAGE) -> int:
    """How many items a page has: ``per_page`` within its bounds."""
    return min(_positive(call.query.get("per_page"), default), most)


def _positive(text: str | None, fallback: int) -> int:
    wanted = int(text) if text and _NUMBER.fullmatch(text) else 0
    return wanted or fallback


def _link_header(call: Call, page: int, last: int) -> dict[str, str]:
    targets: list[tuple[str, int]] = []
    if page > 1:
        targets += [("prev", min(page - 1, last)), ("first", 1)]
    if page < last:
        targets += [("next", page + 1), ("last", last)]
    links = [f'<{_address(call, number)}>; rel="{relation}"' for relation, number in targets]
    return {"Link": ", ".join(links)} if links else {}


def _address(call: Call, page: int) -> str:
    return f"{call.base_url}{MOUNT}{call.path}?{urlencode({**call.query, 'page': str(page)})}"
