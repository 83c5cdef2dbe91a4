"""The shape of a report as a JSON document: from the value, to it, and as a JSON Schema.

The fields are those of the values themselves; what can be computed from them (``verdict``, ``counts``, ``identity`` …)
is written for readers in other languages, and must agree when a document is read back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from infra.model.report import Report

VERDICTS = {0: "clean", 1: "error", 2: "changes", 3: "unreadable", 4: "rule-broken", 130: "interrupted"}
VERSION = 1
Document = dict[str, Any]
_NAMES = {"type": "string"}


@with_config(
    ConfigDict(
        strict=True,
        extra="forbid",
        use_attribute_docstrings=True,
    )
)
class _Whole(TypedDict):
    report: Report


@cache
def _adapter() -> TypeAdapter[_Whole]:
    return TypeAdapter(_Whole)


def document_of(report: Report) -> Document:
    """The report as plain JSON values, with everything in it that can be computed."""
    document: Document = _adapter().dump_python(_Whole(report=report), mode="json")["report"]
    for stack, written in zip(report.stacks, document["stacks"], strict=True):
        if stack.plan:
            written["plan"]["counts"] = {**stack.plan.counts(), "same": stack.plan.unchanged}
            for step, shown in zip(stack.plan.steps, written["plan"]["steps"], strict=True):
                shown |= {"type": step.type, "name": step.name}
        if stack.impact and stack.impact.cost:
            written["impact"]["cost"]["change"] = stack.impact.cost.change
    listed = [*(one for stack in document["stacks"] for one in stack["findings"]), *document["findings"]]
    for finding, told in zip(report.every_finding(), listed, strict=True):
        told["identity"] = finding.identity
    return {"version": VERSION, "verdict": VERDICTS[report.exit_code], **document}


def report_of(document: Document) -> Report:
    """The report of a document; ``pydantic.ValidationError`` for any other shape. What is computed is not looked at."""
    bare = _without(document, "version", "verdict")
    bare["stacks"] = _each(bare.get("stacks"), _bare_stack)
    bare["findings"] = _each(bare.get("findings"), _bare_finding)
    return _adapter().validate_json(json.dumps({"report": bare}))["report"]


def report_schema() -> str:
    """The JSON Schema of a report's document, as text."""
    schema = _adapter().json_schema(mode="serialization")
    definitions: dict[str, Any] = schema["$defs"]
    report = definitions.pop("Report")
    _add(report, version={"const": VERSION}, verdict={"enum": list(VERDICTS.values())})
    report["properties"]["exit_code"] = {"enum": list(VERDICTS)}
    definitions["Step"]["properties"]["urn"]["pattern"] = "::[\\s\\S]*::[\\s\\S]*::"
    _add(definitions["Step"], type=_NAMES, name=_NAMES)
    _add(definitions["Plan"], counts={"type": "object", "additionalProperties": {"type": "integer"}})
    _add(definitions["Cost"], change={"type": "integer"})
    _add(definitions["Finding"], identity=_NAMES)
    for definition in (report, *definitions.values()):
        _complete(definition)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", **report, "title": "Twelvefold report"}
    return json.dumps({**head, "$defs": definitions}, indent=2, ensure_ascii=False) + "\n"


def _add(definition: dict[str, Any], **computed: Any) -> None:
    definition["properties"] |= computed


def _complete(definition: dict[str, Any]) -> None:
    """Every field is written, always; so none has a default, and all are required."""
    for field in definition["properties"].values():
        field.pop("default", None)
        field.pop("title", None)
    definition["required"] = list(definition["properties"])


def _bare_stack(stack: Any) -> Any:
    if not isinstance(stack, dict):
        return stack
    bare = dict(stack)
    bare["findings"] = _each(stack.get("findings"), _bare_finding)
    plan, impact = stack.get("plan"), stack.get("impact")
    if isinstance(plan, dict):
        bare["plan"] = _without(plan, "counts")
        bare["plan"]["steps"] = _each(plan.get("steps"), lambda step: _without(step, "type", "name"))
    if isinstance(impact, dict):
        bare["impact"] = {**impact, "cost": _without(impact.get("cost"), "change")}
    return bare


def _bare_finding(finding: Any) -> Any:
    return _without(finding, "identity")


def _without(value: Any, *names: str) -> Any:
    return {key: item for key, item in value.items() if key not in names} if isinstance(value, dict) else value


def _each(value: Any, bare: Callable[[Any], Any]) -> Any:
    return [bare(item) for item in value] if isinstance(value, list) else value
