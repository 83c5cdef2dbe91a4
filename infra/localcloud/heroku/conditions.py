"""``If-Match``: a write is refused when the object changed since the caller read it."""

from __future__ import annotations

import json

from infra.localcloud.exchange import Call, Refusal
from infra.localcloud.heroku.answers import etag
from infra.localcloud.routing import Router


def check(call: Call, reads: Router) -> None:
    """Refuse with 412 when ``If-Match`` names another ETag than a GET of the same path would answer now."""
    wanted = call.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return
    match = reads.match("GET", call.path)
    if match is None:
        raise Refusal(412, "precondition_failed", f"If-Match is of no use here: {call.path} cannot be read.")
    body = match.route[2](call).body
    now = etag(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
    if now not in [tag.strip() for tag in wanted.split(",")]:
        raise Refusal(412, "precondition_failed", "The resource has changed since it was read: If-Match does not fit.")
