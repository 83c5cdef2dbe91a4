"""Tell in a preview what the state only lets go of, because its value is kept elsewhere by now, as what it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.model.estate import Hidden
from infra.model.plan import MASK, Plan, Preview, PropertyChange, Resource, Step

CONFIG_VARS = ("heroku:app/configAssociation:ConfigAssociation", "heroku:pipeline/configVar:ConfigVar")
_MAPS = ("vars", "sensitiveVars")
_KEPT = "keptElsewhere"


def told_as_let_go(preview: Preview, urns: Collection[str]) -> Preview:
    """The preview, in which ``urns`` are let go of instead of deleted, and so are config vars that are kept elsewhere.

    Our provider does the latter by itself; the engine only knows that they leave the resource.
    """
    plan = let_go(preview.plan, urns)
    return replace(preview, plan=replace(plan, steps=tuple(_config_vars(step, preview) for step in plan.steps)))


def let_go(plan: Plan, urns: Collection[str]) -> Plan:
    """The plan, in which ``urns`` are let go of instead of deleted."""
    gone = (step.operation == "delete" and step.urn in urns for step in plan.steps)
    steps = zip(plan.steps, gone, strict=True)
    return replace(plan, steps=tuple(replace(step, operation="forget") if one else step for step, one in steps))


def _config_vars(step: Step, preview: Preview) -> Step:
    before, after = preview.before.get(step.urn), preview.after.get(step.urn)
    if step.type not in CONFIG_VARS or step.operation != "update" or before is None or after is None:
        return step
    kept = _Kept(before, frozenset(after.inputs.get(_KEPT) or ()))
    return replace(step, changes=tuple(kept.told(step.changes))) if kept.any() else step


@dataclass(frozen=True)
class _Kept:
    """The names of config vars that are kept elsewhere, held against what is recorded."""

    before: Resource
    names: frozenset[str]

    def any(self) -> bool:
        """Whether one of them has a value in the state."""
        return any(self.names & set(self._recorded(name)) for name in _MAPS)

    def told(self, changes: tuple[PropertyChange, ...]) -> Iterator[PropertyChange]:
        """The changes of config vars one by one, and the others as they are."""
        for change in changes:
            head, _, key = change.path.partition(".")
            if head in _MAPS and key:
                yield self._one(change, key)
            elif head in _MAPS and change.kind == "delete":
                yield from (self._one(self._of_whole(change, key), key) for key in sorted(self._recorded(head)))
            else:
                yield change

    def _one(self, change: PropertyChange, key: str) -> PropertyChange:
        return replace(change, kind="forget", after=None) if change.kind == "delete" and key in self.names else change

    def _of_whole(self, change: PropertyChange, key: str) -> PropertyChange:
        value = self._recorded(change.path)[key]
        return replace(change, path=f"{change.path}.{key}", before=MASK if isinstance(value, Hidden) else value)

    def _recorded(self, name: str) -> Mapping[str, Any]:
        found = self.before.inputs.get(name)
        return found if isinstance(found, Mapping) else {}
