"""What a program declares: resources by name, with inputs that may be the ids of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ref:
    """The id of another resource of the program."""

    name: str


@dataclass(frozen=True)
class Declared:
    """A resource as the program declares it; inputs, and lists in them, may hold Refs; it is made ``after`` others."""

    token: str
    inputs: Mapping[str, Any]
    after: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The resources that come before it."""
        return tuple(dict.fromkeys((*_names(list(self.inputs.values())), *self.after)))

    def inputs_with(self, ids: Mapping[str, Any]) -> dict[str, Any]:
        """Its inputs with ``ids`` in the place of Refs."""
        return {key: _with_ids(value, ids) for key, value in self.inputs.items()}


Program = Mapping[str, Declared]


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value.name
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def _with_ids(value: Any, ids: Mapping[str, Any]) -> Any:
    if isinstance(value, Ref):
        return ids[value.name]
    return [_with_ids(item, ids) for item in value] if isinstance(value, list) else value
