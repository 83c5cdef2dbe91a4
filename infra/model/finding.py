"""A finding: something noticed about an environment, with its weight, its place and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from infra.model.values import Path

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing noticed: which ``rule``, how grave, where in the document, what, and what to do."""

    rule: str
    level: Level
    path: Path
    message: str
    suggestion: str = ""
