"""A polite asynchronous REST client: retries where it is safe, waits when asked to, never tells a secret."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from infra.apis.budget import Gate, Limits, Notice, Sleep, asked_wait, jittered
from infra.apis.lanes import ONE, Lane, Lanes
from infra.errors import ApiError, RateLimited, Unreachable

SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
BROKEN_ON_THE_WAY = frozenset({500, 502, 504})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Nothing reached the vendor, so even a write can be sent again.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class AnswerLost(Unreachable):
    """A write was sent, but its answer never came: it may or may not have taken effect."""


@dataclass(frozen=True)
class Answer:
    """What the vendor answered; ``body`` is parsed JSON (None when empty), header names are lower case."""

    status: int
    body: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    by_content: bool = False
    """Whether the ETag is a digest of the body, so that equal ones are equal bodies, at whatever path."""


@dataclass(frozen=True)
class Request:
    """One request; ``repeatable`` says that sending it twice does no harm. Never shows its body or headers."""

    method: str
    path: str
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether the request may be sent again although the vendor may have acted on it already."""
        return self.repeatable or self.method in SAFE_TO_REPEAT


@dataclass
class Tally:
    """What a client has asked for so far: requests sent, and bytes of bodies received, as they came over the wire."""

    requests: int = 0
    received: int = 0


Refusal = Callable[[Request, Answer], ApiError]
Limited = Callable[[Answer], bool]


def at(*parts: str) -> str:
    """The path made of ``parts``, each quoted: ``at("apps", "a b")`` is ``/apps/a%20b``."""
    return "/" + "/".join(quote(part, safe="~") for part in parts)


def is_limited(answer: Answer) -> bool:
    """Whether an answer says, as HTTP has it, that the budget of requests is used up."""
    return answer.status == 429


def plain_refusal(request: Request, answer: Answer) -> ApiError:
    """The error of an answer of which only the HTTP status is understood."""
    return ApiError(f"{request.method} {request.path} was refused", status=answer.status)


class Rest:
    """Sends requests to one vendor; ``refusal`` turns its refusals into errors, ``notice`` hears about waits.

    ``limited`` tells which answers mean that the budget of requests is used up, where a vendor does not say 429.
    """

    def __init__(
        self,
        base_url: str,
        *,
        vendor: str,
        headers: Mapping[str, str],
        refusal: Refusal = plain_refusal,
        limited: Limited = is_limited,
        notice: Notice = lambda _text: None,
        limits: Limits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.vendor = vendor
        self._limits = limits or Limits()
        self._refusal = refusal
        self._limited = limited
        self._notice = notice
        self._sleep = sleep
        self._clock = clock
        self._wall_clock = wall_clock
        self._gate = Gate(limits=self._limits, sleep=sleep, clock=clock)
        self._etags: dict[str, Answer] = {}
        self._flying: dict[tuple[Any, ...], asyncio.Task[Answer]] = {}
        self._writes = 0
        self.tally = Tally()
        self._transport = transport
        open_lane = _opener(self.base_url, headers, self._limits, transport)
        self._lanes = Lanes(open_lane, width=self._limits.concurrency)

    @property
    def host(self) -> str:
        """The host (and port) that requests go to."""
        return urlsplit(self.base_url).netloc

    async def aclose(self) -> None:
        """Close the connections."""
        await self._lanes.aclose()

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Read ``path``; equal reads that are under way at the same time share one request."""
        # A read that began before a write ended may show the past, so only reads of one epoch are shared.
        key = (path, tuple(sorted((headers or {}).items())), self._writes)
        task = self._flying.get(key)
        if task is None:
            task = asyncio.create_task(self._read(Request("GET", path, headers=headers or {})))
            self._flying[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(task)

    def _landed(self, key: tuple[Any, ...], task: asyncio.Task[Answer]) -> None:
        self._flying.pop(key, None)
        if not task.cancelled():
            task.exception()  # Somebody may have stopped waiting for it; its failure is then nobody's business.

    async def _read(self, request: Request) -> Answer:
        key = f"{request.path} {sorted(request.headers.items())}"
        known = self._etags.get(key)
        headers = dict(request.headers)
        if known is not None:
            headers["If-None-Match"] = known.headers["etag"]
        answer = await self.send(Request("GET", request.path, headers=headers))
        if answer.status == 304 and known is not None:
            return Answer(200, known.body, known.headers)
        # "Not modified" answers a condition of the caller's own, and has no body to remember.
        if "etag" in answer.headers and answer.status != 304:
            self._etags[key] = answer
            while len(self._etags) > 2000:
                self._etags.pop(next(iter(self._etags)))
        return answer

    async def write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """Send a write; it is repeated only where that cannot do it twice, or ``repeatable`` says so."""
        self._writes += 1
        try:
            return await self.send(Request(method, path, body, headers or {}, repeatable))
        finally:
            self._writes += 1

    async def send(self, request: Request) -> Answer:
        """Send one request until it is answered, refused, or patience ends."""
        began = self._clock()
        attempt = 0
        while True:
            try:
                answer = await self._send_once(request)
            except httpx.TransportError as broken:
                await self._after_break(request, broken, attempt, began)
            else:
                if not await self._wants_repeat(request, answer, attempt, began):
                    return self._accepted(request, answer)
            attempt += 1

    async def _send_once(self, request: Request) -> Answer:
        await self._gate.passed()
        self.tally.requests += 1
        response = await self._lanes.request(request.method, request.path, body=request.body, headers=request.headers)
        self.tally.received += response.num_bytes_downloaded
        headers = dict(response.headers)
        by_content = is_digest(headers.get("etag", ""), response.content)
        return Answer(response.status_code, _parsed(response), headers, by_content)

    async def _after_break(self, request: Request, broken: httpx.TransportError, attempt: int, began: float) -> None:
        if not (request.may_repeat or isinstance(broken, NEVER_SENT)):
            raise self._lost(request) from None
        refused = isinstance(broken, httpx.ConnectError)
        attempts = self._limits.connect_attempts if refused else self._limits.attempts
        if attempt + 1 >= attempts or self._gate.left(began) <= 0:
            raise self._unreachable(broken) from None
        await self._sleep(jittered(self._limits.first_wait, attempt, self._limits.longest_wait))

    async def _wants_repeat(self, request: Request, answer: Answer, attempt: int, began: float) -> bool:
        if self._limited(answer):
            return await self._wait_for_budget(answer, attempt, began)
        if attempt + 1 >= self._limits.attempts or self._gate.left(began) <= 0:
            return False
        if answer.status == 503 or (answer.status in BROKEN_ON_THE_WAY and request.may_repeat):
            asked = asked_wait(answer.headers, self._wall_clock)
            await self._sleep(asked or jittered(self._limits.first_wait, attempt, self._limits.longest_wait))
            return True
        return False

    async def _wait_for_budget(self, answer: Answer, attempt: int, began: float) -> bool:
        asked = asked_wait(answer.headers, self._wall_clock)
        wait = asked if asked is not None else jittered(2.0, attempt, self._limits.longest_wait)
        if wait > self._gate.left(began):
            return False
        self._notice(f"{self.vendor}'s rate limit is reached; waiting {wait:.0f} s")
        await self._gate.hold(wait)
        return True

    def _accepted(self, request: Request, answer: Answer) -> Answer:
        if answer.status < 400:
            return answer
        if self._limited(answer):
            raise RateLimited(
                f"{self.vendor}'s rate limit is used up, and waiting longer than "
                f"{self._limits.patience / 60:.0f} minutes was not allowed",
                todo="Try again later, or with fewer resources at once.",
                status=answer.status,
                request_id=answer.headers.get("request-id", ""),
            )
        if answer.status in BROKEN_ON_THE_WAY - {500} and not request.may_repeat:
            raise self._lost(request)
        raise self._refusal(request, answer)

    def _lost(self, request: Request) -> AnswerLost:
        return AnswerLost(
            f"the connection to {self.host} broke before the answer to {request.method} {request.path} came",
            todo="The change may have taken effect. Run `pulumi refresh`, then try again.",
        )

    def _unreachable(self, broken: httpx.TransportError) -> Unreachable:
        slow = isinstance(broken, httpx.TimeoutException)
        return Unreachable(
            f"{self.vendor} at {self.host} {'did not answer in time' if slow else 'cannot be reached'}",
            todo="Check the network, any proxy, and the address that is set for it.",
        )

    def stranger(self, *, timeout: float) -> httpx.AsyncClient:
        """A client for other hosts, which never get our credentials; ``timeout`` in seconds."""
        return httpx.AsyncClient(timeout=timeout, transport=self._transport, follow_redirects=True)


def _opener(
    base_url: str, headers: Mapping[str, str], limits: Limits, transport: httpx.AsyncBaseTransport | None
) -> Callable[[], Lane]:
    open_transport = _wires(base_url) if transport is None else lambda: transport
    timeout = httpx.Timeout(limits.timeout, connect=limits.connect_timeout, pool=None)
    return lambda: Lane(base_url, headers, timeout, open_transport())


def _wires(base_url: str) -> Callable[[], httpx.AsyncBaseTransport]:
    """Opens connections: through the proxy that the environment names, with the certificates that it trusts."""
    host = urlsplit(base_url).hostname or ""
    # A proxy cannot reach this machine's own loopback, whatever the environment says.
    trust_env = host not in LOOPBACK
    scheme = urlsplit(base_url).scheme
    proxy = _proxy(scheme, host) if trust_env else None

    @functools.cache
    def trust() -> ssl.SSLContext:
        # Reading the certificates takes as long as ten requests; without TLS none are needed, and none are trusted.
        speaks_tls = scheme == "https" or proxy is not None
        return httpx.create_ssl_context(trust_env=trust_env) if speaks_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    return lambda: httpx.AsyncHTTPTransport(limits=ONE, verify=trust(), trust_env=trust_env, proxy=proxy)


def is_digest(etag: str, content: bytes) -> bool:
    """Whether an ETag is the digest of what it came with, as web frameworks make them."""
    tag = etag.removeprefix("W/").strip('"')
    if len(tag) < 32 or not content:
        return False
    digests = (hashlib.md5(content, usedforsecurity=False), hashlib.sha1(content, usedforsecurity=False))
    return any(one.hexdigest() == tag for one in digests) or hashlib.sha256(content).hexdigest().startswith(tag)


def _proxy(scheme: str, host: str) -> str | None:
    if proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(scheme) or proxies.get("all")


def _parsed(response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return None
