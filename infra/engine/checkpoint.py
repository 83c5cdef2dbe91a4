"""Where a folder of states keeps that of one stack: reading it needs no start of the engine."""

from __future__ import annotations

import glob
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

Json = dict[str, Any]
# What this reads; anything else is for the engine.
VERSION = 3


class Unclear(Exception):
    """The engine has to be asked: the state is kept in a way that is not understood here."""


def backend_of(project: Path, environ: Mapping[str, str]) -> str:
    """The address of the backend: from the environment, else from ``Pulumi.yaml``; "" when neither says."""
    backend = settings_of(project).get("backend")
    named = backend.get("url", "") if isinstance(backend, dict) else ""
    return environ.get("PULUMI_BACKEND_URL") or str(named)


def settings_of(project: Path) -> Json:
    """What stands in ``Pulumi.yaml``, every scalar as text."""
    document = yaml.load((project / "Pulumi.yaml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    return document if isinstance(document, dict) else {}


def read_checkpoint(backend: str, project: str, stack: str) -> Json | None:
    """The deployment that a ``file://`` backend keeps of a stack, or None when it has no such stack.

    Raises Unclear for another backend, several candidates, or another format.
    """
    if not backend.startswith("file://") or "/" in stack:
        raise Unclear("not a folder")
    folder = _folder(backend) / ".pulumi"
    scoped = (folder / "meta.yaml").is_file()
    place = folder / "stacks" / project if scoped else folder / "stacks"
    found = [path for path in (place / f"{stack}.json", place / f"{stack}.json.gz") if path.is_file()]
    if len(found) > 1:
        raise Unclear("kept twice")
    if not found:
        _check_folder(folder, project, scoped)
    return _deployment(found[0]) if found else None


def read_history(backend: str, project: str, stack: str, newest: int) -> list[Json]:
    """The last runs that a ``file://`` backend keeps of a stack, oldest first; raises Unclear for other backends."""
    if not backend.startswith("file://") or "/" in stack:
        raise Unclear("not a folder")
    folder = _folder(backend) / ".pulumi"
    scoped = (folder / "meta.yaml").is_file()
    place = folder / "history" / project / stack if scoped else folder / "history" / stack
    # Their names end in the time, to the nanosecond.
    found = sorted(place.glob(f"{glob.escape(stack)}-*.history.json*"), key=lambda path: path.name)
    runs = [path for path in found if path.suffix in (".json", ".gz")]
    try:
        return [json.loads(_bytes(path)) for path in runs[-newest:]]
    except (OSError, ValueError):
        raise Unclear("not readable") from None


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _folder(backend: str) -> Path:
    # `file://~` and `file://./x` are the engine's own spellings, and depend on where it is started.
    parts = urlsplit(backend)
    if parts.netloc or not parts.path.startswith("/"):
        raise Unclear("a relative folder")
    return Path(unquote(parts.path))


def _check_folder(folder: Path, project: str, scoped: bool) -> None:
    if not folder.is_dir() or (not scoped and (folder / "stacks" / project).is_dir()):
        raise Unclear("no states there")


def _deployment(path: Path) -> Json:
    try:
        document = json.loads(_bytes(path))
        if document["version"] != VERSION:
            raise Unclear("another version")
        latest: Json = document["checkpoint"].get("latest") or {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Unclear("not readable") from None
    return latest
