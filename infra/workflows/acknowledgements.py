"""Read and append to ``drift.yaml``, the findings that a team knows of, with who answers for each and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from infra.errors import InputError, Problem
from infra.model.finding import Acknowledgement, Finding
from infra.model.project import Project, closest
from infra.model.scalars import Ambiguous
from infra.model.stackfile import StackFile, read_stack_file
from infra.model.values import Path, Secret
from infra.model.wording import dotted, listing, visible
from infra.rules.acknowledged import FILE, Entry, baseline_text

KEYS = ("rule", "subject", "stack", "owner", "until", "reason")
_NEEDED = ("owner", "reason")


def read_acknowledgements(project: Project) -> tuple[Entry, ...]:
    """The entries of the project's drift.yaml, none where there is no such file; ``InputError`` with all its faults."""
    path = project.folder / FILE
    if not path.exists():
        return ()
    source = read_stack_file(path)
    reader = _Reader(source)
    entries = reader.entries()
    if source.problems:
        raise InputError(source.problems)
    return entries


def accept(project: Project, findings: Iterable[Finding], owner: str, until: date | None, reason: str) -> FilePath:
    """Append an entry for each finding that nobody answers for yet to drift.yaml, which must be sound; returns it."""
    read_acknowledgements(project)
    path = project.folder / FILE
    before = path.read_text() if path.exists() else "# What this team knows of, who answers for it, and until when.\n"
    path.write_text(f"{before.rstrip()}\n{baseline_text(findings, owner, until, reason)}")
    return path


class _Reader:
    def __init__(self, source: StackFile) -> None:
        self.source = source

    def problem(self, path: Path, message: str, suggestion: str = "") -> None:
        told = (visible(self.source.name), self.source.line(path), visible(dotted(path)))
        self.source.problems.append(Problem(*told, visible(message), visible(suggestion)))

    def entries(self) -> tuple[Entry, ...]:
        document = self.source.document
        if document is None:
            return ()
        if not isinstance(document, list):
            self.problem((), "must be a list of acknowledgements", "- {rule: …, subject: …, owner: …, reason: …}")
            return ()
        found = [self.entry(index, item) for index, item in enumerate(document)]
        return tuple(entry for entry in found if entry is not None)

    def entry(self, index: int, item: Any) -> Entry | None:
        if not isinstance(item, dict):
            self.problem((index,), "must be a map", listing(KEYS))
            return None
        for key in item:
            if key not in KEYS:
                self.problem((index, key), "is not a known setting", closest(key, KEYS) or listing(KEYS))
        told = {key: self.text((index, key), item[key]) for key in KEYS if item.get(key) is not None}
        for key in _NEEDED:
            if not told.get(key) and item.get(key) is None:
                self.problem((index,), f"has no {key}", "Say who answers for it, and why")
        if not told.get("rule") and not told.get("subject"):
            self.problem((index,), "means everything", "Name a rule or a subject; * stands for any text")
        until = self.day((index, "until"), told.get("until", ""))
        known = Acknowledgement(told.get("owner", ""), until, told.get("reason", ""))
        place = (told.get("rule", ""), told.get("subject", ""), told.get("stack", ""))
        return Entry(*place, known, self.source.line((index,)))

    def text(self, path: Path, value: Any) -> str:
        if isinstance(value, Ambiguous):
            return value.text
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value)
        self.problem(path, "must be text" if not isinstance(value, Secret) else "cannot be a secret")
        return ""

    def day(self, path: Path, text: str) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.problem(path, f"{text} is no day", "Write it as 2027-01-31")
            return None
