"""A rule as people look it up: what its findings mean, how grave they are, and which of the twelve factors it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from infra.model.finding import Level


@dataclass(frozen=True)
class Rule:
    """One rule: its stable ``id`` (dashed), a title, and an explanation that says what to do."""

    id: str
    title: str
    help: str
    level: Level
    factor: int = 0
    """Which of the twelve factors it concerns, 1 to 12; 0 for none."""
