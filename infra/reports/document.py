"""The same report for machines: one JSON document with the verdict in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from infra.errors import EXIT_CHANGES, EXIT_CLEAN, InputError, Problem, TwelvefoldError
from infra.model.plan import Plan
from infra.model.report import Report
from infra.reports.escape import json_text
from infra.reports.shape import VERDICTS, document_of

__all__ = ["VERDICTS", "checked_document", "error_document", "plans_document", "report_document", "verdict"]


def verdict(plans: list[Plan]) -> int:
    """The exit code that fits what was found."""
    return EXIT_CHANGES if any(plan.has_changes for plan in plans) else EXIT_CLEAN


def report_document(report: Report) -> str:
    """The whole report as JSON, as ``docs/schema/report.json`` describes it; ``read_report`` reads it back."""
    return _write(document_of(report))


def plans_document(plans: list[Plan], code: int) -> str:
    """Plans as JSON: a verdict and, for each stack, its counts, steps and messages."""
    return _write({"verdict": VERDICTS[code], "exit_code": code, "stacks": [_plan(plan) for plan in plans]})


def checked_document(apps_of: Mapping[str, list[str]], remarks: Iterable[Problem]) -> str:
    """Sound stack files as JSON: the apps of each stack, and remarks that forbid nothing."""
    stacks = [{"stack": stack, "apps": apps} for stack, apps in apps_of.items()]
    verdict = {"verdict": VERDICTS[EXIT_CLEAN], "exit_code": EXIT_CLEAN}
    return _write({**verdict, "stacks": stacks, "remarks": [asdict(remark) for remark in remarks]})


def error_document(error: TwelvefoldError) -> str:
    """An error as JSON, with every problem by file and line where there are several."""
    document: dict[str, Any] = {"verdict": VERDICTS[error.exit_code], "exit_code": error.exit_code}
    if isinstance(error, InputError):
        document["problems"] = [asdict(problem) for problem in error.problems]
    else:
        document["error"] = {"what": error.what, "where": error.where, "todo": error.todo}
    return _write(document)


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "stack": plan.stack,
        "verb": plan.verb,
        "seconds": round(plan.seconds, 3),
        "counts": {**plan.counts(), "same": plan.unchanged},
        "steps": [{**asdict(step), "type": step.type, "name": step.name} for step in plan.steps],
        "diagnostics": [asdict(diagnostic) for diagnostic in plan.diagnostics],
    }


def _write(document: dict[str, Any]) -> str:
    return json_text(json.dumps(document, indent=2, ensure_ascii=False))
