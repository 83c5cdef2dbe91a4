"""How an audit ends: the exit code that its findings make."""

from __future__ import annotations

from infra.errors import EXIT_CHANGES, EXIT_CLEAN, EXIT_ERROR, EXIT_RULE_BROKEN, EXIT_UNREADABLE
from infra.model.finding import Finding
from infra.model.report import Report

_DIFFERS = ("missing", "changed", "unmanaged", "pending")


def verdict_of(report: Report) -> int:
    """1 when a stack failed, 2 for drift, 3 when something could not be read, 4 when a rule is broken, else 0.

    What somebody answers for does not count, and notes never do.
    """
    if any(stack.error for stack in report.stacks):
        return EXIT_ERROR
    open = [finding for finding in report.every_finding() if not finding.acknowledged and finding.level != "note"]
    for code, counts in ((EXIT_CHANGES, _is_drift), (EXIT_UNREADABLE, _is_dark), (EXIT_RULE_BROKEN, _is_broken)):
        if any(map(counts, open)):
            return code
    return EXIT_CLEAN


def _is_drift(finding: Finding) -> bool:
    return finding.kind in _DIFFERS


def _is_dark(finding: Finding) -> bool:
    return finding.kind == "unverifiable"


def _is_broken(finding: Finding) -> bool:
    return finding.kind == "rule" and finding.level == "error"
