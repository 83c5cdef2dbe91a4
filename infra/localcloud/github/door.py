"""What every GitHub request passes on its way in and out: limits, versions, headers, conditional answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal
from infra.localcloud.github.authentication import with_implied
from infra.localcloud.store import Store

BUDGET = "github.budget"
VERSIONS = ("2022-11-28", "2026-03-10")
_WINDOW_SECONDS = 3600
_ANONYMOUS_LIMIT = 60


def admit(call: Call) -> None:
    """Count the request against the caller's hourly budget, then check version, media type and organization scopes."""
    if call.path != "/rate_limit":
        _count(call)
    _check_version(call)
    _check_media_type(call)
    if call.scope in ("read:org", "user:email") and call.scope not in with_implied(call.scopes):
        raise Refusal(403, "forbidden", f"This endpoint needs the '{call.scope}' scope.")


def finish(call: Call, answer: Answer) -> Answer:
    """Add GitHub's headers; an unchanged GET becomes a 304 that costs nothing."""
    headers = dict(answer.headers)
    if call.method in ("GET", "HEAD") and answer.status == 200:
        headers["ETag"] = _etag(answer.body)
        headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
        headers["Vary"] = "Accept, Authorization, Cookie, Accept-Encoding, Accept"
        if _unchanged(call, headers["ETag"]):
            _refund(call)
            answer = Answer(304)
    return replace(answer, headers={**_standing_headers(call), **_budget_headers(call), **headers})


def _check_version(call: Call) -> None:
    version = call.headers.get("x-github-api-version", "")
    if version and version not in VERSIONS:
        raise Refusal(400, "bad_version", f"The API version {version} is not a supported version.")


def _check_media_type(call: Call) -> None:
    accept = call.headers.get("accept", "")
    if accept and "json" not in accept and "*/*" not in accept and "octet-stream" not in accept:
        raise Refusal(415, "media_type", f"Unsupported 'Accept' header: '{accept}'. Must accept 'application/json'.")


def _standing_headers(call: Call) -> dict[str, str]:
    digits = call.request_id.replace("-", "").upper()
    parts = (digits[:4], digits[4:10], digits[10:17], digits[17:24], digits[24:32])
    headers = {
        "X-GitHub-Request-Id": ":".join(parts),
        "X-GitHub-Media-Type": "github.v3; format=json",
        "X-GitHub-Api-Version-Selected": call.headers.get("x-github-api-version", VERSIONS[0]),
    }
    if call.account:
        headers["X-OAuth-Scopes"] = ", ".join(sorted(call.scopes))
        headers["X-Accepted-OAuth-Scopes"] = call.scope
    return headers


def _etag(body: Any) -> str:
    return f'W/"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"'


def _unchanged(call: Call, etag: str) -> bool:
    asked = [part.strip().removeprefix("W/") for part in call.headers.get("if-none-match", "").split(",")]
    return "*" in asked or etag.removeprefix("W/") in asked


def budget_of(store: Store, login: str, limit: int, now: float) -> dict[str, int]:
    """The caller's budget in the current window: limit, used, remaining and reset (epoch seconds)."""
    found = store.get(BUDGET, login.lower())
    if found is None or found["reset"] <= now:
        found = {"used": 0, "reset": int(now) + _WINDOW_SECONDS}
    used = int(found["used"])
    return {"limit": limit, "used": used, "remaining": max(0, limit - used), "reset": int(found["reset"])}


def _current(call: Call) -> dict[str, int]:
    return budget_of(call.store, call.account["login"], call.settings.github_rate_limit, call.now.timestamp())


def _remember(call: Call, budget: dict[str, int], used: int) -> None:
    body = {"used": used, "reset": budget["reset"]}
    call.store.put(BUDGET, call.account["login"].lower(), body)


def _count(call: Call) -> None:
    budget = _current(call)
    if budget["remaining"] == 0:
        message = f"API rate limit exceeded for user ID {call.account['id']}."
        raise Refusal(403, "primary_rate_limit", message)
    _remember(call, budget, budget["used"] + 1)


def _refund(call: Call) -> None:
    if call.account and call.path != "/rate_limit":
        budget = _current(call)
        _remember(call, budget, max(0, budget["used"] - 1))


def _budget_headers(call: Call) -> dict[str, str]:
    if call.account:
        budget = _current(call)
    else:
        budget = {"limit": _ANONYMOUS_LIMIT, "used": 0, "remaining": _ANONYMOUS_LIMIT}
        budget["reset"] = int(call.now.timestamp()) + _WINDOW_SECONDS
    headers = {f"X-RateLimit-{name.capitalize()}": str(value) for name, value in budget.items()}
    return {**headers, "X-RateLimit-Resource": "core"}
