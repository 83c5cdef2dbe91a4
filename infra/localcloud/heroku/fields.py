"""Reading a request's body: unknown, missing and wrongly typed parameters are refused with a telling message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.localcloud.exchange import Call, Refusal

STRING, BOOLEAN, INTEGER, OBJECT, LIST = "string", "boolean", "integer", "object", "array"
QUANTITY = "integer, or string such as 2 or +1"
IDENTITY = "string or object with id or name"

_TYPES: dict[str, tuple[type, ...]] = {
    STRING: (str,),
    BOOLEAN: (bool,),
    INTEGER: (int,),
    OBJECT: (dict,),
    LIST: (list,),
    IDENTITY: (str, dict),
    QUANTITY: (int, str),
}


def invalid(message: str, **extra: Any) -> Refusal:
    """Heroku's 422 for values that make no sense."""
    return Refusal(422, "invalid_params", message, extra)


def bad_request(message: str) -> Refusal:
    """Heroku's 400 for a body that does not have the documented shape."""
    return Refusal(400, "bad_request", f"Invalid request.\n\n{message}")


def body_of(
    call: Call, allowed: Mapping[str, str], *, required: tuple[str, ...] = (), nullable: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The body's parameters that were given and are not null, checked against their types by name.

    A ``required`` one must be there and not null, a ``nullable`` one must be there but may be null.
    """
    return parameters(call.body, allowed, required=required, nullable=nullable)


def parameters(
    body: Any,
    allowed: Mapping[str, str],
    *,
    required: tuple[str, ...] = (),
    nullable: tuple[str, ...] = (),
    where: str = "#",
) -> dict[str, Any]:
    """Like ``body_of`` for any JSON value; ``where`` names the place in the messages."""
    if not isinstance(body, dict):
        raise bad_request(f"{where}: is not an object.")
    for name in body:
        if name not in allowed:
            raise bad_request(f"{where}/{name}: is not a permitted key. Permitted: {', '.join(sorted(allowed))}.")
    given = {name: value for name, value in body.items() if value is not None}
    for name in (*required, *nullable):
        if name not in (given if name in required else body):
            raise bad_request(f'{where}: "{name}" wasn\'t supplied.')
    for name, value in given.items():
        _check(f"{where}/{name}", value, allowed[name])
    return given


def identity(value: Any) -> str:
    """What an identity parameter names: a string, or an object's id, name or email."""
    if isinstance(value, str):
        return value
    for key in ("id", "name", "email"):
        if isinstance(value.get(key), str):
            return str(value[key])
    raise bad_request("An object that names something needs an id or a name.")


def _check(where: str, value: Any, kind: str) -> None:
    fits = isinstance(value, _TYPES[kind])
    if kind in (INTEGER, QUANTITY) and isinstance(value, bool):
        fits = False
    if not fits:
        raise bad_request(f"{where}: is not of the type {kind}.")
