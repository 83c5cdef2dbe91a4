"""The JSON Schema of the stack files, for editors."""

from __future__ import annotations

import json
from typing import Any

from infra.model.environment import Document
from infra.model.project import ENVIRONMENT_KEY, SERVICE_KEY

_REMOVABLE = {"type": "null"}


def schema() -> str:
    """The schema of ``Pulumi.yaml`` and ``Pulumi.<stack>.yaml`` as far as they are ours, as JSON text."""
    document = Document.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = {name: _partial(part) for name, part in document.pop("$defs").items()}
    definitions["Document"] = _partial(document)
    reference = {"$ref": "#/$defs/Document"}
    config = {
        SERVICE_KEY: {
            "type": "object",
            "description": "The service, the same in every environment (in Pulumi.yaml).",
            "properties": {"value": reference},
            "required": ["value"],
            "additionalProperties": False,
        },
        ENVIRONMENT_KEY: {**reference, "description": "Only what differs (in Pulumi.<stack>.yaml)."},
    }
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Twelvefold stack files",
        "type": "object",
        "properties": {"config": {"type": "object", "properties": config}},
        "$defs": definitions,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _partial(part: dict[str, Any]) -> dict[str, Any]:
    """A part of either file: nothing is required by itself, and ``null`` takes a setting away."""
    part = {key: value for key, value in part.items() if key != "required"}
    if "properties" in part:
        part["properties"] = {name: _removable(value) for name, value in part["properties"].items()}
    return part


def _removable(value: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {key: value[key] for key in ("description", "title", "default") if key in value}
    bare = {key: item for key, item in value.items() if key not in described}
    if "additionalProperties" in bare and isinstance(bare["additionalProperties"], dict):
        bare["additionalProperties"] = {"anyOf": [bare["additionalProperties"], _REMOVABLE]}
    options = [option for option in bare.get("anyOf", [bare]) if option != _REMOVABLE]
    return {**described, "anyOf": [*options, _REMOVABLE]}
