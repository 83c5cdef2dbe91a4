"""What a resource is to the kit: a token, its fields, and four verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from infra.providers.kit.context import Context
from infra.providers.kit.fields import Fields
from infra.providers.kit.values import Values

Client = TypeVar("Client")
Failures = list[tuple[str, str]]
Listing = list[tuple[str, str]]


@dataclass(frozen=True)
class Made:
    """What a create made: its id and its properties by Python name (no values in its repr)."""

    id: str
    outputs: Values = field(repr=False)


@dataclass(frozen=True)
class Live:
    """What a read found; the inputs are derived from the outputs where ``inputs`` doesn't override them."""

    id: str
    outputs: Values = field(repr=False)
    inputs: Values = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Old:
    """What the state holds: both inputs and outputs by Python name; empty inputs and outputs mean an import."""

    inputs: Values = field(repr=False)
    outputs: Values = field(repr=False)

    @property
    def imported(self) -> bool:
        """Whether nothing is known yet but the id that the person gave."""
        return not self.inputs and not self.outputs

    def get(self, name: str, default: Any = None) -> Any:
        """A property as it was last known: the output, else the input."""
        value = self.outputs.get(name, self.inputs.get(name))
        return default if value is None else value

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value


async def refuses_update(_client: Any, _id: str, old: Old, _new: Values, _context: Context) -> Values:
    """The update of a resource whose every field makes a new one: nothing is left to change."""
    return dict(old.outputs)


async def stays(_client: Any, _id: str, _old: Old, _context: Context) -> None:
    """The delete of what the vendor keeps, or never had: only the state forgets it."""


def nothing_wrong(_new: Values) -> Failures:
    """The check of a resource whose fields say everything."""
    return []


def finished(_outputs: Values) -> str:
    """The word on a resource that is never waited for beyond its create and update."""
    return ""


@dataclass(frozen=True)
class Lister(Generic[Client]):
    """Finds every one of a type that the account can see, as (id to import, name); ``by`` is what narrows the search.

    It is asked with the values of the properties in ``by``, or with none.
    """

    find: Callable[[Client, Values], Awaitable[Listing]]
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource(Generic[Client]):
    """A resource type.

    natural_key: the fields that are unique at the vendor, so that the old one must go before its replacement comes.
    check: what is wrong with values that are right one by one, as (property, reason). differs: asks whether something
    changed that the state cannot know (only for a resource whose state says so itself), and answers its properties.
    holds: says what data would be lost with it, or "": then it is neither replaced nor deleted unless its input
    ``allow_data_loss`` (or the provider's setting of that name) says so. list: finds what can be imported.
    unfinished: says of outputs what is still waited for, or "", so that a refresh does not make the engine forget it.
    """

    token: str
    help: str
    fields: Fields
    create: Callable[[Client, Values, Context], Awaitable[Made]]
    read: Callable[[Client, str, Old], Awaitable[Live | None]]
    delete: Callable[[Client, str, Old, Context], Awaitable[None]]
    update: Callable[[Client, str, Old, Values, Context], Awaitable[Values]] = refuses_update
    import_id: str = "its id"
    natural_key: tuple[str, ...] = ()
    check: Callable[[Values], Failures] = nothing_wrong
    differs: Callable[[Client, str, Old, Values], Awaitable[tuple[str, ...]]] | None = None
    holds: Callable[[Client, str, Old], Awaitable[str]] | None = None
    list: Lister[Client] | None = None
    unfinished: Callable[[Values], str] = finished


@dataclass(frozen=True)
class Function(Generic[Client]):
    """A lookup: arguments in, results out, nothing changed."""

    token: str
    help: str
    arguments: Fields
    results: Fields
    call: Callable[[Client, Values], Awaitable[Values]]
