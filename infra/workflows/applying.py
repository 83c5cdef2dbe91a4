"""Bring up what was approved, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra.engine.command import EngineCommand
from infra.engine.events import Observer
from infra.engine.recorded import Records
from infra.errors import Interrupted, NotApproved, PlanChanged, StateMoved
from infra.model.fingerprint import Fingerprints
from infra.model.plan import CHANGING, Diagnostic, Plan, Preview, Step
from infra.workflows.approval import AGAIN, LARGEST, Saved, SavedStack, check_approved, read_saved
from infra.workflows.binding import Now
from infra.workflows.fingerprinting import project_fingerprints, project_name
from infra.workflows.previewing import Foreseen, Foresight, foresee
from infra.workflows.stacks import Stacks


@dataclass
class Guard:
    """Watches a run, and stops it at the first step that was not approved.

    What is live may still change between the last look and the run. A step is announced when it begins, so the guard
    cannot undo that one; it keeps the others from beginning.
    """

    observer: Observer
    approved: Mapping[str, Step]
    command: EngineCommand
    strangers: list[Step] = field(default_factory=list)

    def started(self, step: Step) -> None:
        """Hold a step that begins against what was approved."""
        if step.operation in CHANGING and not is_approved(step, self.approved.get(step.urn)):
            self.strangers.append(step)
            self.command.interrupt()
        self.observer.started(step)

    def finished(self, step: Step, seconds: float) -> None:
        """Pass it on."""
        self.observer.finished(step, seconds)

    def said(self, diagnostic: Diagnostic) -> None:
        """Pass it on."""
        self.observer.said(diagnostic)


def is_approved(step: Step, approved: Step | None) -> bool:
    """Whether a step does what was approved, or less: what was unknown in the preview may turn out to be no change."""
    if approved is None or step.operation != approved.operation:
        return False
    if step.operation != "update":
        return True
    paths = {change.path for change in approved.changes}
    return all(any(_touch(change.path, path) for path in paths) for change in step.changes)


def _touch(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or (longer.startswith(shorter) and longer[len(shorter)] in ".[")


def open_approval(stacks: Stacks, file: Path, environ: Mapping[str, str]) -> tuple[Saved, Fingerprints]:
    """The approval in ``file``, checked, and the key it was made under."""
    fingerprints, lasting = project_fingerprints(stacks.project, {**environ, **stacks.command.environment})
    if not lasting:
        raise NotApproved("an approval needs the project's passphrase", todo="Set PULUMI_CONFIG_PASSPHRASE.")
    try:
        if file.stat().st_size > LARGEST:
            raise NotApproved("this is no approval: it is too large", where=str(file))
        text = file.read_text()
    except (OSError, UnicodeDecodeError) as fault:
        raise NotApproved(f"the approval cannot be read ({type(fault).__name__})", where=str(file)) from None
    return read_saved(text, fingerprints, project_name(stacks.project)), fingerprints


def up_approved(
    stacks: Stacks,
    saved: Saved,
    fingerprints: Fingerprints,
    names: Sequence[str],
    environ: Mapping[str, str],
) -> Iterator[Plan]:
    """Bring up each of ``names`` as it was approved: all are checked before the first, and each again right before it.

    Raises PlanChanged, StateMoved or LiveMoved; then the stack it names, and all after it, are as they were.
    """
    lacking = [name for name in names if name not in saved.stacks]
    if lacking or not names:
        raise NotApproved(
            f"the approval says nothing of {', '.join(lacking) or 'any stack'}", todo="Preview and save it."
        )
    checked = {one.stack: _check(one, saved, fingerprints) for one in _foresee(stacks, saved, names, environ)}
    for place, name in enumerate(names):
        if place:
            checked[name] = _check(_foresee(stacks, saved, [name], environ)[0], saved, fingerprints, later=True)
        yield _up(stacks, saved.stacks[name], checked[name], refresh=saved.refreshed)


def _foresee(stacks: Stacks, saved: Saved, names: Sequence[str], environ: Mapping[str, str]) -> tuple[Foreseen, ...]:
    foresight: Foresight = foresee(stacks, names, environ, refresh=saved.refreshed, live=True)
    for one in foresight.stacks:
        if one.error:
            raise one.error
    return foresight.stacks


def _check(foreseen: Foreseen, saved: Saved, fingerprints: Fingerprints, *, later: bool = False) -> Preview:
    preview = foreseen.preview
    if preview is None:
        raise NotApproved("there is no preview to hold the approval against", where=foreseen.stack)
    now = Now(preview, foreseen.recorded.version, foreseen.live)
    check_approved(saved.stacks[foreseen.stack], now, fingerprints, later=later)
    return preview


def _up(stacks: Stacks, saved: SavedStack, preview: Preview, *, refresh: bool) -> Plan:
    name, todo = saved.stack, AGAIN.format(stack=saved.stack)
    approved = {step.urn: step for step in preview.plan.steps}
    guard = Guard(stacks.watch(name), approved, stacks.command)
    guarded = replace(stacks, watch=lambda _stack: guard)
    # From here on the engine's own lock keeps others out.
    if Records(stacks.command, stacks.project.folder).read(name).version != saved.state:
        raise StateMoved("state-moved: the stack was updated in this very moment", where=name, todo=todo)
    try:
        plan = guarded.up([name], refresh=refresh)[0]
    except Interrupted:
        if not guard.strangers:
            raise
        plan = None
    if guard.strangers or plan is None:
        first = guard.strangers[0]
        what = f"to {first.operation} {first.name} was not approved; it had begun when this stopped the rest"
        raise PlanChanged(f"plan-changed: {what}", where=name, todo=todo)
    return plan
