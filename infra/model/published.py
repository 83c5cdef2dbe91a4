"""What may be published of a stack's state, for previews that have no secrets.

It holds names, ids, and values that the code itself tells in clear; everything else is a keyed fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from infra.errors import TwelvefoldError
from infra.model.prices import Prices
from infra.model.urn import type_of

VERSION: Final = 1
LARGEST: Final = 20_000_000
MARK: Final = "twelvefold:secret"


class Veiled(str):
    """What stands for a value that is not told: ``secret FINGERPRINT``, or ``sealed DIGEST`` of how the code has it.

    It is never equal to a plain text, whatever that says.
    """

    __slots__ = ()

    @classmethod
    def of(cls, fingerprint: str) -> Veiled:
        """The veil over a value with that keyed fingerprint."""
        return cls(f"secret {fingerprint}")

    @property
    def fingerprint(self) -> str:
        """The value's keyed fingerprint, or "" where only its sealed form is known."""
        return self.removeprefix("secret ") if self.startswith("secret ") else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Veiled) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((Veiled, str(self)))


@dataclass(frozen=True)
class PublishedResource:
    """One resource as it was recorded, without anything secret."""

    urn: str
    id: str = ""
    parent: str = ""
    protect: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The resource's type token, without its parents."""
        return type_of(self.urn)


@dataclass(frozen=True)
class PublishedStack:
    """One stack: its resources by URN, and what the symbols of the code stand for (lookups, sealed values)."""

    resources: Mapping[str, PublishedResource] = field(default_factory=dict)
    symbols: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedState:
    """All published stacks of a project, with the commit and time that they stand for."""

    project: str
    made_at: datetime
    commit: str = ""
    stacks: Mapping[str, PublishedStack] = field(default_factory=dict)
    prices: Prices | None = None
    """Heroku's prices of the time, which are public, for who has no token to read them with."""


def write_published(state: PublishedState) -> str:
    """The state as one JSON document."""
    document = {
        "twelvefold_snapshot": VERSION,
        "project": state.project,
        "made_at": state.made_at.isoformat(),
        "commit": state.commit,
        "stacks": {name: _stack_document(stack) for name, stack in state.stacks.items()},
        "prices": None if state.prices is None else {"plans": state.prices.plans, "dynos": state.prices.dynos},
    }
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_published(text: str, where: str) -> PublishedState:
    """The state that ``write_published`` wrote; anything else is an error that names ``where`` it stood."""
    if len(text) > LARGEST:
        raise _unusable(f"more than {LARGEST:,} characters", where)
    try:
        document = json.loads(text)
        if document["twelvefold_snapshot"] != VERSION:
            raise _unusable("another version of Twelvefold wrote it", where)
        return PublishedState(
            project=_text(document["project"]),
            made_at=datetime.fromisoformat(_text(document["made_at"])),
            commit=_text(document["commit"]),
            stacks={_text(name): _read_stack(stack) for name, stack in document["stacks"].items()},
            prices=_read_prices(document["prices"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise _unusable(f"it is not what `twelvefold snapshot` writes ({type(fault).__name__})", where) from None


def _unusable(why: str, where: str) -> TwelvefoldError:
    return TwelvefoldError(f"the snapshot cannot be used: {why}", where=where, todo="Publish it anew from main.")


def _stack_document(stack: PublishedStack) -> dict[str, Any]:
    resources = [
        {
            "urn": one.urn,
            "id": one.id,
            "parent": one.parent,
            "protect": one.protect,
            "inputs": to_json(one.inputs),
            "outputs": to_json(one.outputs),
        }
        for one in stack.resources.values()
    ]
    return {"resources": resources, "symbols": to_json(stack.symbols)}


def _read_stack(document: Any) -> PublishedStack:
    resources = [_read_resource(one) for one in document["resources"]]
    return PublishedStack({one.urn: one for one in resources}, dict(from_json(document["symbols"])))


def _read_resource(document: Any) -> PublishedResource:
    urn = _text(document["urn"])
    if urn.count("::") < 3:
        raise ValueError(urn)
    return PublishedResource(
        urn,
        id=_text(document["id"]),
        parent=_text(document["parent"]),
        protect=document["protect"] is True,
        inputs=dict(from_json(document["inputs"])),
        outputs=dict(from_json(document["outputs"])),
    )


def _read_prices(document: Any) -> Prices | None:
    if document is None:
        return None
    tables = [{_text(name): _cents(cents) for name, cents in document[kind].items()} for kind in ("plans", "dynos")]
    return Prices(*tables)


def _cents(value: Any) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def to_json(value: Any) -> Any:
    """Plain JSON, with each veiled value under a mark."""
    if isinstance(value, Veiled):
        return {MARK: value.fingerprint}
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    """What ``to_json`` made plain."""
    if isinstance(value, dict):
        if set(value) == {MARK}:
            return Veiled.of(_text(value[MARK]))
        return {key: from_json(item) for key, item in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value
