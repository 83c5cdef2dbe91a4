"""Findings that somebody knows of and answers for until a day, and entries that fit nothing any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from infra.model.editing import quoted_scalar
from infra.model.finding import Acknowledgement, Finding
from infra.rules.catalogue import CATALOGUE

FILE = "drift.yaml"


@dataclass(frozen=True)
class Entry:
    """One entry of drift.yaml: which findings, by patterns, and who answers for them until when."""

    rule: str
    subject: str
    stack: str
    acknowledgement: Acknowledgement
    line: int = 0

    def fits(self, finding: Finding) -> bool:
        """Whether the entry means ``finding``; ``*`` stands for any text, ``?`` for any character."""
        what = str(finding.subject) if finding.subject else ".".join(map(str, finding.path))
        pairs = ((self.rule, finding.rule), (self.stack, finding.stack), (self.subject, what))
        return all(fnmatchcase(text, _pattern(wanted)) for wanted, text in pairs)

    def is_expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.acknowledgement.until is not None and self.acknowledgement.until < today


def _pattern(wanted: str) -> str:
    # Names may hold square brackets, which are no ranges here.
    return wanted.replace("[", "[[]") if wanted else "*"


def acknowledge(findings: Iterable[Finding], entries: Sequence[Entry], today: date) -> list[Finding]:
    """The findings, each with who answers for it; one whose day has passed comes back as what it is, and says so."""
    return [_acknowledged(finding, entries, today) for finding in findings]


def _acknowledged(finding: Finding, entries: Sequence[Entry], today: date) -> Finding:
    fitting = [entry for entry in entries if entry.fits(finding)]
    valid = next((entry for entry in fitting if not entry.is_expired(today)), None)
    if valid is not None:
        return replace(finding, acknowledged=valid.acknowledgement)
    return replace(finding, expired=True) if fitting else finding


def unused_entries(entries: Sequence[Entry], findings: Iterable[Finding], stacks: Iterable[str]) -> list[Finding]:
    """A finding for each entry that fits none of ``findings``; entries for stacks that were not looked at rest."""
    told, looked_at = list(findings), list(stacks)
    return [_unused(entry) for entry in entries if _concerns(entry, looked_at) and not any(map(entry.fits, told))]


def _concerns(entry: Entry, stacks: Sequence[str]) -> bool:
    return any(fnmatchcase(stack, _pattern(entry.stack)) for stack in stacks)


def _unused(entry: Entry) -> Finding:
    rule = CATALOGUE["acknowledgement-unused"]
    what = " ".join(filter(None, (entry.rule, entry.subject, entry.stack and f"in {entry.stack}")))
    message = f"nothing like {what or '*'} was found, which {entry.acknowledgement.owner} answers for"
    return replace(Finding(rule.id, rule.level, (), message, "Take the entry out"), file=FILE, line=entry.line)


def baseline_text(findings: Iterable[Finding], owner: str, until: date | None, reason: str) -> str:
    """Entries for drift.yaml that acknowledge ``findings``, one each, to be appended to the list."""
    return "".join(_entry(finding, owner, until, reason) for finding in findings if not finding.acknowledged)


def _entry(finding: Finding, owner: str, until: date | None, reason: str) -> str:
    subject = str(finding.subject) if finding.subject else ".".join(map(str, finding.path))
    fields = {"rule": finding.rule, "subject": _literal(subject), "stack": finding.stack, "owner": owner}
    fields |= {"until": until.isoformat() if until else "", "reason": reason}
    lines = [f"{name}: {quoted_scalar(text)}" for name, text in fields.items() if text]
    return "- " + "\n  ".join(lines) + "\n"


def _literal(text: str) -> str:
    """The pattern that fits just ``text``, as far as there is one."""
    return text.replace("*", "?")
