"""How a resource's properties are declared: once, with everything that is derived from them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, Unpack

Kind = Literal["string", "boolean", "integer", "number", "list", "map", "object"]


@dataclass(frozen=True)
class Shape:
    """The type of a value: of what its items are made (list, map), or its own fields and name (object)."""

    kind: Kind
    item: Shape | None = None
    name: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)


class Options(TypedDict, total=False):
    """What can be said of a field besides its type; see Field."""

    required: bool
    secret: bool
    replace: bool
    replace_if: Callable[[Any, Any], bool] | None
    computed: bool
    keep: bool
    noticed: bool
    autoname: int
    default: Any
    write_only: bool
    follows: tuple[str, ...]
    choices: tuple[str, ...]
    same: Callable[[Any, Any], bool] | None
    wrong: Callable[[Any], str] | None
    wire: str


@dataclass(frozen=True)
class Field:
    """One property.

    required: must be given. secret: never shown. replace: a change makes a new resource.
    replace_if: whether a change from one value to another does. computed: only an output.
    keep: when the program stops declaring it, it stays as it is. noticed: when the program does not declare it, there
    is to be none, and one that is there shows. autoname: the longest name that is made up when none is given.
    default: what the vendor has when nothing is declared. write_only: the vendor never answers it.
    follows: the inputs whose change makes this output unknown. choices: the only values. same: whether an actual value
    satisfies a wanted one although it is spelled otherwise. wrong: says what is wrong with a value, or "".
    wire: its name on the wire.
    """

    help: str
    shape: Shape
    required: bool = False
    secret: bool = False
    replace: bool = False
    replace_if: Callable[[Any, Any], bool] | None = None
    computed: bool = False
    keep: bool = False
    noticed: bool = False
    autoname: int = 0
    default: Any = None
    write_only: bool = False
    follows: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    same: Callable[[Any, Any], bool] | None = None
    wrong: Callable[[Any], str] | None = None
    wire: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the property is ours alone and stays out of the schema."""
        return self.wire.startswith("__")

    def replaced_by(self, before: Any, after: Any) -> bool:
        """Whether a change between two plain values makes a new resource."""
        if self.replace or self.replace_if is None or not isinstance(after, type(before)):
            return self.replace
        return self.replace_if(before, after)

    def equal(self, actual: Any, wanted: Any) -> bool:
        """Whether a plain value of this field is what is wanted; an empty list or map is as good as none."""
        if actual in (None, [], {}) and wanted in (None, [], {}):
            return True
        if actual is None or wanted is None or self.same is None or not isinstance(wanted, type(actual)):
            return bool(actual == wanted)
        return self.same(actual, wanted)


Fields = Mapping[str, Field]


def string(help: str, **options: Unpack[Options]) -> Field:
    """A text."""
    return Field(help, Shape("string"), **options)


def boolean(help: str, **options: Unpack[Options]) -> Field:
    """True or false."""
    return Field(help, Shape("boolean"), **options)


def integer(help: str, **options: Unpack[Options]) -> Field:
    """A whole number."""
    return Field(help, Shape("integer"), **options)


def number(help: str, **options: Unpack[Options]) -> Field:
    """A number."""
    return Field(help, Shape("number"), **options)


def list_of(item: Field | Shape, help: str, **options: Unpack[Options]) -> Field:
    """An ordered list of one type."""
    return Field(help, Shape("list", _shape(item)), **options)


def map_of(item: Field | Shape, help: str, **options: Unpack[Options]) -> Field:
    """A map from texts of the user's choice to one type."""
    return Field(help, Shape("map", _shape(item)), **options)


def object_of(name: str, fields: Fields, help: str, **options: Unpack[Options]) -> Field:
    """An object with fields of its own; ``name`` is its type's token in the schema."""
    return Field(help, Shape("object", name=name, fields=fields), **options)


def same_members(actual: list[Any], wanted: list[Any]) -> bool:
    """Whether two lists hold the same, in whatever order."""
    return sorted(map(_ordered, actual)) == sorted(map(_ordered, wanted))


def _ordered(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


TEXT = Shape("string")


def _shape(item: Field | Shape) -> Shape:
    return item if isinstance(item, Shape) else item.shape


@functools.cache
def camel(name: str) -> str:
    """The wire name of a Python name: ``app_id`` is ``appId``."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def wire_name(name: str, declared: Field) -> str:
    """The name that ``declared``, called ``name`` in Python, has on the wire."""
    return declared.wire or camel(name)


def by_wire(fields: Fields) -> dict[str, Field]:
    """The fields by their wire names."""
    return {wire_name(name, declared): declared for name, declared in fields.items()}


def inputs_of(fields: Fields) -> dict[str, Field]:
    """The fields that a program may give, by Python name."""
    return {name: declared for name, declared in fields.items() if not declared.computed}


def to_python(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by Python names, from values by wire names; unknown names are left out."""
    named = {name: (declared, values.get(wire_name(name, declared))) for name, declared in fields.items()}
    return {name: _inside(d.shape, value, to_python) for name, (d, value) in named.items() if value is not None}


def to_wire(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by wire names, from values by Python names; a name that was never declared is a mistake."""
    return {
        wire_name(name, fields[name]): _inside(fields[name].shape, value, to_wire)
        for name, value in values.items()
        if value is not None
    }


def unfolded(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by wire names, with texts parsed that SDKs send as JSON where a provider's setting is no text."""
    known = by_wire(fields)
    return {name: _unfold(known[name].shape, value) if name in known else value for name, value in values.items()}


def _unfold(shape: Shape, value: Any) -> Any:
    if shape.kind == "string" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _inside(shape: Shape, value: Any, rename: Callable[[Fields, Mapping[str, Any]], dict[str, Any]]) -> Any:
    if shape.kind == "object" and isinstance(value, Mapping):
        return rename(shape.fields, value)
    if shape.kind == "list" and shape.item is not None and isinstance(value, list):
        return [_inside(shape.item, item, rename) for item in value]
    return value
