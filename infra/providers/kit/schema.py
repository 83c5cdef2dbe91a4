"""The package's schema, as Pulumi's tools read it, made from the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from infra.providers.kit.fields import Field, Fields, Shape, inputs_of, wire_name
from infra.providers.kit.outputs import is_secret
from infra.providers.kit.resource import Function, Resource

Spec = dict[str, Any]
SIMPLE = {"string": "string", "boolean": "boolean", "integer": "integer", "number": "number"}


def package_schema(
    name: str,
    version: str,
    *,
    config: Fields,
    resources: Iterable[Resource[Any]],
    functions: Iterable[Function[Any]],
) -> Spec:
    """The schema document of the whole package."""
    types: dict[str, Spec] = {}
    return {
        "name": name,
        "version": version,
        "description": f"Twelvefold's provider for {name.capitalize()}.",
        "config": {"variables": _properties(config, types)},
        "provider": {
            "description": "How to reach the vendor.",
            "properties": _properties(config, types),
            "inputProperties": _properties(config, types),
        },
        "resources": {resource.token: _resource(resource, types) for resource in resources},
        "functions": {function.token: _function(function, types) for function in functions},
        "types": types,
    }


def _resource(resource: Resource[Any], types: dict[str, Spec]) -> Spec:
    inputs = inputs_of(resource.fields)
    shown = {name: declared for name, declared in resource.fields.items() if not declared.hidden}
    return {
        "description": f"{resource.help}\n\nImport: {resource.import_id}.",
        "properties": _properties(shown, types),
        "required": _required(shown),
        "inputProperties": _properties(inputs, types),
        "requiredInputs": _required(inputs),
    }


def _function(function: Function[Any], types: dict[str, Spec]) -> Spec:
    return {
        "description": function.help,
        "inputs": {
            "properties": _properties(function.arguments, types),
            "required": _required(function.arguments),
        },
        "outputs": {"properties": _properties(function.results, types), "required": _required(function.results)},
    }


def _required(fields: Fields) -> list[str]:
    return sorted(wire_name(name, declared) for name, declared in fields.items() if declared.required)


def _properties(fields: Mapping[str, Field], types: dict[str, Spec]) -> dict[str, Spec]:
    return {wire_name(name, declared): _property(declared, types) for name, declared in fields.items()}


def _property(declared: Field, types: dict[str, Spec]) -> Spec:
    spec: Spec = {"description": declared.help, **_type(declared.shape, types)}
    if is_secret(declared):
        spec["secret"] = True
    if declared.replace:
        spec["willReplaceOnChanges"] = True
    return spec


def _type(shape: Shape, types: dict[str, Spec]) -> Spec:
    if shape.kind == "list" and shape.item is not None:
        return {"type": "array", "items": _type(shape.item, types)}
    if shape.kind == "map" and shape.item is not None:
        return {"type": "object", "additionalProperties": _type(shape.item, types)}
    if shape.kind == "object":
        types[shape.name] = {
            "type": "object",
            "properties": _properties(shape.fields, types),
            "required": _required(shape.fields),
        }
        return {"$ref": f"#/types/{shape.name}"}
    return {"type": SIMPLE[shape.kind]}
