"""What a report says, row by row: each row is whole by itself, knows its risk, and is shown or cut as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from infra.model.finding import Finding
from infra.model.plan import Step
from infra.model.report import Report, StackReport
from infra.reports.escape import LONGEST_VALUE, plain
from infra.reports.ranking import CREATE, IMPORT, LOSS, SECRET, UPDATE, gravity, ranked_findings, ranked_steps, risk
from infra.reports.words import (
    STAYS,
    Name,
    Sharers,
    Words,
    acknowledgement_words,
    advice_words,
    cause_words,
    change_words,
    difference_words,
    factor_text,
    impact_words,
    label_of,
    sharers,
    short_type,
    shortened,
    spoken,
)

Part = Literal["error", "impact", "steps", "creates", "diagnostics", "findings", "known"]
Group = tuple[str, str]
_DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "import": "imported"}
_LET_GO = "let go"

OWNERS = {"addon": ", brought by an add-on", "platform": ", made by the platform"}
# Risks of steps and levels of findings in one order, because one cut goes through both.
_RISK_RANKS = {LOSS: 1, SECRET: 3, UPDATE: 5, IMPORT: 6, CREATE: 8}
_LEVEL_RANKS = {"error": 2, "warning": 4, "note": 7}
_KNOWN = 9
CHANGE_SIGNS = {"add": "+", "delete": "-", "update": "~", "forget": "○"}


@dataclass(frozen=True)
class Row:
    """One thing to say: of which stack (none: the service), in which part, what, and lines below it."""

    stack: str
    part: Part
    noun: str
    """What it is counted as where it is cut: "create", "error"."""
    rank: tuple[int, ...]
    """Rows are shown by rising rank as long as there is room."""
    label: str
    head: Words
    details: tuple[Words, ...] = ()
    signs: str = ""
    """A sign for each of the details, where they are properties: added, deleted or changed."""

    @property
    def group(self) -> Group:
        """What it stands under: its stack and part."""
        return (self.stack, self.part)


def rows_of(report: Report) -> list[Row]:
    """Every row of a report, stack by stack, and within a part the gravest first."""
    held = sharers(report)
    return [
        *(row for stack in report.stacks for row in stack_rows(stack, held)),
        *(finding_row(finding, "", held) for finding in ranked_findings(report.findings)),
    ]


def stack_rows(stack: StackReport, held: Sharers) -> Iterator[Row]:
    """What there is to say of one stack."""
    if stack.error:
        yield Row(stack.stack, "error", "failure", (0,), "failed", (stack.error,))
    yield from _impact_rows(stack)
    if stack.plan:
        done = stack.plan.verb in ("up", "destroy")
        yield from (step_row(step, stack.stack, held, done) for step in ranked_steps(stack.plan.steps))
        for said in stack.plan.diagnostics:
            if said.severity != "info":
                rank = (1 if said.severity == "error" else 4,)
                yield Row(stack.stack, "diagnostics", "message", rank, said.severity, (said.message,))
    yield from (finding_row(finding, stack.stack, held) for finding in ranked_findings(stack.findings))


def _impact_rows(stack: StackReport) -> Iterator[Row]:
    if stack.impact is None:
        return
    for lost in stack.impact.data_loss:
        yield Row(stack.stack, "impact", "loss of data", (0,), "data loss", (lost,))
    for words in impact_words(stack.impact):
        yield Row(stack.stack, "impact", "consequence", (2,), "", words)


def step_row(step: Step, stack: str, held: Sharers, done: bool = False) -> Row:
    """What happens to one resource, and why."""
    reason = reason_of(step)
    head = (Name(short_type(step.type)), " ", Name(step.name), reason)
    shown = step.changes if step.operation in ("update", "replace") else ()
    details = tuple(change_words(change, stack, held) for change in shown)
    signs = "".join(CHANGE_SIGNS[change.kind] for change in shown)
    label = _LET_GO if step.operation == "forget" else _DONE[step.operation] if done else step.operation
    place = risk(step)
    return Row(
        stack,
        "creates" if place == CREATE else "steps",
        step.operation,
        (_RISK_RANKS[place],),
        label,
        head,
        details,
        signs,
    )


def shortened_in(row: Row) -> dict[str, list[Name]]:
    """The values of which a row shows but a part, by what they are called."""
    found: dict[str, list[Name]] = {}
    for words in (row.head, *row.details):
        if names := shortened(words):
            found.setdefault(_called(row, words), []).extend(names)
    return found


def _called(row: Row, words: Words) -> str:
    name = spoken(words[:1]) if words is not row.head and isinstance(words[0], Name) else ""
    about = spoken(row.head[2:3]) if row.part in ("steps", "creates") else spoken(row.head)
    return " of ".join(plain(text) for text in (name, about) if text)


def reason_of(step: Step) -> str:
    """Why it happens to the resource; of what is let go of, that it is still there."""
    reason = STAYS if step.operation == "forget" else step.origin
    return f" ({reason})" if reason else ""


def finding_row(finding: Finding, stack: str, held: Sharers) -> Row:
    """What was noticed, with all that is known of it."""
    known = finding.acknowledged is not None
    noun = "acknowledged finding" if known else finding.level
    rank = (_KNOWN if known else _LEVEL_RANKS[finding.level], *map(int, gravity(finding)))
    label = label_of(finding)
    details = tuple(finding_details(finding, stack, held))
    return Row(stack, "known" if known else "findings", noun, rank, label, (finding.message,), details)


def finding_details(finding: Finding, stack: str, held: Sharers) -> Iterator[Words]:
    """The lines below a finding: what it is about, the difference, who did it, and what to do."""
    subject, owner = subject_text(finding), OWNERS.get(finding.owner, "")
    if subject or owner:
        yield (Name(subject or str(finding.subject), LONGEST_VALUE), owner)
    yield from (difference_words(difference, stack, held) for difference in finding.differences)
    yield from ((f"{term}: ", *words) for term, words in finding_facts(finding))


def subject_text(finding: Finding) -> str:
    """What a finding is about, where its message does not name it already."""
    subject = finding.subject
    if subject is None or {subject.name, *subject.scope.split("/")} <= _named(finding.message):
        return ""
    return str(subject)


def _named(message: str) -> set[str]:
    """The words of a message, and the parts of its paths; and nothing, for what has no name."""
    words = message.replace(":", " ").replace(";", " ").split()
    return {"", *words, *(part for word in words for part in word.split("/"))}


def finding_facts(finding: Finding) -> Iterator[tuple[str, Words]]:
    """What is known of a finding beside its difference, each with a word for what it is."""
    if cause := cause_words(finding.cause):
        yield "history", cause
    if finding.needs:
        yield "to verify it", (finding.needs,)
    if finding.acknowledged:
        yield "known", acknowledgement_words(finding.acknowledged)
    if finding.expired:
        yield "known", ("was acknowledged once; that has expired",)
    if finding.suggestion:
        yield "to do", advice_words(finding.suggestion)
    yield "rule", _rule_words(finding)


def _rule_words(finding: Finding) -> Words:
    factor = factor_text(finding.factor)
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    about: Words = (f" ({factor})",) if factor else ()
    return (Name(finding.rule), *about, *((", in ", Name(place)) if place else ()))
