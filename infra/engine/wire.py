"""Values as the engine writes them: its marks for secrets and unknown values, and paths into them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from infra.model.estate import Hidden, Unknown
from infra.model.plan import MASK

# See sdk/python/lib/pulumi/runtime/rpc.py of the engine.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
MASKED = "[secret]"
LATER = Unknown("known later")
Key = str | int
_STEP = re.compile(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.\[\]]+)')


def read_value(value: Any, *, hidden: bool = False) -> Any:
    """A value without the engine's marks: secrets are ``Hidden`` leaves, or ``***`` where the engine masked them."""
    if value in (UNKNOWN, MASKED):
        return LATER if value == UNKNOWN else MASK
    if isinstance(value, Mapping):
        return _read_object(value, hidden)
    if isinstance(value, list | tuple):
        return [read_value(item, hidden=hidden) for item in value]
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return hide(plain) if hidden and plain is not None else plain


def _read_object(value: Mapping[str, Any], hidden: bool) -> Any:
    mark = value.get(SIGNATURE)
    if mark == SECRET:
        return MASK if "ciphertext" in value else read_value(value.get("value"), hidden=True)
    if mark == OUTPUT:
        return read_value(value.get("value", UNKNOWN), hidden=hidden or bool(value.get("secret")))
    return {key: read_value(item, hidden=hidden) for key, item in value.items() if not key.startswith("__")}


def hide(value: Any) -> Hidden:
    """A secret that is no text as its JSON."""
    return Hidden(value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":")))


def steps_of(path: str) -> tuple[Key, ...]:
    """``vars.A``, ``vars["a.b"]``, ``events[0]`` as keys and indices."""
    found = _STEP.findall(path)
    return tuple(int(index) if index else quoted.replace('\\"', '"') or name for index, quoted, name in found)


def whole_list(steps: tuple[Key, ...]) -> tuple[Key, ...]:
    """The part of a path that leads to the first list in it: what is in a list moves, so it is compared whole."""
    return next((steps[:place] for place, step in enumerate(steps) if isinstance(step, int)), steps)


def value_at(values: Any, steps: tuple[Key, ...]) -> Any:
    """What stands at a path, or None; what lies inside a mask is masked, what lies inside a secret is one."""
    here = values
    for place, step in enumerate(steps):
        if here == MASK or isinstance(here, Unknown):
            return here
        if isinstance(here, Hidden):
            return _inside(here, steps[place:])
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    return here


def _inside(secret: Hidden, steps: tuple[Key, ...]) -> Any:
    try:
        found = value_at(json.loads(secret.reveal()), steps)
    except ValueError:
        return None
    return None if found is None else hide(found)


def unmask(masked: Any, known: Any) -> Any:
    """``masked`` with each ``***`` replaced by what ``known`` has in its place, hidden."""
    if masked == MASK:
        return MASK if known is None else _hidden(known)
    if isinstance(masked, dict):
        return {key: unmask(item, value_at(known, (key,))) for key, item in masked.items()}
    if isinstance(masked, list):
        return [unmask(item, value_at(known, (place,))) for place, item in enumerate(masked)]
    return masked


def _hidden(known: Any) -> Any:
    # What the program gave in clear may have been a secret before: the engine then keeps it one.
    return known if known == MASK or isinstance(known, Hidden | Unknown) else hide(known)


def is_told(value: Any) -> bool:
    """Whether a value is known through and through: nothing in it is masked or comes later."""
    if isinstance(value, dict):
        return all(is_told(item) for item in value.values())
    if isinstance(value, list):
        return all(is_told(item) for item in value)
    return value != MASK and not isinstance(value, Unknown)
