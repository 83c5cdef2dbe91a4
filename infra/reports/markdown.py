"""A report as Markdown, for comments, issues, notes and step summaries: whole rows within a budget of bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent

from infra.model.report import Report, StackReport
from infra.reports.cutting import STEP_SUMMARY, Budget, Fitted, Piece, Written, fit, size
from infra.reports.escape import (
    markdown_cell,
    markdown_code,
    markdown_entire,
    markdown_fence,
    markdown_text,
    web_address,
)
from infra.reports.rows import Group, Row, rows_of, shortened_in
from infra.reports.words import Name, Words, cost_text, counted, moment, outcome, summary, tally

_MOST_STACKS = 50
_MOST_OPEN = 10
"""More creates than this are folded away."""
_NOTICE_ROOM = 1_500
_TITLES = {"impact": "What it means", "steps": "Changes", "diagnostics": "Said meanwhile", "findings": "Noticed"}
_SERVICE = "\n### The service\n"


@dataclass(frozen=True)
class _Frame:
    """What stands around the rows of a group."""

    before: str
    after: str = ""

    @property
    def size(self) -> int:
        return size(self.before) + size(self.after)


def markdown(report: Report, budget: Budget, marker: str = "") -> Written:
    """The report within ``budget``, cut by whole rows; ``marker`` becomes a line of its own at the very top."""
    head, hidden = _head(report, marker)
    foot = _foot(report)
    rows = rows_of(report)
    headings = {"": _SERVICE, **{stack.stack: _heading(stack) for stack in report.stacks}}
    frames = {group: _frame(group, number) for group, number in Counter(row.group for row in rows).items()}
    room = budget.bytes - size(head) - size(foot) - _NOTICE_ROOM
    fitted = fit([_piece(row) for row in rows], room, lambda group: frames[group].size + size(headings[group[0]]))
    if hidden:
        fitted.missing["environment"] = hidden
    body = _body(rows, fitted, headings, frames)
    return Written(f"{head}{_notice(report, fitted)}{body}{foot}", fitted.cut, fitted.values)


def step_summary(report: Report) -> Written:
    """The report for the summary of a GitHub job's step."""
    return markdown(report, STEP_SUMMARY)


def markdown_words(words: Words) -> str:
    """A sentence, with names as code."""
    return "".join(
        markdown_text(part) if isinstance(part, str) else markdown_code(part.text, part.longest) for part in words
    )


def _head(report: Report, marker: str) -> tuple[str, int]:
    """Everything above the rows, and how many environments are not in its table."""
    lines = [*([marker] if marker else []), f"## Twelvefold {report.verb} of {markdown_code(report.project)}", ""]
    lines.append(f"**{markdown_text(outcome(report))}**")
    table, hidden = _table(report)
    lines += ["", *table] if table else []
    lines += ["", *(f"- {markdown_text(note)}" for note in report.notes[:10])] if report.notes else []
    return "\n".join(lines) + "\n", hidden


def _table(report: Report) -> tuple[list[str], int]:
    ranked = sorted(range(len(report.stacks)), key=lambda index: _calm(report.stacks[index]))
    shown = [report.stacks[index] for index in sorted(ranked[:_MOST_STACKS])]
    if len(shown) < 2 and not any(stack.impact and stack.impact.cost for stack in shown):
        return [], 0
    lines = ["| Environment | Changes | Noticed | A month |", "| --- | --- | --- | --- |", *map(_line, shown)]
    return lines, len(ranked) - len(shown)


def _calm(stack: StackReport) -> tuple[bool, bool, bool]:
    """The environments that failed come first, then those that would change, then those with findings."""
    return (not stack.error, not (stack.plan and stack.plan.has_changes), not stack.findings)


def _line(stack: StackReport) -> str:
    plan = "failed" if stack.error else summary(stack.plan) if stack.plan else ""
    noticed = tally(stack.findings) or ("" if plan else "as declared")
    cost = cost_text(stack.impact.cost) if stack.impact and stack.impact.cost else ""
    return f"| {markdown_cell(stack.stack, 60)} | {plan} | {noticed} | {markdown_text(cost)} |"


def _heading(stack: StackReport) -> str:
    said = [text for text in (summary(stack.plan) if stack.plan else "", tally(stack.findings)) if text]
    return f"\n### {markdown_code(stack.stack)}{': ' if said else ''}{'; '.join(said)}\n"


def _frame(group: Group, number: int) -> _Frame:
    part = group[1]
    if part == "error":
        return _Frame("\n")
    if part == "known" or (part == "creates" and number > _MOST_OPEN):
        title = counted(number, "acknowledged finding" if part == "known" else "create")
        return _Frame(f"\n<details><summary>{title}</summary>\n\n", "\n</details>\n")
    return _Frame(f"\n**{_TITLES.get(part, 'To create')}**\n\n")


def _piece(row: Row) -> Piece:
    if row.part == "error":
        return Piece(row.noun, row.rank, row.group, f"{markdown_fence(str(row.head[0]))}\n")
    label = f"**{row.label}** " if row.label else ""
    head = f"- {label}{markdown_words(row.head)}\n"
    details = "".join(f"  - {markdown_words(words)}\n" for words in row.details)
    long = shortened_in(row)
    return Piece(row.noun, row.rank, row.group, head + details, head if details else "", _fold(long), tuple(long))


def _fold(long: Mapping[str, Sequence[Name]]) -> str:
    """Long values from their first character to their last, folded away below their row."""
    if not long:
        return ""
    blocks = [text for called, names in long.items() for text in (markdown_code(called, 300), *_blocks(names))]
    inside = "\n\n".join([f"<details><summary>{counted(len(long), 'long value')} in full</summary>", *blocks])
    return indent(f"\n{inside}\n\n</details>\n\n", "  ")


def _blocks(names: Sequence[Name]) -> list[str]:
    return [markdown_entire(name.entire) for name in names]


def _body(rows: Sequence[Row], fitted: Fitted, headings: Mapping[str, str], frames: Mapping[Group, _Frame]) -> str:
    """The kept rows in the order of the report, each group within its frame."""
    groups: dict[Group, list[str]] = {}
    for index, row in enumerate(rows):
        if index in fitted.texts:
            groups.setdefault(row.group, []).append(fitted.texts[index])
    parts: list[str] = []
    stack: str | None = None
    for group, texts in groups.items():
        parts += [headings[group[0]]] if group[0] != stack else []
        stack = group[0]
        parts += [frames[group].before, *texts, frames[group].after]
    return "".join(parts)


def _notice(report: Report, fitted: Fitted) -> str:
    if not fitted.cut:
        return ""
    address = web_address(report.origin.run_url)
    whole = f" The whole report: [the run]({address})." if address else ""
    return f"\n**Cut to what fits here.** {fitted.notice()}{whole}\n"


def _foot(report: Report) -> str:
    origin = report.origin
    address = web_address(origin.run_url)
    said = [f"commit {markdown_code(origin.commit, 40)}"] if origin.commit else []
    said += [f"branch {markdown_code(origin.branch)}"] if origin.branch else []
    said += [f"by {markdown_code(origin.actor)}"] if origin.actor else []
    said += [f"[run]({address})"] if address else []
    said += [moment(report.made_at)]
    said += [counted(report.requests, "request")] if report.requests else []
    return f"\n---\n{' · '.join(said)}\n"
