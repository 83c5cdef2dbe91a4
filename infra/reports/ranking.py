"""What comes first: what is lost, then what is secret, then the rest, so that a cut never takes the gravest."""

from __future__ import annotations

from collections.abc import Iterable

from infra.model.finding import DRIFT, Finding
from infra.model.plan import CHANGING, MASK, PropertyChange, Step

LOSS, SECRET, UPDATE, IMPORT, CREATE = range(5)
RISKS = ("delete or replace", "secret", "update", "import", "create")
_OPERATIONS = {
    "delete": LOSS,
    "replace": LOSS,
    "update": UPDATE,
    "forget": IMPORT,
    "import": IMPORT,
    "create": CREATE,
}
_LEVELS = {"error": 0, "warning": 1, "note": 2}


def is_secret(change: PropertyChange) -> bool:
    """Whether either side of it is a secret."""
    return MASK in (change.before, change.after) or any(change.fingerprints)


def risk(step: Step) -> int:
    """``LOSS`` to ``CREATE``: what is deleted or replaced, then what changes a secret, then the other changes."""
    by_operation = _OPERATIONS[step.operation]
    return SECRET if by_operation == UPDATE and any(map(is_secret, step.changes)) else by_operation


def ranked_steps(steps: Iterable[Step]) -> list[Step]:
    """The steps that change something, gravest first; deletes before replaces, else in the order they came."""
    changing = (step for step in steps if step.operation in CHANGING)
    return sorted(changing, key=lambda step: (risk(step), step.operation == "replace"))


def gravity(finding: Finding) -> tuple[bool, int, bool, int]:
    """What findings are ordered by: whether somebody answers for it, its level, loss of data, its class."""
    kinds = ("rule", *DRIFT)
    return (
        finding.acknowledged is not None,
        _LEVELS[finding.level],
        not loses_data(finding),
        kinds.index(finding.kind),
    )


def loses_data(finding: Finding) -> bool:
    """Whether what holds data is gone."""
    return finding.kind == "missing" and finding.subject is not None and finding.subject.kind in ("addon", "app")


def ranked_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Errors, warnings, notes; among them lost data first, then missing, changed, unmanaged, pending, unverifiable."""
    return sorted(findings, key=gravity)
