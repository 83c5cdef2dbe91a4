"""Pulumi's values as plain Python: what is unknown in a preview, what is secret, and the way over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from google.protobuf import struct_pb2

# Marks of Pulumi's property wire format (sdk/go/common/resource/sig and .../plugin/rpc.go).
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, not a secret
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN_MARKS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
UNKNOWN_MARK: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Values = dict[str, Any]


class Unknown(Enum):
    """The type of UNKNOWN: a value that is only known once the update has run."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that must not be shown."""

    value: Any

    def __repr__(self) -> str:
        return "***"


class UnsupportedValue(ValueError):
    """A value of a kind that no field takes (a file asset or archive)."""


def from_struct(struct: struct_pb2.Struct) -> Values:
    """Plain Python values, with Secret and UNKNOWN where the wire says so; nulls are left out."""
    return {key: value for key, value in _from_fields(struct).items() if value is not None}


def _from_fields(struct: struct_pb2.Struct) -> Values:
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_MARKS else value.string_value
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _from_object(value.struct_value)
    return None


def _number(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def _from_object(struct: struct_pb2.Struct) -> Any:
    mark = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""
    if mark == SECRET:
        return _secret(_from_value(struct.fields["value"]))
    if mark == OUTPUT:
        return _from_output(struct)
    if mark == RESOURCE:
        return _from_value(struct.fields["id"]) if "id" in struct.fields else UNKNOWN
    if mark in (ASSET, ARCHIVE):
        raise UnsupportedValue("a file or archive cannot be used here")
    return from_struct(struct)


def _from_output(struct: struct_pb2.Struct) -> Any:
    value = _from_value(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    return _secret(value) if struct.fields["secret"].bool_value else value


def _secret(value: Any) -> Secret:
    return value if isinstance(value, Secret) else Secret(value)


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """The wire form of plain values, Secret and UNKNOWN included."""
    struct = struct_pb2.Struct()
    struct.update({key: _to_wire(value) for key, value in values.items() if value is not None})
    return struct


def _to_wire(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_MARK
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": _to_wire(value.value)}
    if isinstance(value, Mapping):
        return {key: _to_wire(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_wire(item) for item in value]
    return value


def plain(value: Any) -> Any:
    """The value without its Secret wrappers, at every depth."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def has_secret(value: Any) -> bool:
    """Whether a secret is anywhere inside."""
    return isinstance(value, Secret) or any(has_secret(part) for part in _parts(value))


def has_unknown(value: Any) -> bool:
    """Whether anything inside is not known yet."""
    return value is UNKNOWN or any(has_unknown(part) for part in _parts(value))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Secret):
        return [value.value]
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
