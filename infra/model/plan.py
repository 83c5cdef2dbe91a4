"""A plan: what a run of the engine would change, or did change, step by step, with secrets already masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from infra.model.urn import name_of, type_of

Operation = Literal["create", "update", "replace", "delete", "forget", "read", "import", "refresh", "same"]
"""What happens to a resource; ``forget``: the state lets go of it, and at the vendor it stays as it is."""
CHANGING = ("create", "update", "replace", "delete", "forget", "import")
MASK = "***"


@dataclass(frozen=True)
class PropertyChange:
    """One property before and after; a secret shows as ``***`` on both sides."""

    path: str
    kind: Literal["add", "update", "delete", "forget"]
    before: Any = None
    after: Any = None
    forces_replacement: bool = False
    origin: Literal["", "code", "drift", "both"] = ""
    """Why it changes: the code did, what is live did, or both; empty where nobody looked at what is live."""
    fingerprints: tuple[str, str] = ("", "")
    """Of a secret before and after, where they are known."""


@dataclass(frozen=True)
class Step:
    """What happens to one resource."""

    operation: Operation
    urn: str
    changes: tuple[PropertyChange, ...] = ()
    origin: Literal["", "code", "drift", "both"] = ""
    """Why it is made, replaced or deleted, told as for a property."""

    @property
    def type(self) -> str:
        """The resource's type token, without its parents."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return name_of(self.urn)


@dataclass(frozen=True)
class Resource:
    """A resource with its inputs, as it stands before a run or would after it.

    A secret in the inputs is ``Hidden`` where it is known here, else ``***``; what is known later is ``Unknown``.
    """

    urn: str
    parent: str = ""
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The resource's type token, without its parents."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return name_of(self.urn)


@dataclass(frozen=True)
class Diagnostic:
    """Something the engine, a provider or the program said."""

    severity: Literal["error", "warning", "info"]
    message: str
    urn: str = ""


@dataclass(frozen=True)
class Plan:
    """All steps of one run on one stack (those that change nothing are only counted), and what was said meanwhile.

    ``outputs`` are the stack's, as far as the run could tell them; secrets among them are masked.
    """

    stack: str
    verb: Literal["preview", "up", "refresh", "destroy"]
    steps: tuple[Step, ...] = ()
    unchanged: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    outputs: Mapping[str, Any] = field(default_factory=dict)

    def counts(self) -> Counter[str]:
        """How many steps of each operation."""
        return Counter(step.operation for step in self.steps)

    @property
    def has_changes(self) -> bool:
        """Whether anything would be, or was, changed."""
        return any(step.operation in CHANGING for step in self.steps)


@dataclass(frozen=True)
class Preview:
    """A plan with all resources, by URN, as they stand before it and as they would after it, or do."""

    plan: Plan
    before: Mapping[str, Resource] = field(default_factory=dict, repr=False)
    after: Mapping[str, Resource] = field(default_factory=dict, repr=False)
