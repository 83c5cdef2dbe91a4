"""How things are said, the same in every format: sentences made of our words and of other people's names.

A sentence is a tuple of text, which is prose, and ``Name``, which is somebody's name or value; a format shows the first
as text and the second as code, each quoted as it needs.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.errors import EXIT_CLEAN, EXIT_ERROR, EXIT_INTERRUPTED
from infra.model.estate import Cause
from infra.model.finding import DRIFT, Acknowledgement, FieldDifference, Finding
from infra.model.plan import Plan, PropertyChange
from infra.model.report import FACTORS, Cost, Impact, Report
from infra.reports.escape import LONGEST_NAME, LONGEST_VALUE
from infra.reports.ranking import is_secret

_DONE = {
    "create": ("to create", "created"),
    "update": ("to update", "updated"),
    "replace": ("to replace", "replaced"),
    "delete": ("to delete", "deleted"),
    "forget": ("to let go", "let go"),
    "import": ("to import", "imported"),
}
RANK = ("delete", "replace", "update", "forget", "import", "create")
STAYS = "its value stays"
_SECRET = re.compile(r"^secret ([0-9a-f]{12})$")
_COMMAND = re.compile(r"(?:(?<=: )|^)(?:twelvefold|pulumi|heroku|gh) .*?(?=;|\.?$)", re.MULTILINE)
_CONTEXT = 12


@dataclass(frozen=True)
class Name:
    """A name or value that is not ours; shown cut to ``longest`` characters."""

    text: str
    longest: int = LONGEST_NAME
    whole: str = ""
    """All of it, where ``text`` is but a part."""

    @property
    def is_shortened(self) -> bool:
        """Whether a line shows but a part of it."""
        return bool(self.whole) or len(self.text) > self.longest

    @property
    def entire(self) -> str:
        """From its first character to its last."""
        return self.whole or self.text


Words = tuple[str | Name, ...]
Sharers = Mapping[str, tuple[str, ...]]
"""Which stacks hold the secret with a fingerprint."""


def spoken(words: Words) -> str:
    """A sentence as bare text, for formats that know no code."""
    return "".join(part if isinstance(part, str) else part.text for part in words)


def shortened(words: Words) -> list[Name]:
    """What a sentence shows but a part of."""
    return [part for part in words if isinstance(part, Name) and part.is_shortened]


def counted(number: int, noun: str) -> str:
    """``1 change``, ``2 changes``, ``1,200 changes``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def dollars(cents: int) -> str:
    """US cents as dollars: ``$1,234.50``."""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def moment(at: datetime) -> str:
    """A time to the minute, in UTC: ``2026-11-24 09:05 UTC``."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def cost_text(cost: Cost) -> str:
    """What it costs a month, before and after."""
    if not cost.change:
        return f"{dollars(cost.after)} a month, as before"
    sign = "+" if cost.change > 0 else ""
    return f"{dollars(cost.before)} → {dollars(cost.after)} a month ({sign}{dollars(cost.change)})"


def summary(plan: Plan) -> str:
    """How much of what, in words: "3 to create, 1 to update, 12 unchanged"."""
    done = plan.verb in ("up", "destroy")
    counts = plan.counts()
    said = [f"{counts[op]} {_DONE[op][done]}" for op in RANK if counts[op]]
    if not said:
        return f"no change ({plan.unchanged} resources)" if plan.unchanged else "no change"
    return ", ".join([*said, f"{plan.unchanged} unchanged"] if plan.unchanged else said)


def tally(findings: Iterable[Finding]) -> str:
    """How many of each class, and rules by level: "1 missing, 2 warnings, 3 acknowledged"; nothing for none."""
    listed = list(findings)
    counts = Counter(label_of(finding) for finding in listed if not finding.acknowledged)
    said = [f"{counts[kind]:,} {kind}" for kind in DRIFT if counts[kind]]
    said += [counted(counts[level], level) for level in ("error", "warning", "note") if counts[level]]
    known = sum(finding.acknowledged is not None for finding in listed)
    return ", ".join([*said, f"{known} acknowledged"] if known else said)


def label_of(finding: Finding) -> str:
    """The one word for a finding: its class of drift, or how grave the broken rule is."""
    return finding.level if finding.kind == "rule" else finding.kind


def outcome(report: Report) -> str:
    """How it ended, in one or a few sentences: what failed, what changes, what was noticed."""
    failed = [stack.stack for stack in report.stacks if stack.error]
    said = [f"{', '.join(failed[:3])}{' and others' if len(failed) > 3 else ''} failed."] if failed else []
    plans = [stack.plan for stack in report.stacks if stack.plan]
    said += [_planned(plans)] if plans else []
    said += [text for text in (_drifted(report), _broken(report)) if text]
    return " ".join(said) or ("It was interrupted." if report.exit_code == EXIT_INTERRUPTED else "Nothing to say.")


def _planned(plans: list[Plan]) -> str:
    counts = sum((plan.counts() for plan in plans), Counter())
    done = plans[0].verb in ("up", "destroy")
    said = [f"{counts[op]:,} {_DONE[op][done]}" for op in RANK if counts[op]]
    if not said:
        return "Nothing was changed." if done else "Nothing would change."
    return f"{counted(sum(counts[op] for op in RANK), 'change')}: {', '.join(said)}."


def _drifted(report: Report) -> str:
    counts = Counter(found.kind for found in report.every_finding() if not found.acknowledged)
    said = [f"{counts[kind]:,} {kind}" for kind in DRIFT if counts[kind]]
    if not said:
        return "Everything is as declared." if report.verb == "drift" and not _failed(report) else ""
    noticed = "Nothing drifted. To know" if report.exit_code == EXIT_CLEAN and report.verb == "drift" else "Noticed"
    return f"{noticed}: {', '.join(said)}."


def _failed(report: Report) -> bool:
    return report.exit_code in (EXIT_ERROR, EXIT_INTERRUPTED) or any(stack.error for stack in report.stacks)


def _broken(report: Report) -> str:
    rules = [found for found in report.every_finding() if found.kind == "rule"]
    said = tally(rules)
    return f"Rules: {said}." if said else "The stack files are sound." if report.verb == "check" else ""


def short_type(token: str) -> str:
    """``heroku:app/configAssociation:ConfigAssociation`` as ``heroku:ConfigAssociation``."""
    parts = token.split(":")
    return f"{parts[0]}:{parts[-1]}"


def value_text(value: Any) -> str:
    """A value in short: text quoted, the rest as JSON."""
    return json.dumps(value, ensure_ascii=False)


def sharers(report: Report) -> Sharers:
    """Every secret's fingerprint that the report knows, with the stacks that hold it, or would."""
    found: dict[str, dict[str, None]] = {}
    for one in report.stacks:
        rows = one.picture.rows.values() if one.picture else ()
        shown = (match[1] for match in map(_SECRET.match, rows) if match)
        planned = (change.fingerprints[1] for step in (one.plan.steps if one.plan else ()) for change in step.changes)
        for fingerprint in (*shown, *filter(None, planned)):
            found.setdefault(fingerprint, {})[one.stack] = None
    return {fingerprint: tuple(stacks) for fingerprint, stacks in found.items()}


def change_words(change: PropertyChange, stack: str = "", held: Sharers | None = None) -> Words:
    """A property's change: its path, before, after; of a secret only that it changed, and whose it equals."""
    if change.kind == "forget":
        return (Name(change.path), f": let go, {STAYS}", f"  ({change.origin})" if change.origin else "")
    told = _secret_words(change, stack, held or {}) if is_secret(change) else _plain_words(change)
    reason = f"  ({change.origin})" if change.origin else ""
    forced = "  (forces replacement)" if change.forces_replacement else ""
    return (Name(change.path), ": ", *told, reason + forced)


def _plain_words(change: PropertyChange) -> Words:
    before, after = value_text(change.before), value_text(change.after)
    if change.kind == "update":
        return _both(before, after)
    return (_value(after if change.kind == "add" else before, 0),)


def _both(before: str, after: str) -> Words:
    start = next((index for index, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    return (_value(before, start), " → ", _value(after, start))


def _value(text: str, start: int) -> Name:
    """A value; of a long one the part around ``start``, where it differs, and its length."""
    if len(text) <= LONGEST_VALUE:
        return Name(text, LONGEST_VALUE)
    begin = max(0, min(start, len(text)) - _CONTEXT)
    part = f"{'…' if begin else ''}{text[begin : begin + LONGEST_VALUE // 2]}…"
    return Name(f"{part} ({len(text):,} characters)", LONGEST_VALUE, text)


def _secret_words(change: PropertyChange, stack: str, held: Sharers) -> Words:
    before, after = change.fingerprints
    if not before and not after:
        return ("changed (secret)",)
    # Both are there where it is an update, but nobody may tell what the unknown one is.
    unknown = "(another value)" if change.kind == "update" else ""
    sides = [Name(text) if text else unknown for text in (before, after)]
    said = [part for side in sides if side for part in (" → ", side)][1:]
    known = {"add": "new secret ", "delete": "secret taken away ", "update": "secret "}[change.kind]
    same = "" if before != after else " (the same value)"
    return (known, *said, same, *_shared(after, stack, held))


def _shared(fingerprint: str, stack: str, held: Sharers) -> Words:
    others = [other for other in held.get(fingerprint, ()) if other != stack]
    if not others:
        return ()
    listed = [part for other in others[:3] for part in (", ", Name(other))][1:]
    return (" (same as ", *listed, f" and {len(others) - 3} more)" if len(others) > 3 else ")")


def difference_words(difference: FieldDifference, stack: str = "", held: Sharers | None = None) -> Words:
    """One field, as declared, recorded and live; what says the same is said once."""
    told = {"declared": difference.declared, "recorded": difference.recorded, "live": difference.live}
    by_text: dict[str, list[str]] = {}
    for source, text in told.items():
        by_text.setdefault(text, []).append(source)
    parts: list[str | Name] = []
    for text, sources in by_text.items():
        parts += [", " if parts else "", f"{' and '.join(sources)} ", *source_words(text, stack, held or {})]
    return (Name(difference.name), ": ", *parts)


def source_words(text: str, stack: str, held: Sharers) -> Words:
    """What one source says of a field, as it may be shown."""
    if not text:
        return ("nothing",)
    secret = _SECRET.match(text)
    return (_value(text, 0), *(_shared(secret[1], stack, held) if secret else ()))


def cause_words(cause: Cause) -> Words:
    """Who did it, when and how, and what was there before; nothing where nobody can tell."""
    parts: list[str | Name] = []
    if cause.who:
        parts += ["by ", Name(cause.who)]
    if cause.when:
        parts += [" " if parts else "", f"on {moment(cause.when)}"]
    how = cause.how or (f"release v{cause.version}" if cause.version else "")
    if how:
        parts += [", " if parts else "", how]
    if cause.before:
        parts += ["; " if parts else "", "before: ", _value(cause.before, 0)]
    return tuple(parts)


def acknowledgement_words(known: Acknowledgement) -> Words:
    """Who answers for it, until when and why."""
    until = f" until {known.until}" if known.until else ""
    why: Words = (": ", known.reason) if known.reason else ()
    return ("acknowledged by ", Name(known.owner), until, *why)


def advice_words(text: str) -> Words:
    """What to do, with commands as code: they are copied, so nothing may be put between their characters."""
    parts: list[str | Name] = []
    end = 0
    for found in _COMMAND.finditer(text):
        parts += [text[end : found.start()], Name(found[0], LONGEST_VALUE)]
        end = found.end()
    return tuple(part for part in (*parts, text[end:]) if part)


def factor_text(number: int) -> str:
    """A factor of the twelve by number and name; nothing for none."""
    return f"factor {number}: {FACTORS[number - 1]}" if 1 <= number <= len(FACTORS) else ""


def impact_words(impact: Impact) -> list[Words]:
    """How far a plan reaches, a sentence each; the loss of data is told apart from it."""
    lines = [_app_words(app, impact) for app in dict.fromkeys((*impact.restarts, *impact.releases))]
    lines += [
        (Name(use.name), " is used in ", Name(f"{use.workflow}:{use.line}" if use.line else use.workflow))
        for use in impact.uses
    ]
    return [*lines, *(_cost_words(impact.cost) if impact.cost else ())]


def _app_words(app: str, impact: Impact) -> Words:
    releases, reasons = impact.releases.get(app, 0), impact.restarts.get(app)
    made = f"gets {counted(releases, 'release')}" if releases else ""
    if reasons is None:
        return (Name(app), f" {made} and does not restart")
    why: Words = (": ", "; ".join(reasons)) if reasons else ()
    return (Name(app), f" restarts{' and ' if made else ''}{made}", *why)


def _cost_words(cost: Cost) -> list[Words]:
    unpriced: Words = (f"; no price is known of {counted(len(cost.unpriced), 'thing')}: ",) if cost.unpriced else ()
    names = (Name(", ".join(cost.unpriced), LONGEST_VALUE),) if cost.unpriced else ()
    return [(cost_text(cost), *unpriced, *names)]
