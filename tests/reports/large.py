"""A plan of 5,000 changes in two environments, of every kind."""

from __future__ import annotations

from infra.model.plan import MASK, Operation, Plan, PropertyChange, Step
from infra.model.report import Report, StackReport
from tests.reports.samples import FINDINGS, MADE_AT, urn

_CHANGE = PropertyChange("vars.LOG_LEVEL", "update", "info", "debug", origin="code")
_SECRET = PropertyChange("sensitiveVars.KEY", "update", MASK, MASK, fingerprints=("1f2e3d4c5b6a", "9a8b7c6d5e4f"))
_COUNTS: tuple[tuple[Operation, int, tuple[PropertyChange, ...]], ...] = (
    ("create", 1_600, ()),
    ("update", 800, (_CHANGE,)),
    ("update", 85, (_SECRET, _CHANGE)),
    ("replace", 5, (_CHANGE,)),
    ("delete", 10, ()),
)


def _plan(stack: str) -> Plan:
    steps = tuple(
        Step(operation, urn("heroku:app/configAssociation:ConfigAssociation", f"app-{stack}-{number}", stack), changes)
        for operation, count, changes in _COUNTS
        for number in range(count)
    )
    return Plan(stack, "preview", steps)


STACKS = ("staging", "production")
LARGE = Report(
    "banking-on-clojure", "preview", MADE_AT, 2, tuple(StackReport(stack, _plan(stack)) for stack in STACKS), FINDINGS
)
