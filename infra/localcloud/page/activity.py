"""What goes on: the latest requests and the faults that are switched on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.localcloud.faults import Switchboard
from infra.localcloud.page.masks import masked_path
from infra.localcloud.store import Store

SHOWN_REQUESTS = 20
_LONGEST_CLIENT = 40


@dataclass(frozen=True)
class Request:
    """One request of a vendor's client; ``tone`` is ``fine``, ``refused`` or ``failed``."""

    number: int
    at: datetime
    method: str
    path: str
    parameters: tuple[str, ...]
    status: str
    tone: str
    milliseconds: float
    account: str
    client: str


@dataclass(frozen=True)
class ActiveFault:
    """A fault in words: what happens, to which requests, how often it has and how often it still will."""

    id: str
    what: str
    whom: str
    met: int
    left: str


def latest_requests(store: Store) -> tuple[Request, ...]:
    """The latest requests, newest first."""
    return tuple(_request(entry) for entry in store.latest_requests(SHOWN_REQUESTS))


def active_faults(switchboard: Switchboard) -> tuple[ActiveFault, ...]:
    """The faults that are on and not used up."""
    listing = switchboard.listing()
    return tuple(_fault(one) for one in listing if one["count"] is None or one["met"] < one["count"])


def _request(entry: dict[str, Any]) -> Request:
    return Request(
        number=entry["number"],
        at=datetime.fromisoformat(entry["at"]),
        method=entry["method"],
        path=masked_path(entry["path"]),
        parameters=tuple(entry["query"]),
        status=str(entry["status"]),
        tone=_tone(entry["status"]),
        milliseconds=entry["milliseconds"],
        account=entry["account"],
        client=entry["client"].split(" ")[0][:_LONGEST_CLIENT],
    )


def _tone(status: int | str) -> str:
    if not isinstance(status, int) or status >= 500:
        return "failed"
    return "refused" if status >= 400 else "fine"


def _fault(one: dict[str, Any]) -> ActiveFault:
    left = "until cleared" if one["count"] is None else f"{one['count'] - one['met']} more"
    return ActiveFault(one["id"], _what(one), _whom(one), one["met"], left)


def _what(one: dict[str, Any]) -> str:
    retry = "" if one["retry_after"] is None else f", retry after {one['retry_after']} s"
    return {
        "rate_limit": f"rate limit (429{retry})",
        "status": f"fails with {one['status']}{retry}",
        "slow": f"slow by {one['milliseconds']} ms",
        "drop_before": "connection dropped before the write",
        "drop_after": "connection dropped after the write",
        "pause_before": "held before the write until released",
        "pause_after": "held after the write until released",
    }[one["kind"]]


def _whom(one: dict[str, Any]) -> str:
    said = [one["vendor"], one["method"].upper(), one["path"]]
    return " ".join(part for part in said if part) or "every request"
