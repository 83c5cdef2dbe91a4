"""A report: all that one run has to say, in one value, from which every format is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from infra.model.finding import Finding
from infra.model.plan import Plan

FACTORS = (
    "Codebase",
    "Dependencies",
    "Config",
    "Backing services",
    "Build, release, run",
    "Processes",
    "Port binding",
    "Concurrency",
    "Disposability",
    "Dev/prod parity",
    "Logs",
    "Admin processes",
)
"""The twelve factors by number, from 1."""


@dataclass(frozen=True)
class Cost:
    """What an environment costs a month, in US cents, by Heroku's own list of prices; what has no price is named."""

    before: int = 0
    after: int = 0
    unpriced: tuple[str, ...] = ()

    @property
    def change(self) -> int:
        """Cents a month more, or less."""
        return self.after - self.before


@dataclass(frozen=True)
class Use:
    """A place in a workflow of the repository that uses a secret or variable."""

    workflow: str
    """The file, from the repository's root."""
    line: int
    name: str


@dataclass(frozen=True)
class Impact:
    """How far a plan reaches: what restarts, what is released, what is lost, who uses what changes, what it costs."""

    restarts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Apps that restart, each with the reasons in words."""
    releases: Mapping[str, int] = field(default_factory=dict)
    """Releases that will be made, by app."""
    data_loss: tuple[str, ...] = ()
    """Add-ons (and apps with them) that would lose what they hold, in words."""
    uses: tuple[Use, ...] = ()
    cost: Cost | None = None


@dataclass(frozen=True)
class Picture:
    """One environment as it stands, for showing several side by side: labels and what they say, secrets masked."""

    stack: str
    stage: str = ""
    apps: tuple[str, ...] = ()
    rows: Mapping[str, str] = field(default_factory=dict)
    """``stack``, ``add-on DATABASE``, ``config var LOG_LEVEL`` …: one label for the same thing in every environment."""


@dataclass(frozen=True)
class StackReport:
    """What there is to say of one stack."""

    stack: str
    plan: Plan | None = None
    impact: Impact | None = None
    findings: tuple[Finding, ...] = ()
    picture: Picture | None = None
    error: str = ""
    """Why nothing could be said; a report of a failure is a report too."""


@dataclass(frozen=True)
class Origin:
    """Where a report comes from: the code, and the run that made it; empty where unknown."""

    commit: str = ""
    branch: str = ""
    pull_request: str = ""
    run_url: str = ""
    actor: str = ""


HERE = Origin()


@dataclass(frozen=True)
class Report:
    """Everything one run found: of each stack, and of the service as a whole."""

    project: str
    verb: Literal["check", "preview", "up", "destroy", "drift"]
    made_at: datetime
    exit_code: int
    stacks: tuple[StackReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What concerns several stacks: parity."""
    origin: Origin = HERE
    notes: tuple[str, ...] = ()
    """What a reader should know: "fingerprints can be compared within this run only"."""
    requests: int = 0
    seconds: float = 0.0

    def every_finding(self) -> tuple[Finding, ...]:
        """The findings of all stacks and of the service."""
        return (*(finding for stack in self.stacks for finding in stack.findings), *self.findings)
