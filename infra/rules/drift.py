"""Compare what is declared, recorded and live, and tell each difference once, in one class, with a way out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from infra.model.estate import Cause, Estate, Subject, Thing, Unreadable
from infra.model.finding import Class, FieldDifference, Finding
from infra.model.fingerprint import Fingerprints
from infra.model.values import Path
from infra.rules import commands
from infra.rules.catalogue import CATALOGUE, NOUNS
from infra.rules.laid import Laid, lay, moved
from infra.rules.ledger import judge_secret, was_made_anew
from infra.rules.owners import owner_of, without_automated
from infra.rules.places import Dark, container, containers, key
from infra.rules.releases import judge_releases
from infra.rules.unread import judge_unread

_WRITE_ONLY = ("secret", "dependabot-secret")


@dataclass(frozen=True)
class Context:
    """What a comparison needs to know besides the estates."""

    stack: str
    known: Collection[Subject] = ()
    """What other stacks own, as it is looked up: neither ours nor unmanaged."""
    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    paths: Mapping[Subject, Path] = field(default_factory=dict)
    """Where things are declared."""
    by_hand: Mapping[Subject, Cause] = field(default_factory=dict)
    """The releases that no update of ours made."""


def compare(declared: Estate, recorded: Estate, live: Estate, context: Context) -> tuple[Finding, ...]:
    """Every difference between the three, the gravest class first; what could not be read is said, never guessed."""
    return _Comparison(declared, recorded, live, context).findings()


class _Comparison:
    def __init__(self, declared: Estate, recorded: Estate, live: Estate, context: Context) -> None:
        self.context = context
        self.claimed = {**recorded.things, **declared.things}
        self.live = without_automated(live, self.claimed)
        self.laid = [one for one in lay(declared, recorded, self.live) if one.subject.kind != "release"]
        self.known = context.known
        self.dark = Dark(live.unreadable)
        self.scopes = {subject.scope for subject in self.live.things}

    def findings(self) -> tuple[Finding, ...]:
        """All findings, each part of what is gone or new as a whole told with that whole."""
        found = [finding for laid in self.laid for finding in self._judge(laid)]
        found = _folded(found, {one.subject: one for one in self.laid})
        found += judge_unread(self.live, [one.subject for one in self.laid if one.live is None], self.context.stack)
        found += judge_releases(self.live, self.context.by_hand, found, self.context.stack)
        order: tuple[Class, ...] = ("missing", "changed", "unmanaged", "unverifiable", "pending", "rule")
        return tuple(sorted(found, key=lambda one: order.index(one.kind)))

    def _judge(self, laid: Laid) -> Iterator[Finding]:
        if laid.live is None and any(self._is_hidden_by(part, laid.subject) for part in self.dark.over(laid.subject)):
            yield from self._waiting(laid)
        elif laid.kept_in:
            yield from self._kept(laid)
        elif laid.declared is None and laid.recorded is None:
            yield from self._undeclared(laid, laid.shown)
        elif laid.declared is None:
            yield from self._no_longer_declared(laid)
        elif laid.recorded is None:
            yield from self._not_recorded(laid)
        elif laid.live is None:
            yield from self._missing(laid)
        else:
            yield from self._differing(laid)
            if laid.subject.kind in _WRITE_ONLY:
                yield from self._touched(laid, laid.recorded, laid.live)

    def _is_hidden_by(self, part: Unreadable, subject: Subject) -> bool:
        """Whether it may be there, but could not be seen; what stands beside something seen was looked at."""
        inside = part.kind == "environment" and subject.kind != "environment"
        return not (inside and subject.scope in self.scopes)

    def _finding(self, laid: Laid, kind: Class, message: str, todo: str, rule: str = "") -> Finding:
        entry = CATALOGUE[rule or f"{laid.subject.kind}-{kind}"]
        path = self.context.paths.get(laid.subject, ())
        finding = Finding(entry.id, entry.level, path, message, todo, kind, self.context.stack, laid.subject)
        cause = laid.live.cause if laid.live else laid.shown.cause
        return replace(finding, factor=entry.factor, cause=cause, owner="declared" if laid.declared else "")

    def _waiting(self, laid: Laid) -> Iterator[Finding]:
        """What can be said of a thing that could not be read: only whether the code asks for something else."""
        if laid.declared and laid.recorded and not laid.kept_in:
            yield from self._pending_fields(laid, moved(laid, self.context.fingerprints).pending)

    def _kept(self, laid: Laid) -> Iterator[Finding]:
        noun = told(laid.subject)
        if laid.recorded is not None:
            message = f"{noun} is kept in {laid.kept_in} now, but the state still records it"
            yield self._finding(laid, "pending", message, commands.let_go(self.context.stack), "kept-recorded")
        if laid.live is None:
            message = f"{noun} is not there; its value is kept in {laid.kept_in}"
            yield self._finding(laid, "missing", message, f"Set it from {laid.kept_in}")

    def _undeclared(self, laid: Laid, live: Thing) -> Iterator[Finding]:
        if self._is_known(laid.subject):
            return
        owner = owner_of(laid.subject, live, self.live, self.claimed)
        if owner != "unmanaged":
            return
        message = f"{told(laid.subject)} is declared by no stack"
        todo = commands.declare_or_remove(self.context.stack, laid.subject, live)
        yield replace(self._finding(laid, "unmanaged", message, todo), owner="unmanaged")

    def _is_known(self, subject: Subject) -> bool:
        inside: Subject | None = subject
        while inside is not None:
            if key(inside) in self.known:
                return True
            inside = container(inside)
        return False

    def _no_longer_declared(self, laid: Laid) -> Iterator[Finding]:
        if laid.live is None:
            message = f"{told(laid.subject)} is no longer declared, and gone already"
        else:
            message = f"{told(laid.subject)} is no longer declared, and still there"
        yield self._finding(laid, "pending", message, commands.up(self.context.stack))

    def _not_recorded(self, laid: Laid) -> Iterator[Finding]:
        stack = self.context.stack
        if laid.live is None:
            yield self._finding(laid, "pending", f"{told(laid.subject)} is not made yet", commands.up(stack))
        elif laid.subject.kind in _WRITE_ONLY:
            message = f"{told(laid.subject)} is there, but was not written by this project"
            todo = f"Say where it is kept (kept_in: …), or write over it: {commands.command('twelvefold', 'up', stack)}"
            yield self._finding(laid, "pending", message, todo, "secret-never-ours")
        else:
            message = f"{told(laid.subject)} is there, but not recorded as ours"
            recover = commands.command("twelvefold", "up", stack, "--recover")
            todo = f"Look for what a run that was killed has made: {recover}"
            differences = moved(laid, self.context.fingerprints)
            finding = self._finding(laid, "pending", message, todo)
            yield replace(finding, differences=(*differences.changed, *differences.pending))

    def _missing(self, laid: Laid) -> Iterator[Finding]:
        if laid.recorded and laid.recorded.fields.get("pending"):
            # It waits for the first deploy, and the provider with it.
            return
        yield self._finding(laid, "missing", f"{told(laid.subject)} is gone", commands.put_back(self.context.stack))

    def _differing(self, laid: Laid) -> Iterator[Finding]:
        differences = moved(laid, self.context.fingerprints)
        if differences.changed:
            message = f"{told(laid.subject)} was changed by hand{_which(differences.changed)}"
            finding = self._finding(laid, "changed", message, commands.fix(self.context.stack))
            yield replace(finding, differences=differences.changed)
        yield from self._unknown_bypass(laid)
        yield from self._pending_fields(laid, differences.pending)

    def _touched(self, laid: Laid, recorded: Thing, live: Thing) -> Iterator[Finding]:
        verdict = judge_secret(recorded, live)
        if verdict == "touched":
            how = "deleted and made again" if was_made_anew(recorded, live) else "written by somebody else"
            message = f"{told(laid.subject)} was {how} after our last write"
            yield self._finding(laid, "changed", message, commands.put_back(self.context.stack), "secret-touched")
        elif verdict == "unverifiable":
            message = (
                f"{told(laid.subject)} cannot be verified: it can only be written, and no time of a write is known"
            )
            yield self._finding(laid, "unverifiable", message, commands.put_back(self.context.stack))

    def _unknown_bypass(self, laid: Laid) -> Iterator[Finding]:
        bypass = laid.live.fields.get("bypass") if laid.live and laid.subject.kind == "ruleset" else None
        why = getattr(bypass, "why", "")
        if why:
            message = f"who may bypass {told(laid.subject)} cannot be verified: {why}"
            todo = "Read with a token that may administer the repository"
            yield replace(self._finding(laid, "unverifiable", message, todo), needs="administration: write")

    def _pending_fields(self, laid: Laid, pending: tuple[FieldDifference, ...]) -> Iterator[Finding]:
        if pending:
            message = f"{told(laid.subject)} is declared otherwise by now{_which(pending)}"
            yield replace(self._finding(laid, "pending", message, commands.up(self.context.stack)), differences=pending)


def told(subject: Subject) -> str:
    """The thing in words: "the config var LOG_LEVEL of banking-staging"."""
    noun = NOUNS[subject.kind].one
    if subject.kind == "coupling":
        return f"the {noun} of {subject.scope}"
    return f"the {noun} {subject.name}" + (f" of {_place(subject)}" if subject.scope else "")


def _place(subject: Subject) -> str:
    inside = container(subject)
    if inside and inside.kind == "environment":
        return f"the environment {inside.name} of {inside.scope}"
    return subject.scope


def _which(differences: tuple[FieldDifference, ...]) -> str:
    names = [one.name for one in differences if one.name != "value"]
    return f": {', '.join(names)}" if names else ""


def _folded(findings: list[Finding], laid: Mapping[Subject, Laid]) -> list[Finding]:
    """Without what goes, or comes, along with what it is inside of; how much that is, is told there."""
    whole = {(key(one.subject), one.kind) for one in findings if one.subject and not one.differences}
    kept: list[Finding] = []
    parts: dict[Subject, int] = {}
    for finding in findings:
        subject = finding.subject
        inside = containers(subject, laid[subject].shown) if subject and _goes_along(finding) else ()
        outer = [place for place in inside if (place, finding.kind) in whole]
        if outer and not finding.differences:
            parts[outer[-1]] = parts.get(outer[-1], 0) + 1
        else:
            kept.append(finding)
    return [_with_parts(one, parts.get(key(one.subject), 0) if one.subject else 0) for one in kept]


def _goes_along(finding: Finding) -> bool:
    """Whether it is told with what it is inside of; what somebody put into something new is looked at by itself."""
    coupled = finding.subject is not None and finding.subject.kind == "coupling"
    return finding.kind in ("missing", "pending") or (finding.kind == "unmanaged" and coupled)


def _with_parts(finding: Finding, count: int) -> Finding:
    if not count or finding.kind not in ("missing", "pending"):
        return finding
    return replace(finding, message=f"{finding.message}, with {count} more in it")
