"""Heroku's Platform API, version 3: paging, errors with advice, and the few verbs that need more than a path."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from infra.apis.blobs import Blobs
from infra.apis.bulk import Bulk
from infra.apis.formation import FormationBatches, Update
from infra.apis.rest import Answer, Request, Rest
from infra.apis.rest import at as at
from infra.apis.snapshot import Snapshot
from infra.errors import (
    ApiError,
    ConfirmationNeeded,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
)

URL = "https://api.heroku.com"
ACCEPT = "application/vnd.heroku+json; version=3"
PAGE = 1000
# The lists that are not ordered by id.
ORDERED_BY = {
    re.compile(r"/teams/[^/]+/members$"): "email",
    re.compile(r"/spaces/[^/]+/peerings$"): "pcx_id",
}
NO_SUCH_PROCESS = re.compile(r"process type", re.IGNORECASE)
TAKEN = re.compile(r"\balready\b|\bis taken\b", re.IGNORECASE)

ADVICE = {
    "unauthorized": "Set a valid token: `heroku:apiKey` (as a secret) or HEROKU_API_KEY.",
    "forbidden": "Use the token of an account with access, with scope global, or read-protected and write-protected.",
    "two_factor": "Make a token with `heroku authorizations:create`; such a token needs no second factor.",
    "suspended": "The account or app is suspended; ask Heroku's support.",
    "delinquent": "The account has unpaid invoices; settle them in Heroku's dashboard.",
    "verification_needed": "Verify the account (add a payment method) in Heroku's dashboard.",
    "confirmation_required": "This would lose data. Say so explicitly if that is what you want.",
    "not_found": "If it was deleted by hand, `pulumi refresh` notices, and the next `pulumi up` makes it again.",
    "not_acceptable": "The address does not speak version 3 of Heroku's Platform API; check `heroku:url`.",
    "device_trust_required": "Log in once with a trusted device, or use a token of an authorization.",
}
KINDS: dict[int, type[ApiError]] = {
    401: Unauthorized,
    402: Rejected,
    403: Unauthorized,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    423: ConfirmationNeeded,
    429: RateLimited,
}


Rows = list[Any]


def headers(token: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headers of every request."""
    return {
        "Accept": ACCEPT,
        "Authorization": f"Bearer {token}",
        "User-Agent": "twelvefold",
        **(extra or {}),
    }


def refusal(request: Request, answer: Answer) -> ApiError:
    """The error that says what Heroku said, where, with its id and request id."""
    body = answer.body if isinstance(answer.body, dict) else {}
    error_id = str(body.get("id", ""))
    message = masked(str(body.get("message", "")), request) or "Heroku gave no reason"
    kind = KINDS.get(answer.status) or (Rejected if answer.status < 500 else ApiError)
    if kind is Rejected and TAKEN.search(message):
        kind = Conflict
    return kind(
        message,
        where=f"{request.method} {request.path.split('?')[0]}",
        todo=ADVICE.get(error_id, ""),
        status=answer.status,
        id=error_id,
        request_id=answer.headers.get("request-id", "").split(",")[0].strip(),
    )


SECRET_FIELDS = ("url", "secret", "authorization", "private_key", "config", "exporter", "source_blob")


def masked(message: str, request: Request) -> str:
    """Heroku's message without the secrets that it may repeat from the request."""
    body = request.body if isinstance(request.body, dict) else {}
    hidden = body.values() if "config-vars" in request.path else [body.get(name) for name in SECRET_FIELDS]
    for text in sorted((text for value in hidden for text in _texts(value)), key=len, reverse=True):
        message = message.replace(text, "***")
    return message


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) and len(value) > 3 else []


class Heroku:
    """One account at Heroku; ``snapshot`` serves reads that many resources of one app share."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self.blobs = Blobs(rest)
        self.snapshot = Snapshot(one=self.get, every=self.list)
        self.bulk = Bulk(self.snapshot)
        self._formation = FormationBatches(self._scale)
        self._turns: dict[str, asyncio.Lock] = {}

    async def aclose(self) -> None:
        """Close the connections."""
        await self.rest.aclose()

    async def get(self, path: str) -> Any:
        """The body behind ``path``."""
        return (await self.rest.get(path)).body

    async def get_with_etag(self, path: str) -> tuple[Any, str]:
        """The body behind ``path`` and the ETag that a write can be made conditional on."""
        answer = await self.rest.get(path)
        return answer.body, answer.headers.get("etag", "")

    async def list(self, path: str) -> Rows:
        """Every element of the list at ``path``, over all its pages."""
        found: Rows = []
        order = next((key for pattern, key in ORDERED_BY.items() if pattern.match(path)), "id")
        following = f"{order} ..; max={PAGE}"
        while following:
            answer = await self.rest.get(path, headers={"Range": following})
            found += answer.body
            following = answer.headers.get("next-range", "") if answer.status == 206 else ""
        return found

    async def first(self, path: str, range: str) -> Rows:
        """One page of the list at ``path``, in the order of ``range``: ``version ..; order=desc,max=10``."""
        page: Rows = (await self.rest.get(path, headers={"Range": range})).body
        return page

    async def post(self, path: str, body: Any = None, *, repeatable: bool = False) -> Any:
        """Create something; sent again only when ``repeatable`` says that doing it twice does no harm."""
        return await self._write("POST", path, body, repeatable=repeatable)

    async def patch(self, path: str, body: Any, *, if_match: str = "", repeatable: bool = True) -> Any:
        """Change something; with ``if_match`` only if it is still what was read (else Conflict, status 412)."""
        extra = {"If-Match": if_match} if if_match else {}
        return await self._write("PATCH", path, body, headers=extra, repeatable=repeatable)

    async def put(self, path: str, body: Any, *, if_match: str = "") -> Any:
        """Replace something; with ``if_match`` only if it is still what was read (else Conflict, status 412)."""
        extra = {"If-Match": if_match} if if_match else {}
        return await self._write("PUT", path, body, headers=extra)

    async def delete(self, path: str, body: Any = None) -> bool:
        """Delete something; False when it was not there any more."""
        try:
            await self._write("DELETE", path, body)
        except NotFound:
            return False
        return True

    async def _write(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Any:
        self.snapshot.written(path)
        try:
            answer = await self.rest.write(method, path, body, headers=headers, repeatable=repeatable)
        finally:
            self.snapshot.written(path)
        return answer.body

    def turn(self, app: str) -> asyncio.Lock:
        """The lock of an app, for what Heroku cannot do twice at a time: it refuses two new add-ons at once."""
        return self._turns.setdefault(app, asyncio.Lock())

    async def scale(self, app: str, update: Update) -> dict[str, Any] | None:
        """Scale a process type, in one request with the app's others; None when it does not exist yet."""
        return await self._formation.scale(app, update)

    async def _scale(self, app: str, updates: Sequence[Update]) -> dict[str, dict[str, Any]]:
        path = at("apps", app, "formation")
        try:
            return _by_type(await self.patch(path, {"updates": updates}))
        except NotFound as missing:
            if not NO_SUCH_PROCESS.search(missing.what):
                raise
        existing = _by_type(await self.list(path))
        known = [update for update in updates if update["type"] in existing]
        if known:
            existing |= _by_type(await self.patch(path, {"updates": known}))
        return existing

    async def missing_to_none(self, path: str) -> Any:
        """The body behind ``path``, or None when there is nothing."""
        try:
            return await self.get(path)
        except NotFound:
            return None


def _by_type(formation: Rows) -> dict[str, dict[str, Any]]:
    return {process["type"]: process for process in formation}
