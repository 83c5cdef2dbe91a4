"""Releases that people made by hand: rollbacks, and config that was changed past the stack files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from infra.model.estate import Cause, Estate, Subject
from infra.model.finding import Finding
from infra.rules import commands
from infra.rules.catalogue import CATALOGUE

_ROLLBACK = re.compile(r"rollback to (v\d+)", re.IGNORECASE)


def judge_releases(
    live: Estate, by_hand: Mapping[Subject, Cause], told: Iterable[Finding], stack: str
) -> list[Finding]:
    """A finding for each release by hand, unless ``told`` has what it changed already."""
    keys = {(one.subject.scope, one.subject.name) for one in told if one.subject and one.subject.kind == "config-var"}
    found = []
    for subject, cause in by_hand.items():
        said = str(live.things[subject].fields.get("description", "")) if subject in live.things else cause.how
        back = _ROLLBACK.search(said)
        if back:
            message = f"{subject.scope} was rolled back to {back[1]} by hand ({subject.name})"
            found.append(_finding("release-rollback", subject, cause, message, stack))
        elif not any((subject.scope, word) in keys for word in re.findall(r"\w+", said)):
            message = f"config of {subject.scope} was changed by hand in {subject.name}"
            found.append(_finding("release-by-hand", subject, cause, message, stack))
    return found


def _finding(id: str, subject: Subject, cause: Cause, message: str, stack: str) -> Finding:
    rule = CATALOGUE[id]
    todo = f"See what is released: {commands.command('heroku', 'releases', '--app', subject.scope)}"
    found = Finding(id, rule.level, (), message, todo, "unmanaged", stack, subject, factor=rule.factor)
    return replace(found, cause=cause, owner="unmanaged")
