"""Read what the state recorded of resources: by type, with their parents' names, and secrets that stay hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from infra.model.estate import Hidden, Kind, Subject, Thing
from infra.model.recorded import RecordedResource

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


Index = Mapping[tuple[str, str], RecordedResource]


class Read(NamedTuple):
    """One thing that the state recorded."""

    subject: Subject
    thing: Thing


@dataclass(frozen=True)
class State:
    """The recorded resources of a stack, and of the others that own what it refers to."""

    own: tuple[RecordedResource, ...]
    elsewhere: Index = field(default_factory=dict)

    def of(self, token: str) -> Iterator[RecordedResource]:
        """The stack's own resources of a type."""
        return (resource for resource in self.own if resource.type == token)

    def found(self, token: str, id: Any) -> RecordedResource | None:
        """The resource of a type with that id at the vendor, also where another stack recorded it."""
        place = (token, str(plain(id)))
        # The stack's own count where another stack recorded the same.
        return (self._by_id.get(place) or self.elsewhere.get(place)) if id else None

    @cached_property
    def _by_id(self) -> Index:
        return index(self.own)


Reader = Callable[[State, RecordedResource], Iterator[Read]]


def read_by(readers: Mapping[str, Reader], state: State) -> Iterator[Read]:
    """Every thing that the stack's own resources tell, each read by the reader of its type."""
    for resource in state.own:
        reader = readers.get(resource.type)
        if reader:
            yield from reader(state, resource)


def index(resources: Sequence[RecordedResource]) -> Index:
    """Resources by their type and the vendor's id; of two that are alike the first."""
    return {(one.type, id): one for one in reversed(resources) for id in _ids(one)}


def _ids(resource: RecordedResource) -> tuple[str, ...]:
    return (resource.id, str(plain(resource.outputs.get("uuid", resource.id))))


def parent_name(resource: RecordedResource) -> str:
    """The logical name of the component that a resource stands in."""
    return resource.parent.split("::", 3)[-1]


def parent_type(resource: RecordedResource) -> str:
    """The type of the component that a resource stands in."""
    parts = resource.parent.split("::")
    return parts[2].split("$")[-1] if len(parts) > 3 else ""


def said(resource: RecordedResource, name: str, default: Any = None) -> Any:
    """A property as the state has it: what the vendor answered, or else what was asked for."""
    for values in (resource.outputs, resource.inputs):
        if values.get(name) is not None:
            return values[name]
    return default


def plain(value: Any) -> Any:
    """The value of something that is no secret, even where the engine marked it as one."""
    if isinstance(value, Hidden):
        return document(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def document(value: Hidden) -> Any:
    """What is hidden as JSON, or its text where it is none."""
    try:
        return json.loads(value.reveal())
    except ValueError:
        return value.reveal()


def hidden(value: Any) -> Hidden:
    """A text that may be a secret."""
    return value if isinstance(value, Hidden) else Hidden(str(value))


def secret_map(value: Any) -> dict[str, Hidden]:
    """A map of secrets by name, whether each is one or the map as a whole."""
    opened = document(value) if isinstance(value, Hidden) else value
    return {key: hidden(item) for key, item in opened.items()} if isinstance(opened, Mapping) else {}


def names(values: Any) -> list[str]:
    """Texts whose order means nothing."""
    return sorted(map(str, plain(values) or ()))


def snake(value: Any) -> Any:
    """Nested properties in the vendor's spelling: ``nonFastForward`` is ``non_fast_forward``; nothing stays out."""
    if isinstance(value, Mapping):
        kept = {key: item for key, item in value.items() if item is not None and not key.startswith("__")}
        return {_HUMP.sub(r"_\1", key).lower(): snake(item) for key, item in kept.items()}
    return [snake(item) for item in value] if isinstance(value, list | tuple) else value


def read(vendor: str, kind: Kind, scope: str, name: str, fields: Mapping[str, Any], **more: Any) -> Read:
    """One thing, without the fields that nothing was said of."""
    told = {key: value for key, value in fields.items() if value is not None}
    return Read(Subject(vendor, kind, scope, name), Thing(told, owner="declared", **more))  # type: ignore[arg-type]


def by_id(things: Iterable[Read]) -> dict[str, Subject]:
    """The subjects by their vendor's id, as far as they have one."""
    return {thing.id: subject for subject, thing in things if thing.id}
