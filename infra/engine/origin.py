"""Tell of every step and property of a plan whether the code, what is live, or both made it.

One run tells it: ``preview --refresh`` says first what the refresh found (what the state recorded, and where what is
live differs), then what ``up`` would change. Where that is not enough, because a value is known later or a secret is
masked, a second preview without refresh says what the code alone would change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from infra.engine.wire import Key, is_told, steps_of, value_at, whole_list
from infra.model.plan import CHANGING, Plan, PropertyChange, Resource, Step

Origin = Literal["", "code", "drift", "both"]
Steps = tuple[Key, ...]


@dataclass(frozen=True)
class Drift:
    """What a refresh found of one resource: that it is gone, or where it differs from what was recorded."""

    recorded: Mapping[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    gone: bool = False

    def touches(self, steps: Steps) -> bool:
        """Whether what stands at a path, in it or around it has changed."""
        return any(_overlap(steps, whole_list(steps_of(path))) for path in self.paths)


def _overlap(one: Steps, other: Steps) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


@dataclass(frozen=True)
class Origins:
    """Finds origins: from what the refresh found, what the program wants, and what the code alone would change."""

    drift: Mapping[str, Drift]
    wanted: Mapping[str, Resource]
    by_code: Plan | None = None

    def tell(self, plan: Plan) -> Plan:
        """The plan with the origin of each step and property; ``""`` where a run without refresh must tell it."""
        return replace(plan, steps=tuple(self._step(step) for step in plan.steps))

    def _step(self, step: Step) -> Step:
        if step.operation not in CHANGING:
            return step
        changes = tuple(replace(change, origin=self._change(step, change)) for change in step.changes)
        return replace(step, changes=changes, origin=self._whole(step, changes))

    def _whole(self, step: Step, changes: tuple[PropertyChange, ...]) -> Origin:
        found = self.drift.get(step.urn)
        if step.operation in ("delete", "import"):
            return "code"
        if step.operation == "create":
            return self._made(step, found) if found and found.gone else "code"
        if not changes:
            return "drift" if found else self._unseen(step)
        return together(change.origin for change in changes)

    def _made(self, step: Step, found: Drift) -> Origin:
        """Of what is made again because it is gone: whether the code also wants it otherwise than it was."""
        wanted = self.wanted[step.urn].inputs if step.urn in self.wanted else {}
        return "both" if any(differs(found.recorded, wanted, (key,)) for key in {*found.recorded, *wanted}) else "drift"

    def _change(self, step: Step, change: PropertyChange) -> Origin:
        found = self.drift.get(step.urn)
        steps = whole_list(steps_of(change.path))
        wanted = self.wanted[step.urn].inputs if step.urn in self.wanted else {}
        if found is None:
            return self._unseen(step, steps) if not is_told(value_at(wanted, steps)) else "code"
        by_code = differs(found.recorded, wanted, steps)
        if by_code is None:
            by_code = self._code_changes(step, steps)
        if by_code is None:
            return ""
        return ("both" if found.touches(steps) else "code") if by_code else "drift"

    def _unseen(self, step: Step, steps: Steps = ()) -> Origin:
        """Of what changes because something else does: nothing live differs here, but maybe there."""
        if not self.drift:
            return "code"
        by_code = self._code_changes(step, steps)
        return "" if by_code is None else "code" if by_code else "drift"

    def _code_changes(self, step: Step, steps: Steps) -> bool | None:
        if self.by_code is None:
            return None
        same = [other for other in self.by_code.steps if other.urn == step.urn and other.operation in CHANGING]
        if not same or same[0].operation == "create" or not steps:
            return bool(same)
        return any(_overlap(steps, whole_list(steps_of(change.path))) for change in same[0].changes)


def differs(recorded: Mapping[str, Any], wanted: Mapping[str, Any], steps: Steps) -> bool | None:
    """Whether the program wants another value than was recorded; None where either cannot be known."""
    before, after = value_at(recorded, steps), value_at(wanted, steps)
    if not is_told(before) or not is_told(after):
        return None
    return bool(_settled(before) != _settled(after))


def _settled(value: Any) -> Any:
    """Empty and absent are the same to every provider here."""
    if isinstance(value, dict):
        return {key: _settled(item) for key, item in value.items() if item not in (None, [], {})} or None
    return value or None if isinstance(value, list | str) else value


def together(origins: Iterable[Origin]) -> Origin:
    """One origin for several: unknown as long as one is."""
    found = set(origins)
    if len(found) == 1:
        return found.pop()
    return "" if "" in found else "both"


def is_open(plan: Plan) -> bool:
    """Whether the origin of something in the plan is not known yet."""
    changing = [step for step in plan.steps if step.operation in CHANGING]
    return any(not step.origin or any(not change.origin for change in step.changes) for step in changing)
