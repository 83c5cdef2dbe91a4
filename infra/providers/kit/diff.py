"""What changed between the state's inputs and the program's, property by property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from infra.providers.kit.fields import Field, Fields, by_wire, inputs_of, wire_name

ChangeKind = Literal["add", "update", "delete"]
PLAIN_KEY = re.compile(r"^[A-Za-z_]\w*$")


@dataclass(frozen=True)
class Change:
    """One change; ``property`` is the top-level wire name that its path starts with; not of an input if ``output``."""

    property: str
    kind: ChangeKind
    replace: bool = False
    output: bool = False


Changes = dict[str, Change]


def changes_between(
    fields: Fields, old: Mapping[str, Any], new: Mapping[str, Any], *, ignored: Sequence[str] = ()
) -> Changes:
    """Changes by property path (``configVars.LOG_LEVEL``), of plain inputs by wire name."""
    found: Changes = {}
    for name, declared in by_wire(inputs_of(fields)).items():
        before, after = old.get(name), new.get(name)
        if after is None and (declared.keep or declared.equal(before, declared.default)):
            continue
        if before is None and after is not None and declared.equal(after, declared.default):
            continue
        if not declared.equal(before, after):
            found |= _inside(name, declared, name, before, after)
    return {path: change for path, change in found.items() if not _is_ignored(path, ignored)}


def _inside(name: str, declared: Field, path: str, before: Any, after: Any) -> Changes:
    if isinstance(before, dict) and isinstance(after, dict):
        return _keys(name, declared, path, before, after)
    if declared.shape.kind == "map" and isinstance(after, dict) and before is None:
        return _keys(name, declared, path, {}, after) or {path: Change(name, "add", declared.replace)}
    return {path: Change(name, _kind(before, after), declared.replaced_by(before, after))}


def _keys(name: str, declared: Field, path: str, before: dict[str, Any], after: dict[str, Any]) -> Changes:
    nested = by_wire(declared.shape.fields)
    found: Changes = {}
    for key in sorted({*before, *after}):
        inner = nested.get(key)
        one, other = before.get(key), after.get(key)
        if one == other or (inner is not None and _unmoved(inner, one, other)):
            continue
        replace = declared.replace or (inner is not None and inner.replace)
        found[join(path, key)] = Change(name, _kind(one, other), replace)
    return found


def _unmoved(inner: Field, before: Any, after: Any) -> bool:
    if after is None and (inner.keep or inner.equal(before, inner.default)):
        return True
    return inner.equal(before, after) or (before is None and inner.equal(after, inner.default))


def _kind(before: Any, after: Any) -> ChangeKind:
    if before is None:
        return "add"
    return "delete" if after is None else "update"


def join(path: str, key: str) -> str:
    """The path of ``key`` inside ``path``, quoted where Pulumi's syntax needs it."""
    if PLAIN_KEY.match(key):
        return f"{path}.{key}"
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{quoted}"]'


def _is_ignored(path: str, ignored: Sequence[str]) -> bool:
    return any(
        path == one or path.startswith((f"{one}.", f"{one}[")) or one == "*" or _matches(path, one) for one in ignored
    )


def _matches(path: str, pattern: str) -> bool:
    if "*" not in pattern:
        return False
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, path) is not None


def must_go_first(natural_key: Sequence[str], fields: Fields, changes: Changes) -> bool:
    """Whether the old resource must be deleted before its replacement, as both would have the same natural key."""
    changed = {change.property for change in changes.values()}
    key = {wire_name(name, fields[name]) for name in natural_key}
    return bool(key) and not key & changed


def replacing(changes: Changes) -> list[str]:
    """The properties whose change makes a new resource."""
    return sorted({change.property for change in changes.values() if change.replace})
