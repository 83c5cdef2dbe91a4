"""Make the change of a secret visible without showing it: fingerprints of what it was, and of what it will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from infra.engine.wire import Key, steps_of, value_at
from infra.model.estate import Hidden
from infra.model.fingerprint import Fingerprints
from infra.model.plan import MASK, Preview, PropertyChange, Resource, Step


def with_fingerprints(preview: Preview, fingerprints: Fingerprints) -> Preview:
    """The preview with fingerprints of every secret that changes; one that stays the same is no change."""
    steps = tuple(_told(step, preview, fingerprints) for step in preview.plan.steps)
    return replace(preview, plan=replace(preview.plan, steps=steps))


def _told(step: Step, preview: Preview, fingerprints: Fingerprints) -> Step:
    before, after = preview.before.get(step.urn), preview.after.get(step.urn)
    changes = (_change(change, before, after, fingerprints) for change in step.changes)
    return replace(step, changes=tuple(change for change in changes if not _is_idle(change)))


def _change(
    change: PropertyChange, before: Resource | None, after: Resource | None, fingerprints: Fingerprints
) -> PropertyChange:
    if MASK not in (change.before, change.after):
        return change
    steps = steps_of(change.path)
    old, new = (_secret(resource.inputs if resource else {}, steps) for resource in (before, after))
    told = ("" if old is None else fingerprints.of(old), "" if new is None else fingerprints.of(new))
    return replace(change, fingerprints=told)


def _secret(inputs: Mapping[str, Any], steps: tuple[Key, ...]) -> Hidden | None:
    found = value_at(inputs, steps)
    return found if isinstance(found, Hidden) else None


def _is_idle(change: PropertyChange) -> bool:
    old, new = change.fingerprints
    return change.kind == "update" and old != "" and old == new and not change.forces_replacement
