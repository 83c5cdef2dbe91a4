"""Ask a provider for something that another stack, or a person, made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from infra.errors import TwelvefoldError

Found = TypeVar("Found")


def look_up(what: str, ask: Callable[[], Found]) -> Found:
    """The answer of a provider's function; its refusal becomes an error that says what was looked for.

    The SDK raises a bare ``Exception`` whose text holds the provider's message.
    """
    try:
        return ask()
    except Exception as refusal:
        raise TwelvefoldError(_reason(str(refusal)), where=f"looking up {what}") from None


def _reason(text: str) -> str:
    """The provider's own words, without the layers around them."""
    for separator in ("returned an error: ", "error occurred:"):
        text = text.rpartition(separator)[2]
    return " ".join(text.split()).removeprefix("* ")
