"""A finding: something noticed about an environment, with its weight, its place and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from infra.model.estate import UNTOLD, Cause, Subject
from infra.model.values import Path

Level = Literal["error", "warning", "note"]
Class = Literal["rule", "changed", "missing", "unmanaged", "unverifiable", "pending"]
"""What a finding is: a broken ``rule``, or a difference between what is declared, recorded and live."""
DRIFT: tuple[Class, ...] = ("missing", "changed", "unmanaged", "pending", "unverifiable")


@dataclass(frozen=True)
class FieldDifference:
    """One field of a thing, three times, each as it may be shown (secrets as fingerprints); empty: it is not there."""

    name: str
    declared: str = ""
    recorded: str = ""
    live: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Acknowledgement:
    """Somebody knows of a finding and answers for it until a day."""

    owner: str
    until: date | None
    reason: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing noticed: which ``rule``, how grave, where in the document, what, and what to do."""

    rule: str
    level: Level
    path: Path
    message: str
    suggestion: str = ""
    kind: Class = "rule"
    stack: str = ""
    subject: Subject | None = None
    differences: tuple[FieldDifference, ...] = ()
    cause: Cause = UNTOLD
    owner: Literal["", "declared", "addon", "platform", "unmanaged"] = ""
    factor: int = 0
    """Which of the twelve factors it concerns, 1 to 12; 0 for none."""
    needs: str = ""
    """What was lacking to verify it: a permission, a scope, a plan."""
    file: str = ""
    line: int = 0
    acknowledged: Acknowledgement | None = None
    expired: bool = False
    """Whether it was acknowledged once, until a day that has passed."""

    @property
    def identity(self) -> str:
        """What makes it the same finding in the next run: its rule, stack and subject, or its place."""
        what = str(self.subject) if self.subject else ".".join(map(str, self.path))
        return f"{self.rule}:{self.stack}:{what}"
