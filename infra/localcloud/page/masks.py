"""What of an address may be shown: secrets hide in user names, paths, queries and host names."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

DOTS = "•••"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DRAIN = re.compile(r"(?<=/log-drains/).+", re.DOTALL)
_ADDRESS = re.compile(r"(:|%3A)(/|%2F).*", re.DOTALL | re.IGNORECASE)


def host_of(url: str) -> str:
    """A URL's host, and nothing else of it."""
    return _split(url).hostname or DOTS


def masked_drain(url: str) -> str:
    """A drain's scheme and the last two labels of its host: log services put tokens before those."""
    parts = _split(url)
    return f"{parts.scheme or DOTS}://{_masked_host(parts.hostname or '')}"


def masked_path(path: str) -> str:
    """A request's path without what a client may have put into it: a drain may be named by its whole URL."""
    path = _DRAIN.sub(lambda found: found.group() if _ID.fullmatch(found.group()) else DOTS, path)
    return _ADDRESS.sub(f":{DOTS}", path)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        return parts if parts.hostname is not None else urlsplit("")
    except ValueError:
        return urlsplit("")


def _masked_host(host: str) -> str:
    labels = host.split(".")
    if len(labels) < 2 or _is_number(host):
        return DOTS
    return ".".join([DOTS, *labels[-2:]])


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
