"""What could not be read, told once a part: never as missing, and always with the permission that was lacking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from infra.model.estate import Estate, Kind, Subject, Unreadable
from infra.model.finding import Finding
from infra.rules.catalogue import CATALOGUE, NOUNS
from infra.rules.places import Dark

FEW = 3
"""So many places are told each by itself; of more than that, so many are named."""


def judge_unread(live: Estate, unseen: Sequence[Subject], stack: str) -> list[Finding]:
    """What could not be read: a finding for each place, or one for all where many are dark for the same reason.

    ``unseen`` is what was looked for and not found.
    """
    dark, hidden = Dark(live.unreadable), dict[Unreadable, int]()
    for subject in unseen:
        for part in dark.over(subject):
            hidden[part] = hidden.get(part, 0) + 1
    return [_finding(parts, sum(hidden.get(part, 0) for part in parts), stack) for parts in _alike(live.unreadable)]


def _alike(unreadable: Sequence[Unreadable]) -> Iterator[list[Unreadable]]:
    """Parts of the same kind that are dark for the same reason, where they are many; else each alone."""
    groups: dict[tuple[str, ...], list[Unreadable]] = {}
    for part in dict.fromkeys(unreadable):
        groups.setdefault((part.vendor, part.kind, part.why, part.needs), []).append(part)
    for parts in groups.values():
        if len(parts) > FEW:
            yield parts
        else:
            yield from ([part] for part in parts)


def _finding(parts: Sequence[Unreadable], hidden: int, stack: str) -> Finding:
    part = parts[0]
    kind = cast("Kind", part.kind) if part.kind in NOUNS else "app" if part.vendor == "heroku" else "repository"
    what = NOUNS[kind].many if part.kind in NOUNS else (part.kind or "everything")
    count = f"; {hidden} declared there cannot be verified" if hidden else ""
    rule = CATALOGUE[f"{kind}-unverifiable"]
    return Finding(
        rule.id,
        rule.level,
        (),
        f"the {what}{_where(parts)} could not be read: {part.why}{count}",
        f"Give the token {part.needs}" if part.needs else "Run it again",
        "unverifiable",
        stack,
        Subject(part.vendor, kind, part.scope if len(parts) == 1 else "", ""),
        factor=rule.factor,
        needs=part.needs,
    )


def _where(parts: Sequence[Unreadable]) -> str:
    scopes = [part.scope for part in parts]
    if len(scopes) > FEW:
        return f" of {', '.join(scopes[:FEW])} and {len(scopes) - FEW} more"
    return f" of {scopes[0]}" if scopes[0] else f" at {parts[0].vendor.capitalize()}"
