"""Reading request bodies: which fields are there, of which type, or GitHub's refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.localcloud.exchange import Call, Refusal
from infra.localcloud.github.refusals import invalid

_NAMES = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}


def body_of(call: Call) -> dict[str, Any]:
    """The request's JSON object; an empty body is an empty object, anything else is refused."""
    if call.body is None or call.body == "":
        return {}
    if not isinstance(call.body, dict):
        raise Refusal(400, "bad_request", "Body should be a JSON object")
    return call.body


def wrong_type(name: str, value: Any, wanted: str) -> Refusal:
    """422 in the words of GitHub's schema check; the value itself is not repeated, it could be a secret."""
    kind = "nil" if value is None else _NAMES.get(type(value), type(value).__name__)
    return invalid(f"Invalid request.\n\nFor 'properties/{name}', {kind} is not a {wanted}.")


def text(body: dict[str, Any], name: str) -> str:
    """A string that must be there."""
    if name not in body:
        raise invalid(f'Invalid request.\n\n"{name}" wasn\'t supplied.')
    value = body[name]
    if not isinstance(value, str):
        raise wrong_type(name, value, "string")
    return value


def optional_text(body: dict[str, Any], name: str, fallback: str) -> str:
    """A string, or the fallback when it is missing."""
    return text(body, name) if name in body else fallback


def flag(body: dict[str, Any], name: str, fallback: bool) -> bool:
    """A boolean, or the fallback when it is missing."""
    value = body.get(name, fallback)
    if not isinstance(value, bool):
        raise wrong_type(name, value, "boolean")
    return value


def number(body: dict[str, Any], name: str, fallback: int, *, least: int, most: int) -> int:
    """An integer within its bounds, or the fallback when it is missing."""
    value = body.get(name, fallback)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(name, value, "integer")
    if not least <= value <= most:
        raise invalid(f"Invalid request.\n\n{value} must be between {least} and {most} for 'properties/{name}'.")
    return value


def texts(body: dict[str, Any], name: str, fallback: list[str]) -> list[str]:
    """A list of strings, or the fallback when it is missing."""
    value = body.get(name, fallback)
    if not isinstance(value, list):
        raise wrong_type(name, value, "array")
    if not all(isinstance(item, str) for item in value):
        raise wrong_type(name, value, "array of strings")
    return list(value)


def mapping(body: dict[str, Any], name: str, *, nullable: bool = False) -> dict[str, Any] | None:
    """An object, or ``None`` when it is missing, or null where GitHub allows that."""
    value = body.get(name)
    if name not in body or (value is None and nullable):
        return None
    if not isinstance(value, dict):
        raise wrong_type(name, value, "object")
    return value


def mappings(body: dict[str, Any], name: str, *, nullable: bool = False) -> list[dict[str, Any]]:
    """A list of objects, empty when it is missing, or null where GitHub allows that."""
    value = body.get(name)
    if name not in body or (value is None and nullable):
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise wrong_type(name, value, "array of objects")
    return value


def one_of(body: dict[str, Any], name: str, allowed: Sequence[str], fallback: str) -> str:
    """One of the allowed strings, or the fallback when it is missing."""
    value = optional_text(body, name, fallback)
    if value not in allowed:
        raise invalid(f"Invalid request.\n\n{value} is not a possible value. Must be one of: {', '.join(allowed)}.")
    return value
