"""A plan as text for a terminal of 80 columns: what changes first, secrets only by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from infra.model.plan import MASK, Plan, PropertyChange, Step

WIDTH = 80
SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "-", "read": "?", "import": "=", "refresh": "~"}
_WORDS = {
    "create": ("to create", "created"),
    "update": ("to update", "updated"),
    "replace": ("to replace", "replaced"),
    "delete": ("to delete", "deleted"),
    "import": ("to import", "imported"),
}
_RANK = ("delete", "replace", "update", "import", "create")


def plan_text(plan: Plan, *, width: int = WIDTH) -> str:
    """The plan as lines, the gravest operations first, each line within ``width`` columns."""
    shown = [step for step in plan.steps if step.operation in _RANK]
    ranked = sorted(shown, key=lambda step: _RANK.index(step.operation))
    lines = [cut(heading(plan), width), *(line for step in ranked for line in step_lines(step, width))]
    return "\n".join(lines)


def heading(plan: Plan) -> str:
    """One line: the stack and how much of what."""
    return f"{plan.stack}: {summary(plan)}"


def summary(plan: Plan) -> str:
    """How much of what, in words: "3 to create, 1 to update, 12 unchanged"."""
    done = plan.verb in ("up", "destroy")
    counts = plan.counts()
    said = [f"{counts[op]} {_WORDS[op][done]}" for op in _RANK if counts[op]]
    if not said:
        return f"no change ({plan.unchanged} resources)" if plan.unchanged else "no change"
    return ", ".join([*said, f"{plan.unchanged} unchanged"] if plan.unchanged else said)


def step_lines(step: Step, width: int = WIDTH) -> Iterator[str]:
    """One line for the resource, and one for each property of it that changes."""
    yield cut(f"  {SIGNS[step.operation]} {short_type(step.type):<28} {step.name}", width)
    if step.operation in ("update", "replace"):
        yield from (cut(f"      {change_text(change)}", width) for change in step.changes)


def change_text(change: PropertyChange) -> str:
    """A property's change in one line: its path, before, after, and whether it forces a replacement."""
    sign = {"add": "+", "delete": "-", "update": "~"}[change.kind]
    forced = "  (forces replacement)" if change.forces_replacement else ""
    if MASK in (change.before, change.after):
        return f"{sign} {change.path}: changed (secret){forced}"
    before, after = value_text(change.before), value_text(change.after)
    told = {"add": after, "delete": before, "update": f"{before} → {after}"}[change.kind]
    return f"{sign} {change.path}: {told}{forced}"


def value_text(value: Any) -> str:
    """A value in short: text quoted, the rest as JSON."""
    return json.dumps(value, ensure_ascii=False)


def short_type(token: str) -> str:
    """``heroku:app/configAssociation:ConfigAssociation`` as ``heroku:ConfigAssociation``."""
    parts = token.split(":")
    return f"{parts[0]}:{parts[-1]}"


def cut(line: str, width: int) -> str:
    """The line, shortened with an ellipsis when it is longer than ``width``; control characters made visible."""
    clean = "".join(character if character.isprintable() else "�" for character in line)
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def table(rows: Iterable[tuple[str, ...]], *, width: int = WIDTH) -> str:
    """Rows as aligned columns, each line within ``width``."""
    listed = list(rows)
    sizes = [max(map(len, column)) for column in zip(*listed, strict=True)]
    lines = ("  ".join(f"{cell:<{size}}" for cell, size in zip(row, sizes, strict=True)).rstrip() for row in listed)
    return "\n".join(cut(line, width) for line in lines)
