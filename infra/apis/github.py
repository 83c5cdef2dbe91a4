"""GitHub's REST API: paging, what a refusal means, both rate limits, and reads that cost nothing when unchanged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from infra.apis.budget import Limits, Notice
from infra.apis.rest import Answer, Request, Rest, is_limited
from infra.errors import ApiError, Conflict, NotFound, Rejected, Unauthorized

SITE = "https://api.github.com"
VERSION = "2022-11-28"
PAGE = 100
MOST_PAGES = 200
ADVICE_401 = "Set a valid token: `github:token` (as a secret) or GITHUB_TOKEN."
KINDS: dict[int, type[ApiError]] = {
    401: Unauthorized,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    422: Rejected,
}
TAKEN = re.compile(r"\balready (exists|in use)\b|\bmust be unique\b", re.IGNORECASE)
BUDGET_WORDS = re.compile(r"\brate limit\b|\babuse detection\b", re.IGNORECASE)
LINK = re.compile(r'<([^>]+)>;\s*rel="next"')

Rows = list[Any]


class Denied(Unauthorized):
    """GitHub knows the token and says no; ``needs`` is the permission that would do, as GitHub itself names it."""

    needs = ""


class Cache(Protocol):
    """Remembers answers from one run to the next, each under a key with its ETag."""

    def get(self, key: str, /) -> tuple[str, Any] | None:
        """The ETag and the body last put under ``key``."""

    def put(self, key: str, etag: str, body: Any, /) -> None:
        """Remember a body and its ETag."""


@dataclass(frozen=True)
class Page:
    """One page of a list, and the path of the one that follows (``""`` for none)."""

    body: Any
    following: str


def headers(token: str) -> dict[str, str]:
    """The headers of every request; without a token one is anybody."""
    return {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": VERSION,
        "User-Agent": "twelvefold",
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }


def api_url(address: str = "") -> str:
    """Where the REST API is: of github.com, a GitHub Enterprise Server or the local cloud, by any of their names."""
    plain = address.strip().rstrip("/")
    host = urlsplit(plain).hostname or ""
    if not plain or host in ("github.com", "api.github.com"):
        return SITE
    if host.startswith("api.") and host.endswith(".ghe.com"):
        return plain
    return plain if plain.endswith("/api/v3") else f"{plain}/api/v3"


def connect_github(
    token: str,
    address: str = "",
    *,
    cache: Cache | None = None,
    notice: Notice = lambda _text: None,
    limits: Limits | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> GitHub:
    """A client with that token; ``address`` as in GITHUB_BASE_URL or GITHUB_API_URL, github.com when empty."""
    rest = Rest(
        api_url(address),
        vendor="GitHub",
        headers=headers(token),
        refusal=refusal,
        limited=is_limited_by_github,
        notice=notice,
        limits=limits,
        transport=transport,
    )
    return GitHub(rest, cache)


def is_limited_by_github(answer: Answer) -> bool:
    """Whether the primary or a secondary rate limit was met; GitHub says both also with 403."""
    if is_limited(answer):
        return True
    if answer.status != 403:
        return False
    used_up = answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
    return used_up or bool(BUDGET_WORDS.search(_message(answer)))


def refusal(request: Request, answer: Answer) -> ApiError:
    """The error that says what GitHub said, where, and which permission would do."""
    message, id = _message(answer) or "GitHub gave no reason", _codes(answer)
    kind = KINDS.get(answer.status) or (Rejected if 400 < answer.status < 500 else ApiError)
    if answer.status in (403, 451):
        kind = Denied
    if kind is Rejected and TAKEN.search(message):
        kind = Conflict
    error = kind(
        message,
        where=f"{request.method} {request.path.split('?')[0]}",
        todo=_advice(answer),
        status=answer.status,
        id=id,
        request_id=answer.headers.get("x-github-request-id", ""),
    )
    if isinstance(error, Denied):
        error.needs = permission_of(answer)
    return error


def permission_of(answer: Answer) -> str:
    """The permission that GitHub's own headers ask for, or ``""``: "issues: write", "scope repo"."""
    accepted = answer.headers.get("x-accepted-github-permissions", "")
    if accepted:
        return " or ".join(part.strip().replace("=", ": ") for part in accepted.split(";"))
    scopes = answer.headers.get("x-accepted-oauth-scopes", "").strip()
    held = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
    return f"scope {scopes}" if scopes and not held & {one.strip() for one in scopes.split(",")} else ""


def _advice(answer: Answer) -> str:
    if answer.status == 401:
        return ADVICE_401
    if answer.status not in (403, 404):
        return ""
    sso = answer.headers.get("x-github-sso", "")
    if sso.startswith("required"):
        return "Authorize the token for the organization's single sign-on, in GitHub's settings of your tokens."
    needs = permission_of(answer)
    return f"The token needs: {needs}." if needs else ""


def _message(answer: Answer) -> str:
    body = answer.body if isinstance(answer.body, dict) else {}
    told = [str(body.get("message", ""))]
    for error in _errors(body):
        text = error if isinstance(error, str) else str(error.get("message", ""))
        told.append(text or f"{error.get('field', '')} {error.get('code', '')}".strip())
    return ": ".join(text for text in told if text)


def _codes(answer: Answer) -> str:
    body = answer.body if isinstance(answer.body, dict) else {}
    return ",".join(sorted({str(one["code"]) for one in _errors(body) if isinstance(one, dict) and one.get("code")}))


def _errors(body: Mapping[str, Any]) -> Sequence[Any]:
    found = body.get("errors")
    return [one for one in found if isinstance(one, str | dict)] if isinstance(found, list) else []


class GitHub:
    """One token at GitHub; with a ``cache``, what did not change since the last run is not read again."""

    def __init__(self, rest: Rest, cache: Cache | None = None) -> None:
        self.rest = rest
        self._cache = cache

    async def aclose(self) -> None:
        """Close the connections."""
        await self.rest.aclose()

    async def get(self, path: str) -> Any:
        """The body behind ``path``."""
        return (await self._page(path)).body

    async def answer(self, path: str) -> Answer:
        """The whole answer to a read, for whoever needs its headers too."""
        return await self._followed(Request("GET", path))

    async def list(self, path: str, *, under: str = "", per_page: int = PAGE) -> Rows:
        """Every element of the list at ``path``, over all its pages; ``under`` names it inside the answer, if any."""
        found: Rows = []
        following = _with(path, per_page=per_page)
        for _ in range(MOST_PAGES):
            page = await self._page(following)
            found += page.body[under] if under else page.body
            following = page.following
            if not following:
                return found
        raise ApiError(f"there are more than {MOST_PAGES * per_page} entries", where=f"GET {path.split('?')[0]}")

    async def first(self, path: str, *, pages: int = 1) -> Rows:
        """The first elements of the list at ``path``, of which there may be more than so many pages hold."""
        found: Rows = []
        following = _with(path, per_page=PAGE)
        for _ in range(pages):
            page = await self._page(following)
            found += page.body
            following = page.following
            if not following:
                break
        return found

    async def post(self, path: str, body: Any = None) -> Any:
        """Create something; never sent twice, unless nothing had reached GitHub."""
        return await self._write("POST", path, body)

    async def patch(self, path: str, body: Any) -> Any:
        """Change something to what ``body`` says, which may be said twice."""
        return await self._write("PATCH", path, body, repeatable=True)

    async def put(self, path: str, body: Any = None) -> Any:
        """Set something."""
        return await self._write("PUT", path, body)

    async def delete(self, path: str) -> bool:
        """Delete something; False when it was not there any more."""
        try:
            await self._write("DELETE", path, None)
        except NotFound:
            return False
        return True

    async def missing_to_none(self, path: str) -> Any:
        """The body behind ``path``, or None when there is nothing."""
        try:
            return await self.get(path)
        except NotFound:
            return None

    async def _page(self, path: str) -> Page:
        known = self._cache.get(self._key(path)) if self._cache else None
        asked = {"If-None-Match": known[0]} if known else {}
        answer = await self._followed(Request("GET", path, headers=asked))
        if answer.status == 304 and known:
            return self._remembered(path, known[0], Page(**known[1]))
        return self._remembered(path, answer.headers.get("etag", ""), Page(answer.body, self._following(answer)))

    def _remembered(self, path: str, etag: str, page: Page) -> Page:
        if self._cache and etag:
            self._cache.put(self._key(path), etag, {"body": page.body, "following": page.following})
        return page

    def _key(self, path: str) -> str:
        return f"github {self.rest.base_url}{path}"

    async def _followed(self, request: Request) -> Answer:
        """The answer to a read; a renamed repository's own redirect is followed, but never to another host."""
        answer = await self.rest.get(request.path, headers=request.headers)
        for _ in range(3):
            if answer.status not in (301, 302, 307, 308):
                break
            answer = await self.rest.get(self._inside(answer.headers.get("location", ""), request))
        return answer

    def _inside(self, address: str, request: Request) -> str:
        if not address.startswith(f"{self.rest.base_url}/"):
            raise ApiError("GitHub redirects to somewhere else", where=f"{request.method} {request.path}", status=301)
        return address.removeprefix(self.rest.base_url)

    def _following(self, answer: Answer) -> str:
        """The next page's path; only what is below our own address counts, whatever host a proxy lets GitHub name."""
        link = LINK.search(answer.headers.get("link", ""))
        if link is None:
            return ""
        parts, mount = urlsplit(link[1]), urlsplit(self.rest.base_url).path
        return f"{parts.path.removeprefix(mount)}?{parts.query}"

    async def _write(self, method: str, path: str, body: Any, *, repeatable: bool = False) -> Any:
        answer = await self.rest.write(method, path, body, repeatable=repeatable)
        if answer.status in (307, 308):
            address = self._inside(answer.headers.get("location", ""), Request(method, path))
            answer = await self.rest.write(method, address, body, repeatable=repeatable)
        return answer.body


def _with(path: str, *, per_page: int) -> str:
    return f"{path}{'&' if '?' in path else '?'}per_page={per_page}"
