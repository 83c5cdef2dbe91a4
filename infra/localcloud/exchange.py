"""What a request and an answer are inside the local cloud, for both vendors alike.

A vendor is a package (``heroku``, ``github``) that offers what the ``Vendor`` protocol below names. ``app.py`` sends
every request the same way: request log, faults, ``authenticate``, ``admit``, ``settle`` and the route in one store
transaction, ``finish``. A ``Refusal`` raised anywhere on that way becomes the vendor's own error body (``refuse``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from infra.localcloud.store import Store


@dataclass(frozen=True)
class Settings:
    """How the local cloud behaves: add-on provisioning in seconds, budgets in requests."""

    provisioning_seconds: float = 0.2
    heroku_rate_limit: int = 4500
    heroku_refill_per_minute: int = 75
    github_rate_limit: int = 5000
    heroku_app_limit: int | None = None
    """Heroku allows an account or team 100 apps; ``None`` is no limit."""


def changed_settings(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings with some changed; raises ValueError for an unknown name or a value of the wrong type."""
    for name, value in changes.items():
        known = getattr(settings, name, None) if name in asdict(settings) else ""
        optional = name == "heroku_app_limit"
        fits = value is None if optional and value is None else isinstance(value, int | float) and value >= 0
        if known == "" or isinstance(value, bool) or not fits:
            raise ValueError(f"{name} cannot be {value!r}: settings are numbers, named {', '.join(asdict(settings))}")
    return replace(settings, **changes)


@dataclass(frozen=True)
class Caller:
    """Whose token came with a request: the account's stored body and what the token may do."""

    account: dict[str, Any]
    scopes: frozenset[str]
    name: str
    """What the request log calls the caller: an email address or a login, ``""`` for nobody."""


@dataclass(frozen=True)
class Call:
    """One request as a route function sees it; ``params`` are the path's parts, percent-decoded."""

    store: Store
    now: datetime
    account: dict[str, Any]
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]
    """Lower-case names."""
    base_url: str
    """Scheme, host and port the client used, without a trailing slash: ``http://127.0.0.1:4567``."""
    method: str = "GET"
    path: str = ""
    """The path below the vendor's mount (``/repos/o/r``), still percent-encoded, without the query."""
    scopes: frozenset[str] = frozenset()
    raw: bytes = b""
    """The body's bytes as they came."""
    scope: str = ""
    """What the route asks the token for (the fourth part of its ``Route``)."""
    request_id: str = ""
    """A fresh UUID for this request."""
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True)
class Answer:
    """What a route answers; a body of ``bytes`` is sent as it is, anything else but ``None`` as JSON."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A vendor's no, in its words; ``extra`` joins the error body, ``headers`` the answer."""

    def __init__(
        self,
        status: int,
        id: str,
        message: str,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.id = id
        self.message = message
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        super().__init__(f"{status} {id}: {message}")


Route = tuple[str, str, Callable[[Call], Answer], str]
"""Method, path template, function, scope asked of the token (``""``: none).

A template's ``{name}`` takes one segment, ``{name:path}`` the rest of the path with its slashes. Literal segments win
over parameters.
"""


class Vendor(Protocol):
    """What a vendor's package offers at its door (a module satisfies this)."""

    ROUTES: list[Route]
    """Mounted at ``/`` for Heroku, at ``/api/v3`` for GitHub; GitHub's ``GRAPHQL_ROUTES`` are mounted at ``/api``."""

    def authenticate(self, store: Store, headers: Mapping[str, str]) -> Caller:
        """Whose token this is; raises a Refusal for none or a wrong one."""

    def caller_named(self, store: Store, name: str) -> Caller:
        """The account with that email address or login, allowed everything (for calls made by hand), or a Refusal."""

    def admit(self, call: Call) -> None:
        """Check ``call.scope`` and other preconditions and count the request against its budget, or raise a Refusal.

        Runs in a store transaction of its own, so that what it counts stays counted when the route refuses.
        """

    def settle(self, store: Store, now: datetime) -> None:
        """Let what was under way become true when its time has come (an add-on being provisioned)."""

    def refuse(self, refusal: Refusal) -> Answer:
        """The vendor's error body; the frame itself raises ``not_implemented`` (501) and ``bad_request`` (400)."""

    def finish(self, call: Call, answer: Answer) -> Answer:
        """Add the vendor's headers (ETag and 304, limits, request id); sees refused answers too.

        For an unauthenticated request ``call.account`` is ``{}``. Runs in a store transaction of its own.
        """

    def seed(self, store: Store, document: Mapping[str, Any], now: datetime) -> None:
        """Create what the vendor's part of a seed document names; a token comes as ``token`` or as ``token_sha256``."""

    def aliases(self, store: Store) -> dict[str, str]:
        """For each text that the vendor made up at random, what stands in its place in an export."""

    def estate(self, store: Store) -> dict[str, Any]:
        """Everything the vendor holds as nested plain data for the export.

        Natural names instead of ids; no times, tokens, counters or random parts; lists sorted; secret values only as
        ``store.fingerprint(value)``. Accounts, tokens and budgets are left out. Equal estates give equal text.
        """
