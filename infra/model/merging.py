"""Put documents together: the environment over the service, what all apps share under each, the engine's word last."""

from __future__ import annotations

from collections.abc import Collection
from itertools import zip_longest
from typing import Any

from infra.model.scalars import Ambiguous
from infra.model.values import Path, Secret, Unsettled


def merge(service: Any, environment: Any) -> Any:
    """Maps merge key by key, anything else replaces, and ``null`` removes."""
    return _without_nulls(_overlay(service, environment))


def combine(service: dict[str, Any], environment: dict[str, Any], shared: Collection[str]) -> dict[str, Any]:
    """The merged document, where each of ``apps`` also has those settings beside them that are ``shared``.

    What an app says itself wins, and its ``null`` takes away what it would share.
    """
    layered = _overlay(service, environment)
    document: dict[str, Any] = _without_nulls(layered)
    apps = layered.get("apps")
    if isinstance(apps, dict) and isinstance(document.get("apps"), dict):
        defaults = {key: value for key, value in document.items() if key in shared}
        document["apps"] = {
            key: merge(defaults, apps[key]) if isinstance(app, dict) else app for key, app in document["apps"].items()
        }
    return document


def _overlay(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{key: _overlay(below.get(key), value) for key, value in above.items()}}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def settle(written: Any, live: Any, secret: bool, path: Path) -> Any:
    """The engine's value, told in the terms of the file where the file shows the same.

    ``secret`` says whether something under this key is one. What the file shows as a secret stays one; text that no
    file shows may be one, so it comes back ``Unsettled``.
    """
    if isinstance(live, dict):
        known = written if isinstance(written, dict) else {}
        return {key: settle(known.get(key), item, secret, (*path, key)) for key, item in live.items()}
    if isinstance(live, list):
        known_items = (written if isinstance(written, list) else [])[: len(live)]
        pairs = enumerate(zip_longest(known_items, live))
        return [settle(old, new, secret, (*path, index)) for index, (old, new) in pairs]
    if live is None or _same(written, live):
        return written if live is not None else None
    return Unsettled(path, live) if secret and isinstance(live, str) else live


def _same(written: Any, live: Any) -> bool:
    """Whether the file shows what the engine has: then its terms say more (a secret's place, a number's spelling)."""
    if isinstance(written, Secret):
        return isinstance(live, str)
    if isinstance(written, Ambiguous):
        return not isinstance(live, bool)
    return type(written) is type(live) and bool(written == live)
