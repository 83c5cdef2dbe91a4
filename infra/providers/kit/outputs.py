"""What the plugin hands back: outputs with their secrets marked, previews of them, and inputs as they are live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.providers.kit.diff import Changes
from infra.providers.kit.fields import Field, Fields, Shape, by_wire, inputs_of, wire_name
from infra.providers.kit.resource import Old
from infra.providers.kit.values import Secret, Values, has_secret, plain


def is_secret(declared: Field) -> bool:
    """Whether the field, or anything inside it, is secret."""
    return declared.secret or _holds_secret(declared.shape)


def _holds_secret(shape: Shape) -> bool:
    inner = shape.item is not None and _holds_secret(shape.item)
    return inner or any(is_secret(declared) for declared in shape.fields.values())


def secret_names(*known: Mapping[str, Any]) -> set[str]:
    """The properties that hold a secret in any of the values (by wire name, secrets marked)."""
    return {name for values in known for name, value in values.items() if has_secret(value)}


def marked(fields: Fields, outputs: Mapping[str, Any], also: set[str]) -> Values:
    """Outputs by wire name, secret where a field says so or the program did (``also``)."""
    secret = {name for name, declared in by_wire(fields).items() if is_secret(declared)} | also
    return {name: Secret(plain(value)) if name in secret else value for name, value in outputs.items()}


def planned_create(fields: Fields, new: Mapping[str, Any]) -> Values:
    """The outputs that are certain before a create: the inputs; what is left out counts as unknown."""
    known = by_wire(inputs_of(fields))
    return {name: value for name, value in new.items() if name in known}


def planned_update(fields: Fields, old: Mapping[str, Any], new: Mapping[str, Any], changes: Changes) -> Values:
    """The outputs that are certain before an update: all but those that follow a changed input."""
    changed = {change.property for change in changes.values()}
    wire = {name: wire_name(name, declared) for name, declared in fields.items()}
    moving = {
        wire[name]
        for name, declared in fields.items()
        if declared.computed and changed & {wire[followed] for followed in declared.follows}
    }
    kept = {name: value for name, value in old.items() if name not in moving}
    dropped = {change.property for change in changes.values() if change.property not in new}
    return {name: value for name, value in {**kept, **new}.items() if name not in dropped}


def live_inputs(fields: Fields, old: Old, live: Mapping[str, Any]) -> Values:
    """Inputs by Python name as they are at the vendor: of an import all that matter, of a refresh the declared ones."""
    found: Values = {}
    for name, declared in inputs_of(fields).items():
        value = _live_input(declared, old, name, live.get(name))
        if value is not None:
            found[name] = value
    return found


def _live_input(declared: Field, old: Old, name: str, value: Any) -> Any:
    before = old.inputs.get(name)
    if declared.write_only:
        return before
    if old.imported:
        return None if value in (None, [], {}) or declared.equal(value, declared.default) else value
    if before is None:
        return None if declared.keep or declared.equal(value, declared.default) else _noticed(declared, value)
    if declared.shape.kind == "object" and isinstance(before, dict) and isinstance(value, dict):
        return {key: value[key] for key in before if value.get(key) is not None}
    return before if declared.equal(value, before) else value


def _noticed(declared: Field, value: Any) -> Any:
    """A live value that the program does not declare shows only where silence means the default, or none."""
    return value if declared.noticed or declared.default is not None else None


def marked_inputs(fields: Fields, inputs: Mapping[str, Any], before: Mapping[str, Any]) -> Values:
    """Inputs by wire name, secret at the same leaves as they were, and where the fields say so."""
    known = by_wire(fields)
    return {name: _marked_input(known[name], value, before.get(name)) for name, value in inputs.items()}


def _marked_input(declared: Field, value: Any, before: Any) -> Any:
    if is_secret(declared):
        return _leaves(value)
    if not has_secret(before):
        return value
    if isinstance(value, dict) and isinstance(before, dict):
        return {key: Secret(item) if has_secret(before.get(key)) else item for key, item in value.items()}
    return Secret(value)


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _leaves(item) for key, item in value.items()}
    return Secret(value)
