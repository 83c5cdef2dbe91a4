"""What an approval is bound to: digests of a plan's every step, and of every thing that is live."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.engine.events import KNOWN_LATER
from infra.model.estate import Estate, Hidden, Subject, Thing, Unknown
from infra.model.fingerprint import Fingerprints
from infra.model.plan import CHANGING, MASK, Preview, Resource, Step
from infra.rules.owners import owner_of

PROVIDERS = "pulumi:providers:"
PIPELINE = "heroku:pipeline/pipeline:Pipeline"
LATER = "later "
"""How the mark of a value begins that is known later."""
PASSING = {"addon": ("state",)}
"""Fields that change by themselves: an add-on is being made, and then it is made."""
SHOWN_TO_SOME = {"repository": "delete_branch_on_merge", "ruleset": "bypass"}
"""Fields that GitHub tells only whom it trusts to change them."""
Marks = Mapping[str, str]


@dataclass(frozen=True)
class SavedStep:
    """One step that was approved: the operation, and a digest of each of its property changes (or of all inputs)."""

    operation: str
    properties: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class Now:
    """A stack as it is now, to be approved or to be held against an approval."""

    preview: Preview
    state: str
    live: Estate | None = None


def plan_marks(preview: Preview, fingerprints: Fingerprints) -> dict[str, SavedStep]:
    """Every step that changes something, by URN, with digests of what it changes."""
    changing = [step for step in preview.plan.steps if step.operation in CHANGING]
    return {step.urn: SavedStep(step.operation, _properties(step, preview, fingerprints)) for step in changing}


def _properties(step: Step, preview: Preview, fingerprints: Fingerprints) -> dict[str, str]:
    if step.operation in ("delete", "forget"):
        return {}
    if step.operation in ("create", "import"):
        resource = preview.after.get(step.urn, Resource(step.urn))
        inputs = {key: value for key, value in resource.inputs.items() if not _is_token(resource, value)}
        return {key: _mark(value, fingerprints.digest(["input", value])) for key, value in sorted(inputs.items())}
    return {
        change.path: _mark(
            change.after,
            fingerprints.digest(
                [change.kind, change.before, change.after, list(change.fingerprints), change.forces_replacement]
            ),
        )
        for change in sorted(step.changes, key=lambda change: change.path)
    }


def _mark(value: Any, digest: str) -> str:
    return f"{LATER}{digest}" if _is_known_later(value) else digest


def _is_known_later(value: Any) -> bool:
    if isinstance(value, Mapping | list | tuple):
        return any(_is_known_later(one) for one in (value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, Unknown) or value == KNOWN_LATER


def _is_token(resource: Resource, value: object) -> bool:
    """Whether it is what opens a vendor's door: in CI that is another one in every job."""
    return resource.type.startswith(PROVIDERS) and (value == MASK or isinstance(value, Hidden))


def live_marks(now: Now, fingerprints: Fingerprints) -> dict[str, str]:
    """A digest for each thing that is live: as the audit read it, or else as the refresh of the preview found it."""
    if now.live is None:
        return {
            f"{one.type} {one.name}": fingerprints.digest([one.id, one.inputs])
            for one in now.preview.before.values()
            if not one.type.startswith(PROVIDERS)
        }
    marks = {}
    for subject, thing in now.live.things.items():
        if _matters(subject.kind, thing):
            marks[place(subject)] = fingerprints.digest([thing.id, _lasting(subject, thing)])
            marks |= {name: fingerprints.digest(value) for name, value in _shown(subject, thing).items()}
    return marks


def deployed(live: Estate | None) -> set[str]:
    """The process types that stand as a first deploy makes them, as approvals name them: one dyno for web.

    No hand makes a process type, so one that is new there tells of a deploy, which is an ordinary event. Where the plan
    would scale it, the plan is another one by then.
    """
    found = live.things.items() if live else ()
    return {
        place(subject)
        for subject, thing in found
        if live and subject.kind == "formation" and owner_of(subject, thing, live, {}) == "platform"
    }


def place(subject: Subject) -> str:
    """A subject as approvals name it; a tab parts what it is in from its own name, for either may hold a slash."""
    return f"{subject.vendor}/{subject.kind}/{subject.scope}\t{subject.name}"


def _matters(kind: str, thing: Thing) -> bool:
    # Code is released all the time, and what an add-on or the platform brings is theirs to change.
    return kind != "release" and thing.owner not in ("addon", "platform")


def _lasting(subject: Subject, thing: Thing) -> dict[str, Any]:
    passing = (*PASSING.get(subject.kind, ()), SHOWN_TO_SOME.get(subject.kind, ""))
    fields = {name: value for name, value in thing.fields.items() if name not in passing}
    if isinstance(fields.get("value"), Unknown) and thing.updated_at:
        # Of what can only be written, the time is all that tells of a change.
        fields["updated_at"] = thing.updated_at.isoformat()
    return fields


def _shown(subject: Subject, thing: Thing) -> dict[str, Any]:
    """The field of a thing that not everybody is shown, where it is."""
    name = SHOWN_TO_SOME.get(subject.kind, "")
    value = thing.fields.get(name)
    return {} if value is None or isinstance(value, Unknown) else {f"{place(subject)}: {name}": value}


def unreadable(live: Estate) -> dict[str, str]:
    """What could not be read, each with the reason."""
    found = {
        f"{one.vendor}/{one.kind}/{one.scope}": f"{one.why}; it takes {one.needs}" if one.needs else one.why
        for one in live.unreadable
        if one.kind != "release"
    }
    for subject, thing in live.things.items():
        if subject.kind in SHOWN_TO_SOME and _matters(subject.kind, thing) and not _shown(subject, thing):
            found[f"{place(subject)}: {SHOWN_TO_SOME[subject.kind]}"] = "it takes the right to change it"
    return found


def is_dark(name: str, parts: Collection[str]) -> bool:
    """Whether something, as approvals name it, is within what could not be read."""
    return any(_covers(part, name) for part in parts)


def _covers(part: str, name: str) -> bool:
    head = name.partition("\t")[0]
    if name == part or head == part:
        return True
    vendor, kind, scope = part.split("/", 2)
    if kind not in ("app", "repository") or not name.startswith(f"{vendor}/"):
        return False
    # Of an app or repository that stays dark, nothing inside is known either.
    inside = head.split("/", 2)[-1]
    return name.startswith(f"{vendor}/{kind}/\t{scope}") or inside == scope or inside.startswith(f"{scope}/")


def readable_name(name: str) -> str:
    """What approvals name so, as people read it."""
    return name.replace("/\t", "/").replace("\t", "/")


def _follows(approved: SavedStep | None, found: SavedStep | None) -> bool:
    """Whether a step is what becomes of an approved one when what was to be known later is known."""
    if approved is None:
        return False
    firm = {name: mark for name, mark in approved.properties.items() if not mark.startswith(LATER)}
    if firm == approved.properties:
        return False
    if found is None:
        return not firm and approved.operation == "update"
    kept = {name: mark for name, mark in found.properties.items() if name in firm}
    same = approved.operation == found.operation and set(found.properties) <= set(approved.properties)
    return same and kept == firm


def undermined(previews: Sequence[Preview]) -> str:
    """The pipeline that a stack takes away while later ones of ``previews`` (in their order) are in it, or ""."""
    for preview in previews[:-1]:
        for step in preview.plan.steps:
            if step.type == PIPELINE and step.operation in ("delete", "replace"):
                return step.name
    return ""


def plan_differences(
    approved: Mapping[str, SavedStep], found: Mapping[str, SavedStep], *, later: bool = False
) -> list[str]:
    """In words, what a plan has that was not approved, what it lacks, and what it does otherwise.

    ``later`` says that an earlier stack of the same approval was brought up: what was to be known later may be known.
    """
    told = []
    for urn in sorted({*approved, *found}, key=_title):
        before, after = approved.get(urn), found.get(urn)
        if before == after or (later and _follows(before, after)):
            continue
        if before is None or after is None:
            step, how = (after, "was not approved") if before is None else (before, "was approved and is not due")
            told.append(f"to {step.operation if step else ''} {_title(urn)} {how}")
        elif before.operation != after.operation:
            told.append(f"to {after.operation} {_title(urn)} instead of to {before.operation} it")
        else:
            names = sorted(
                name
                for name in {*before.properties, *after.properties}
                if before.properties.get(name) != after.properties.get(name)
            )
            told.append(f"{_title(urn)}: {', '.join(names)}")
    return told


def _title(urn: str) -> str:
    resource = Resource(urn)
    parts = resource.type.split(":")
    return f"{parts[0]}:{parts[-1]} {resource.name}"
