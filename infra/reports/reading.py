"""A report read back from its JSON document, which somebody else may have written: it is data, and may be hostile."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from infra.errors import TwelvefoldError
from infra.model.report import Report
from infra.reports.escape import plain
from infra.reports.shape import VERDICTS, VERSION, document_of, report_of

LARGEST = 64_000_000
"""Characters of a document; a plan of 5,000 changes has 5 million."""
_ANEW = "Make it anew: twelvefold preview --format json"


def read_report(text: str, where: str = "the report") -> Report:
    """The report that ``report_document`` wrote, exactly; ``TwelvefoldError`` for anything else."""
    if len(text) > LARGEST:
        raise TwelvefoldError(f"longer than {LARGEST:,} characters", where=where, todo=_ANEW)
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        return _read(document)
    except _Refused as refused:
        raise TwelvefoldError(f"no report: {refused}", where=where, todo=_ANEW) from None
    except ValidationError as error:
        raise TwelvefoldError(f"no report: {_first(error)}", where=where, todo=_ANEW) from None
    except RecursionError:
        raise TwelvefoldError("no report: nested too deeply", where=where, todo=_ANEW) from None
    except ValueError:
        raise TwelvefoldError("no report: no JSON", where=where, todo=_ANEW) from None


class _Refused(Exception):
    """Why a document is no report, without any of its text but names of fields."""


def _read(document: Any) -> Report:
    if not isinstance(document, dict):
        raise _Refused("no JSON object")
    if document.get("version") != VERSION:
        raise _Refused(f"of another version than {VERSION}")
    report = report_of(document)
    _check(report)
    if _canonical(document_of(report)) != _canonical(document):
        raise _Refused("what can be computed from it does not agree with it")
    return report


def _check(report: Report) -> None:
    """What no type says."""
    if report.exit_code not in VERDICTS:
        raise _Refused("exit_code: not one of ours")
    times = [report.made_at, *(finding.cause.when for finding in report.every_finding())]
    if any(time is not None and time.tzinfo is None for time in times):
        raise _Refused("a time without its zone")
    for stack in report.stacks:
        if stack.plan and any(step.urn.count("::") < 3 for step in stack.plan.steps):
            raise _Refused("stacks.plan.steps.urn: not a resource's")


def _canonical(document: Any) -> str:
    return json.dumps(document, sort_keys=True)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("the same key twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise _Refused(f"{name} is no JSON")


def _first(error: ValidationError) -> str:
    """The first fault: where and what, without the value."""
    fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in fault["loc"][1:])
    return plain(f"{place}: {fault['msg']}", 300)
