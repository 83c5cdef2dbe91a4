"""Plans and reports as text for a terminal of 80 columns: what is gravest first, secrets only by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from infra.model.plan import Plan, PropertyChange, Step
from infra.model.report import Report, StackReport
from infra.reports.escape import LONGEST_MESSAGE, entire, inert, lines_of, plain
from infra.reports.ranking import ranked_steps
from infra.reports.rows import CHANGE_SIGNS, Row, reason_of, rows_of
from infra.reports.words import (
    Name,
    Words,
    change_words,
    counted,
    outcome,
    short_type,
    spoken,
    summary,
    tally,
    value_text,
)

__all__ = [
    "SIGNS",
    "WIDTH",
    "change_text",
    "cut",
    "heading",
    "plan_text",
    "report_text",
    "short_type",
    "step_lines",
    "summary",
    "table",
    "value_text",
]

WIDTH = 80
SIGNS = {
    **{"create": "+", "update": "~", "replace": "±", "delete": "-", "forget": "○"},
    **{"read": "?", "import": "=", "refresh": "~"},
}
_INDENT = " " * 6
_SHORTEST = 12
"""Columns to which a value is shortened, not more."""


def report_text(report: Report, *, width: int = WIDTH, whole: bool = False) -> str:
    """The whole report as lines within ``width`` columns: each stack, then the service, then how it ended.

    With ``whole`` every name and value of a plan is shown to its end, on as many lines as it takes.
    """
    rows = rows_of(report)
    by_stack = {stack: list(same) for stack, same in groupby(rows, key=lambda row: row.stack)}
    lines: list[str] = []
    for stack in report.stacks:
        lines += _stack_lines(stack, by_stack.get(stack.stack, []), width, whole)
    lines += _service_lines(report, by_stack.get("", []), width)
    lines += [line for note in report.notes for line in _wrapped(note, "", width)]
    lines += _wrapped(_end(report), "", width)
    return "\n".join(map(inert, lines))


def plan_text(plan: Plan, *, width: int = WIDTH) -> str:
    """The plan as lines, the gravest operations first, each line within ``width`` columns."""
    steps = ranked_steps(plan.steps)
    lines = [cut(heading(plan), width), *(line for step in steps for line in step_lines(step, width))]
    return "\n".join(map(inert, lines))


def heading(plan: Plan) -> str:
    """One line: the stack and how much of what."""
    return f"{plan.stack}: {summary(plan)}"


def step_lines(step: Step, width: int = WIDTH) -> Iterator[str]:
    """One line for the resource, and one for each property of it that changes."""
    reason = reason_of(step).replace(" (", "  (", 1)
    yield cut(f"  {SIGNS[step.operation]} {short_type(step.type):<28} {step.name}{reason}", width)
    if step.operation in ("update", "replace"):
        for change in step.changes:
            yield _property_line(CHANGE_SIGNS[change.kind], change_words(change), width)


def change_text(change: PropertyChange) -> str:
    """A property's change in one line: its path, before, after, why, and whether it forces a replacement."""
    return f"{CHANGE_SIGNS[change.kind]} {spoken(change_words(change))}"


def cut(line: str, width: int) -> str:
    """The line, shortened with an ellipsis when it is longer than ``width``; control characters made visible."""
    return plain(line, width)


def table(rows: Iterable[tuple[str, ...]], *, width: int = WIDTH) -> str:
    """Rows as aligned columns, each line within ``width``."""
    listed = list(rows)
    sizes = [max(map(len, column)) for column in zip(*listed, strict=True)]
    lines = ("  ".join(f"{cell:<{size}}" for cell, size in zip(row, sizes, strict=True)).rstrip() for row in listed)
    return "\n".join(cut(line, width) for line in lines)


def _stack_lines(stack: StackReport, rows: list[Row], width: int, whole: bool) -> Iterator[str]:
    said = [text for text in (summary(stack.plan) if stack.plan else "", tally(stack.findings)) if text]
    yield from _wrapped(f"{stack.stack}: {'failed' if stack.error else '; '.join(said) or 'clean'}", "", width)
    yield from _row_lines(rows, width, whole)


def _service_lines(report: Report, rows: list[Row], width: int) -> Iterator[str]:
    if rows:
        yield cut(f"{report.project}: {tally(report.findings)}", width)
        yield from _row_lines(rows, width)


def _row_lines(rows: list[Row], width: int, whole: bool = False) -> Iterator[str]:
    for row in rows:
        if row.part in ("steps", "creates"):
            yield from _whole_step_lines(row, width) if whole else _step_row_lines(row, width)
        elif row.part == "error":
            yield from (f"    {line}" for text in lines_of(spoken(row.head)) for line in _wrapped(text, "", width - 4))
        else:
            yield from _told_lines(row, width)


def _step_row_lines(row: Row, width: int) -> Iterator[str]:
    kind, name, reason = row.head[0], row.head[2], row.head[3]
    yield cut(f"  {SIGNS[row.noun]} {spoken((kind,)):<28} {spoken((name, reason))}", width)
    for sign, words in _signed(row):
        yield _property_line(sign, words, width)


def _whole_step_lines(row: Row, width: int) -> Iterator[str]:
    """A step as ever where it fits, and what does not fit to its end on as many lines as it takes."""
    told = (f"  {SIGNS[row.noun]} ", row.head), *((f"{_INDENT}{sign} ", words) for sign, words in _signed(row))
    for line, (opening, words) in zip(_step_row_lines(row, width), told, strict=True):
        yield from [line] if "…" not in line else _chunks(opening, words, width)


def _signed(row: Row) -> Iterator[tuple[str, Words]]:
    yield from zip(row.signs, row.details, strict=True)


def _chunks(opening: str, words: Words, width: int) -> Iterator[str]:
    text = "".join(part if isinstance(part, str) else entire(part.entire) for part in words)
    room = width - len(opening) - 2
    for start in range(0, len(text), room):
        yield f"{'  ' + ' ' * len(opening) if start else opening}{text[start : start + room]}"


def _property_line(sign: str, words: Words, width: int) -> str:
    """A property's change, its longest values shortened until the line fits, so that what is said of them stays."""
    values = [plain(part.text, part.longest) for part in words if isinstance(part, Name)]
    said = sum(len(part) for part in words if isinstance(part, str))
    room = width - len(_INDENT) - 2 - said
    caps = (cap for cap in range(room, _SHORTEST, -1) if sum(min(len(value), cap) for value in values) <= room)
    cap = next(caps, _SHORTEST)
    parts = (part if isinstance(part, str) else plain(part.text, min(cap, part.longest)) for part in words)
    return cut(f"{_INDENT}{sign} {''.join(parts)}", width)


def _told_lines(row: Row, width: int) -> Iterator[str]:
    """A consequence, a message or a finding: its label, what it is, and details below."""
    label = f"{row.label}: " if row.label else ""
    yield from _wrapped(f"{label}{spoken(row.head)}", "  ", width, hang="    ")
    for words in row.details:
        yield from _wrapped(spoken(words), "    ", width, hang="      ")


def _wrapped(text: str, indent: str, width: int, hang: str = "  ") -> list[str]:
    clean = plain(" ".join(text.split()), LONGEST_MESSAGE)
    return wrap(clean, width, initial_indent=indent, subsequent_indent=hang, break_on_hyphens=False) or [indent]


def _end(report: Report) -> str:
    spent = f" ({counted(report.requests, 'request')}, {report.seconds:.1f} s)" if report.requests else ""
    return f"{outcome(report)}{spent}"
