"""Are the program's inputs right? Decided from the fields alone, without the network."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.providers.kit.fields import Field, Fields, Shape, by_wire, inputs_of, wire_name
from infra.providers.kit.values import UNKNOWN, Secret, Values

NAMES = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "list": "a list",
    "map": "a map",
    "object": "a map",
}


@dataclass(frozen=True)
class Failure:
    """What is wrong with one property; ``property`` is its top-level wire name."""

    property: str
    reason: str


class _Misfit(Exception):
    """A value that does not fit its field."""


def check_inputs(fields: Fields, news: Values, *, what: str) -> tuple[Values, list[Failure]]:
    """The inputs as they will be kept (texts coerced, secrets down at the leaves), and everything wrong with them."""
    known = by_wire(inputs_of(fields))
    checked: Values = {}
    failures: list[Failure] = []
    for key, value in news.items():
        # `__defaults` and the like are the published plugin's own notes in states that it wrote.
        if key.startswith("__"):
            continue
        declared = known.get(key)
        if declared is None:
            failures.append(Failure(key, _stranger(key, fields, what)))
            continue
        try:
            checked[key] = _fit_field(declared, value, key)
        except _Misfit as misfit:
            failures.append(Failure(key, str(misfit)))
    failures += _missing(fields, news, what)
    return checked, failures


def _stranger(key: str, fields: Fields, what: str) -> str:
    if key in by_wire(fields):
        return f"`{key}` of {what} is an output; Heroku sets it"
    near = difflib.get_close_matches(key, by_wire(inputs_of(fields)), n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"{what} has no property `{key}`{hint}"


def _missing(fields: Fields, news: Mapping[str, Any], what: str) -> list[Failure]:
    names = [wire_name(name, declared) for name, declared in fields.items() if declared.required]
    return [Failure(name, f"{what} needs `{name}`") for name in names if news.get(name) is None]


def _fit_field(declared: Field, value: Any, path: str) -> Any:
    fitted = _fit(declared.shape, value, path)
    inner = fitted.value if isinstance(fitted, Secret) else fitted
    if inner is UNKNOWN or isinstance(inner, dict | list):
        _judge(declared, inner, path, judge_whole=inner is not UNKNOWN)
    else:
        _judge(declared, inner, path)
    return _secret_leaves(fitted) if declared.secret else fitted


def _judge(declared: Field, value: Any, path: str, *, judge_whole: bool = True) -> None:
    if declared.choices and isinstance(value, str) and value not in declared.choices:
        near = difflib.get_close_matches(value, declared.choices, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise _Misfit(f"`{path}` must be one of {', '.join(declared.choices)}{hint}")
    if declared.wrong is not None and judge_whole and (problem := declared.wrong(value)):
        raise _Misfit(f"`{path}` {problem}")


def _fit(shape: Shape, value: Any, path: str) -> Any:
    if value is UNKNOWN:
        return value
    if isinstance(value, Secret):
        return _secret_leaves(_fit(shape, value.value, path))
    if shape.kind == "list":
        return _fit_list(shape, value, path)
    if shape.kind == "map":
        return _fit_map(shape, value, path)
    if shape.kind == "object":
        return _fit_object(shape, value, path)
    return _fit_scalar(shape, value, path)


def _fit_list(shape: Shape, value: Any, path: str) -> list[Any]:
    if not isinstance(value, list) or shape.item is None:
        raise _Misfit(f"`{path}` must be {NAMES['list']}")
    return [_fit(shape.item, item, f"{path}[{index}]") for index, item in enumerate(value)]


def _fit_map(shape: Shape, value: Any, path: str) -> Values:
    if not isinstance(value, dict) or shape.item is None:
        raise _Misfit(f"`{path}` must be {NAMES['map']}")
    return {key: _fit(shape.item, item, f"{path}.{key}") for key, item in value.items() if item is not None}


def _fit_object(shape: Shape, value: Any, path: str) -> Values:
    if not isinstance(value, dict):
        raise _Misfit(f"`{path}` must be {NAMES['object']}")
    checked, failures = check_inputs(shape.fields, value, what=f"`{path}`")
    if failures:
        raise _Misfit("; ".join(failure.reason for failure in failures))
    return checked


def _fit_scalar(shape: Shape, value: Any, path: str) -> Any:
    fitted = _coerced(shape.kind, value)
    if fitted is None:
        raise _Misfit(f"`{path}` must be {NAMES[shape.kind]}")
    return fitted


def _coerced(kind: str, value: Any) -> Any:
    """The value as ``kind``, as the published plugin reads texts for numbers and the other way round."""
    if kind == "string":
        return _text(value)
    if kind == "boolean":
        return {"true": True, "false": False}.get(value) if isinstance(value, str) else _only(value, bool)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _numeral(kind, value)
    return _only(value, int) if kind == "integer" else _only(value, int, float)


def _only(value: Any, *types: type) -> Any:
    return value if isinstance(value, types) else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _numeral(kind: str, value: str) -> int | float | None:
    if re.fullmatch(r"-?\d+", value):
        return int(value)
    return float(value) if kind == "number" and re.fullmatch(r"-?\d+\.\d+", value) else None


def _secret_leaves(value: Any) -> Any:
    """Secrets as deep as they go in maps, so that a change can be shown by key and never by value."""
    if isinstance(value, Secret):
        return _secret_leaves(value.value) if isinstance(value.value, dict) else value
    if isinstance(value, dict):
        return {key: _secret_leaves(item) for key, item in value.items()}
    return Secret(value)
