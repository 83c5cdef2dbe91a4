"""Addresses, ids and times the way GitHub writes them."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from infra.localcloud.store import Store

MOUNT = "/api/v3"
SITE = "https://github.com"
"""Pages and clone addresses name the real site: they must not change with the local cloud's port."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_FIRST_ID = 1000


def api_url(base_url: str, *parts: str) -> str:
    """The API address of a path given in unescaped parts, ``api_url(base, "repos", owner, name)``."""
    return f"{base_url}{MOUNT}/" + "/".join(quote(part, safe="") for part in parts)


def site_url(*parts: str) -> str:
    """The address of a page on the site."""
    return "/".join([SITE, *(quote(part, safe="") for part in parts)])


def new_id(store: Store) -> int:
    """A fresh integer id, unique among everything GitHub numbers here."""
    return _FIRST_ID + store.next_number("github.id")


def node_id(prefix: str, number: int) -> str:
    """The global node id of a numbered object, for example ``R_kgDOAAAD6Q`` for a repository."""
    return f"{prefix}_kgDO{base64.urlsafe_b64encode(number.to_bytes(5, 'big')).decode().rstrip('=')}"


def stamp(now: datetime) -> str:
    """A time as GitHub writes it: UTC, whole seconds, ``Z``."""
    return now.astimezone(UTC).strftime(_TIME)


def later_stamp(now: datetime, previous: str) -> str:
    """The time of a change, always after ``previous``.

    GitHub's times have whole seconds and a secret shows a change by nothing else, so two changes within one second
    must not look like one.
    """
    soonest = datetime.strptime(previous, _TIME).replace(tzinfo=UTC) + timedelta(seconds=1)
    return stamp(max(now.astimezone(UTC), soonest))


def sha1_of(text: str) -> str:
    """A git-like object id for invented commits and trees."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
