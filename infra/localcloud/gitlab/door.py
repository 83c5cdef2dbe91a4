"""What every GitLab request passes on its way in and out: scopes, headers, refusals, pages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from infra.localcloud.exchange import Answer, Call, Refusal

MOUNT = "/api/v4"
MOST_PER_PAGE = 100
_NUMBER = re.compile(r"[0-9]{1,9}")

Document = dict[str, Any]


def admit(call: Call) -> None:
    """A token needs the scope api, or read_api for what only reads."""
    enough = {"api"} if call.method != "GET" else {"api", "read_api"}
    if not enough & call.scopes:
        extra = {"error": "insufficient_scope", "scope": "api"}
        description = "The request requires higher privileges than provided by the access token."
        raise Refusal(403, "insufficient_scope", description, extra)


def finish(call: Call, answer: Answer) -> Answer:
    """Add GitLab's headers; an unchanged GET becomes a 304."""
    headers = {"X-Request-Id": call.request_id, **answer.headers}
    if call.method == "GET" and answer.status == 200:
        text = json.dumps(answer.body, sort_keys=True)
        headers["ETag"] = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if headers["ETag"] in call.headers.get("if-none-match", ""):
            return Answer(304, None, headers)
    return replace(answer, headers=headers)


def refuse(refusal: Refusal) -> Answer:
    """GitLab's error body: ``message``, or OAuth's ``error`` and ``error_description``."""
    if "error" in refusal.extra:
        return Answer(refusal.status, {**refusal.extra, "error_description": refusal.message}, refusal.headers)
    if refusal.id == "parameter":
        return Answer(refusal.status, {"error": refusal.message}, refusal.headers)
    return Answer(refusal.status, {"message": refusal.extra.get("message", refusal.message)}, refusal.headers)


def not_found(what: str = "Not found") -> Refusal:
    """404: it is not there, or the caller must not know that it is."""
    return Refusal(404, "not_found", f"404 {what}")


def forbidden() -> Refusal:
    """403: the caller can see it but must not do this."""
    return Refusal(403, "forbidden", "403 Forbidden")


def invalid(field: str, reason: str) -> Refusal:
    """400: the value of a field cannot be stored."""
    return Refusal(400, "invalid", reason, {"message": {field: [reason]}})


def text(call: Call, name: str) -> str:
    """A text of the request's body that must be there."""
    body = call.body if isinstance(call.body, dict) else {}
    if name not in body:
        raise Refusal(400, "parameter", f"{name} is missing")
    if not isinstance(body[name], str):
        raise Refusal(400, "parameter", f"{name} is invalid")
    return str(body[name])


def page_of(call: Call, items: Sequence[Document], shape: Callable[[Document], Document]) -> Answer:
    """One page of ``items``, shaped, with the headers that lead to the others."""
    size = min(_positive(call.query.get("per_page"), 20), MOST_PER_PAGE)
    page, last = _positive(call.query.get("page"), 1), max(1, -(-len(items) // size))
    following, previous = str(page + 1) if page < last else "", str(page - 1) if 1 < page <= last + 1 else ""
    headers = {
        "X-Page": str(page),
        "X-Per-Page": str(size),
        "X-Next-Page": following,
        "X-Prev-Page": previous,
        "X-Total": str(len(items)),
        "X-Total-Pages": str(last),
        "Link": _links(call, {"prev": previous, "next": following, "first": "1", "last": str(last)}),
    }
    return Answer(200, [shape(item) for item in items[(page - 1) * size : page * size]], headers)


def _links(call: Call, pages: dict[str, str]) -> str:
    address = f"{call.base_url}{MOUNT}{call.path}"
    found = [(relation, urlencode({**call.query, "page": page})) for relation, page in pages.items() if page]
    return ", ".join(f'<{address}?{query}>; rel="{relation}"' for relation, query in found)


def _positive(text: str | None, fallback: int) -> int:
    wanted = int(text) if text and _NUMBER.fullmatch(text) else 0
    return wanted or fallback


def stamp(now: datetime) -> str:
    """A time as GitLab writes it: UTC, milliseconds, ``Z``."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
