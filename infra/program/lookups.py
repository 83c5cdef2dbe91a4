"""Ask a provider for something that another stack, or a person, made; and the engine for what it recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pulumi

from infra.errors import TwelvefoldError

Found = TypeVar("Found")
# How the engine calls the owner of stacks in a backend of one's own, which does not take it everywhere.
_NOBODY = "organization"
_READ_STATE = "pulumi:pulumi:readStackResourceOutputs"


def look_up(what: str, ask: Callable[[], Found]) -> Found:
    """The answer of a provider's function; its refusal becomes an error that says what was looked for.

    The SDK raises a bare ``Exception`` whose text holds the provider's message.
    """
    try:
        return ask()
    except Exception as refusal:
        raise TwelvefoldError(_reason(str(refusal)), where=f"looking up {what}") from None


def recorded_urns() -> tuple[str, ...]:
    """Every resource that the state of this very stack records, as the engine itself reads it from any backend."""
    asked = {"stackName": _own_name()}
    found: Any = look_up("what the state records", lambda: pulumi.runtime.invoke(_READ_STATE, asked).value)
    return tuple((found or {}).get("outputs") or ())


def _own_name() -> str:
    owner, stack = pulumi.get_organization(), pulumi.get_stack()
    return stack if owner == _NOBODY else f"{owner}/{pulumi.get_project()}/{stack}"


def _reason(text: str) -> str:
    """The provider's own words, without the layers around them."""
    for separator in ("returned an error: ", "error occurred:"):
        text = text.rpartition(separator)[2]
    return " ".join(text.split()).removeprefix("* ")
