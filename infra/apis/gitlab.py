"""GitLab's REST API, version 4, as far as merge requests and their notes go."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import httpx

from infra.apis.budget import Limits, Notice
from infra.apis.rest import Answer, Request, Rest
from infra.errors import ApiError, Conflict, NotFound, Rejected, Unauthorized

SITE = "https://gitlab.com/api/v4"
PAGE = 100
MOST_PAGES = 200
KINDS: dict[int, type[ApiError]] = {
    400: Rejected,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    409: Conflict,
    422: Rejected,
}
ADVICE = {
    401: "Set GITLAB_TOKEN to a valid project access token with the scope api; CI_JOB_TOKEN may not write notes.",
    403: "The token needs the scope api, and its account at least the role Reporter in the project.",
    404: "The token may not see it, or it is not there; it needs the scope api and a role in the project.",
}

Rows = list[Any]


def headers(token: str, *, job: bool = False) -> dict[str, str]:
    """The headers of every request; ``job`` says that the token is a CI job's own."""
    return {"User-Agent": "twelvefold", ("JOB-TOKEN" if job else "PRIVATE-TOKEN"): token}


def connect_gitlab(
    token: str,
    address: str = "",
    *,
    job: bool = False,
    notice: Notice = lambda _text: None,
    limits: Limits | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> GitLab:
    """A client with that token; ``address`` as in CI_API_V4_URL, gitlab.com when empty."""
    rest = Rest(
        address.rstrip("/") or SITE,
        vendor="GitLab",
        headers=headers(token, job=job),
        refusal=refusal,
        notice=notice,
        limits=limits,
        transport=transport,
    )
    return GitLab(rest)


def refusal(request: Request, answer: Answer) -> ApiError:
    """The error that says what GitLab said and where."""
    kind = KINDS.get(answer.status) or (Rejected if answer.status < 500 else ApiError)
    return kind(
        _message(answer.body) or "GitLab gave no reason",
        where=f"{request.method} {request.path.split('?')[0]}",
        todo=ADVICE.get(answer.status, ""),
        status=answer.status,
        request_id=answer.headers.get("x-request-id", ""),
    )


def _message(body: Any) -> str:
    """GitLab's reason in its three forms: a text, texts by field, and OAuth's pair."""
    if not isinstance(body, dict):
        return ""
    told = body.get("message") or body.get("error_description") or body.get("error") or ""
    if isinstance(told, dict):
        return "; ".join(f"{field} {_joined(reasons)}" for field, reasons in sorted(told.items()))
    return re.sub(r"^\d{3} ", "", _joined(told))


def _joined(reasons: Any) -> str:
    return ", ".join(map(str, reasons)) if isinstance(reasons, list) else str(reasons)


class GitLab:
    """One token at GitLab."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest

    async def aclose(self) -> None:
        """Close the connections."""
        await self.rest.aclose()

    async def get(self, path: str) -> Any:
        """The body behind ``path``."""
        return (await self.rest.get(path)).body

    async def list(self, path: str, **query: str) -> Rows:
        """Every element of the list at ``path``, over all its pages."""
        found: Rows = []
        page = "1"
        for _ in range(MOST_PAGES):
            answer = await self.rest.get(f"{path}?{urlencode({**query, 'per_page': PAGE, 'page': page})}")
            found += answer.body
            page = answer.headers.get("x-next-page", "")
            if not page:
                return found
        raise ApiError(f"there are more than {MOST_PAGES * PAGE} entries", where=f"GET {path}")

    async def post(self, path: str, body: Any) -> Any:
        """Create something; never sent twice, unless nothing had reached GitLab."""
        return (await self.rest.write("POST", path, body)).body

    async def put(self, path: str, body: Any) -> Any:
        """Change something to what ``body`` says."""
        return (await self.rest.write("PUT", path, body)).body

    async def delete(self, path: str) -> bool:
        """Delete something; False when it was not there any more."""
        try:
            await self.rest.write("DELETE", path)
        except NotFound:
            return False
        return True
