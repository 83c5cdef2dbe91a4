"""Heroku's error bodies and the headers every answer of Heroku carries."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal
from infra.localcloud.heroku.budget import remaining

_REFERENCE = "https://devcenter.heroku.com/articles/platform-api-reference"
_RATE_LIMIT = "Your account reached the API rate limit\nPlease wait a few minutes before making new requests"


def refuse(refusal: Refusal) -> Answer:
    """Heroku's error body: id, message, and what the refusal adds (resource, app, url)."""
    message, extra = refusal.message, dict(refusal.extra)
    if refusal.id == "rate_limit":
        message = message or _RATE_LIMIT
        extra.setdefault("url", f"{_REFERENCE}#rate-limits")
    return Answer(refusal.status, {"id": refusal.id, "message": message, **extra}, refusal.headers)


def found(body: dict[str, Any], status: int = 200) -> Answer:
    """One object's answer, without its private keys."""
    return Answer(status, {name: value for name, value in body.items() if not name.startswith("_")})


def finish(call: Call, answer: Answer) -> Answer:
    """Encode the body and add ETag, request ids, remaining budget and scopes; 304 where nothing is new."""
    data = b"" if answer.body is None else json.dumps(answer.body, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Type": "application/json",
        "ETag": etag(data),
        "Request-Id": ",".join([*_client_ids(call), call.request_id]),
        "RateLimit-Remaining": str(_remaining(call)),
        "RateLimit-Multiplier": "1",
        "Vary": "Authorization,Accept-Encoding",
        "OAuth-Scope": " ".join(sorted(call.scopes)),
        "OAuth-Scope-Accepted": " ".join(accepted(call.scope)),
        **answer.headers,
    }
    if call.method == "GET" and answer.status in (200, 206) and _matches(call.headers.get("if-none-match"), data):
        return Answer(304, b"", headers)
    return Answer(answer.status, data, headers)


def etag(data: bytes) -> str:
    """The ETag of a body."""
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def accepted(scope: str) -> list[str]:
    """Every OAuth scope that opens a route of that scope; ``""`` needs none."""
    wider = {
        "": [],
        "identity": ["global", "identity", "read", "read-protected", "write", "write-protected"],
        "read": ["global", "read", "read-protected", "write", "write-protected"],
        "write": ["global", "write", "write-protected"],
        "read-protected": ["global", "read-protected", "write-protected"],
        "write-protected": ["global", "write-protected"],
        "global": ["global"],
    }
    return wider[scope]


def _client_ids(call: Call) -> list[str]:
    return [part.strip() for part in call.headers.get("request-id", "").split(",") if part.strip()]


def _matches(header: str | None, data: bytes) -> bool:
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag(data) in tags


def _remaining(call: Call) -> int:
    identity = call.account.get("id", "")
    return remaining(call.store, identity, call.now, call.settings)
