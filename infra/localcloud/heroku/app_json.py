"""``app.json``: what an app needs, as its source says it."""

from __future__ import annotations

import io
import json
import secrets
import tarfile
from dataclasses import dataclass, field
from typing import Any

from infra.localcloud.heroku.config_vars import is_name

Body = dict[str, Any]


@dataclass(frozen=True)
class Manifest:
    """The parts of an ``app.json`` that the local cloud goes by."""

    config_vars: dict[str, str] = field(default_factory=dict)
    addons: list[tuple[str, str | None]] = field(default_factory=list)
    """Plan, and the name it is attached as."""
    buildpacks: list[str] = field(default_factory=list)
    formation: dict[str, Body] = field(default_factory=dict)
    postdeploy: str | None = None
    success_url: str | None = None


class ManifestErrors(Exception):
    """What is wrong with an ``app.json``, all at once."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("; ".join(errors))


def manifest_in(archive: bytes, given: dict[str, str], environment: str = "") -> Manifest:
    """Read the ``app.json`` of a source archive (none is an empty one); ``given`` are config vars that override it.

    ``environment`` names a section of ``environments`` whose keys win: ``review``.
    """
    document = _document(archive)
    sections = document.get("environments")
    if environment and isinstance(sections, dict) and isinstance(sections.get(environment), dict):
        document = {**document, **sections[environment]}
    errors: list[str] = []
    manifest = Manifest(
        _config_vars(document.get("env", {}), given, errors),
        _addons(document.get("addons", []), errors),
        _buildpacks(document.get("buildpacks", []), errors),
        _formation(document.get("formation", {}), errors),
        _text(document.get("scripts", {}), "postdeploy"),
        _text(document, "success_url"),
    )
    if errors:
        raise ManifestErrors(errors)
    return manifest


def _document(archive: bytes) -> Body:
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            text = _app_json(tar)
    except tarfile.TarError:
        raise ManifestErrors(["The source is not a tar archive."]) from None
    try:
        document = json.loads(text or b"{}")
    except (ValueError, RecursionError):
        raise ManifestErrors(["app.json is not JSON."]) from None
    if not isinstance(document, dict):
        raise ManifestErrors(["app.json is not an object."])
    return document


def _app_json(tar: tarfile.TarFile) -> bytes | None:
    for member in sorted(tar.getmembers(), key=lambda one: one.name.count("/")):
        parts = [part for part in member.name.split("/") if part not in ("", ".")]
        file = tar.extractfile(member) if parts[-1:] == ["app.json"] and len(parts) <= 2 and member.isfile() else None
        if file is not None:
            return file.read()
    return None


def _config_vars(env: Any, given: dict[str, str], errors: list[str]) -> dict[str, str]:
    values = dict(given)
    if not isinstance(env, dict):
        errors.append("env is not an object.")
        return values
    for name, told in env.items():
        if name in values:
            continue
        value = _value(told)
        if not is_name(name):
            errors.append(f"env: {name} is no name for a config var.")
        elif value is not None:
            values[name] = value
        elif not (isinstance(told, dict) and told.get("required") is False):
            errors.append(f"env: {name} is required and has no value.")
    return values


def _value(told: Any) -> str | None:
    if isinstance(told, str):
        return told
    if isinstance(told, dict) and told.get("generator") == "secret":
        return secrets.token_hex(32)
    return str(told["value"]) if isinstance(told, dict) and told.get("value") is not None else None


def _addons(items: Any, errors: list[str]) -> list[tuple[str, str | None]]:
    addons: list[tuple[str, str | None]] = []
    for item in items if isinstance(items, list) else [None]:
        if isinstance(item, str):
            addons.append((item, None))
        elif isinstance(item, dict) and isinstance(item.get("plan"), str):
            addons.append((item["plan"], _text(item, "as")))
        else:
            errors.append("addons is not a list of plans.")
    return addons


def _buildpacks(items: Any, errors: list[str]) -> list[str]:
    urls = (
        [item.get("url") if isinstance(item, dict) else None for item in items] if isinstance(items, list) else [None]
    )
    if not all(isinstance(url, str) for url in urls):
        errors.append("buildpacks is not a list of objects with a url.")
        return []
    return [str(url) for url in urls]


def _formation(formation: Any, errors: list[str]) -> dict[str, Body]:
    if not isinstance(formation, dict) or not all(isinstance(one, dict) for one in formation.values()):
        errors.append("formation is not an object of objects.")
        return {}
    known = ("quantity", "size")
    return {
        name: {key: one[key] for key in known if isinstance(one.get(key), int | str)} for name, one in formation.items()
    }


def _text(document: Any, name: str) -> str | None:
    value = document.get(name) if isinstance(document, dict) else None
    return value if isinstance(value, str) else None
