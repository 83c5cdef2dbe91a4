"""The whole estate as JSON: normalized, so that equal estates print the same text, or as the vendors' own objects."""

from __future__ import annotations

import json
import re
from typing import Any

from infra.localcloud.exchange import Vendor
from infra.localcloud.store import Store

_USER, _QUERY = re.compile(r"//[^/@\s]+@"), re.compile(r"\?\S+")
# Never part of the estate: who may call, what was asked, what is under way, and bytes.
_LEFT_OUT = ("account", "app_name", "authorization", "budget", "job", "oauth", "space_access", "token", "user")


def normalized(store: Store, vendors: dict[str, Vendor]) -> dict[str, Any]:
    """Every vendor's estate by its name; see ``Vendor.estate`` for what is left out.

    What one vendor made up may stand in a value of another (an app's address in a GitHub variable): it gets its
    natural name there too.
    """
    text = json.dumps({name: vendors[name].estate(store) for name in sorted(vendors)})
    for vendor in vendors.values():
        for made_up, natural in vendor.aliases(store).items():
            text = text.replace(json.dumps(made_up)[1:-1], json.dumps(natural)[1:-1])
    estates: dict[str, Any] = json.loads(text)
    return estates


def raw(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every object as the vendors answer it, by kind; no private keys and no secrets' values."""
    return {kind: [_shown(kind, body) for body in store.find(kind)] for kind in store.kinds() if _is_estate(kind)}


def _is_estate(kind: str) -> bool:
    vendor, _, noun = kind.partition(".")
    return vendor != "cloud" and not any(noun.startswith(word) for word in _LEFT_OUT)


def _shown(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind.endswith("config_vars"):
        return {"names": sorted(body.get("values", body))}
    return {name: _masked(value) for name, value in body.items() if not name.startswith("_")}


def _masked(value: Any) -> Any:
    """Addresses without their user names, passwords and queries, which may be secrets."""
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if not isinstance(value, str) or "://" not in value:
        return value
    return _QUERY.sub("?***", _USER.sub("//***@", value))
