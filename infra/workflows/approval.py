"""Save what was previewed, so that what was approved is what is applied.

An approval is bound to the plan (every step, property and value), the state it was made on, and what was live then. It
holds no value, only keyed digests, and is sealed with a keyed code: who does not know the passphrase can neither read a
value out of it nor change a word of it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.errors import LiveMoved, NotApproved, PlanChanged, StateMoved
from infra.model.fingerprint import Fingerprints
from infra.workflows.binding import (
    Marks,
    Now,
    SavedStep,
    deployed,
    is_dark,
    live_marks,
    plan_differences,
    plan_marks,
    readable_name,
    undermined,
    unreadable,
)

VERSION = 2
KIND = "twelvefold-approval"
LONGEST = timedelta(days=7)
LARGEST = 20_000_000
AGAIN = "Look at a new preview: twelvefold preview {stack} --refresh --save FILE"
MOST_NAMED = 8


@dataclass(frozen=True)
class SavedStack:
    """What was approved of one stack, and what it was approved on."""

    stack: str
    plan: str
    steps: Mapping[str, SavedStep]
    state: str
    live: Marks = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved:
    """An approval: of one or several stacks, when and of which commit it was made."""

    project: str
    made_at: datetime
    commit: str
    refreshed: bool
    cut: int
    stacks: Mapping[str, SavedStack]
    values: tuple[str, ...] = ()
    """What the values are called that nobody could read whole."""


def save(
    project: str,
    stacks: Mapping[str, Now],
    fingerprints: Fingerprints,
    *,
    refreshed: bool,
    commit: str = "",
    cut: int = 0,
    values: Sequence[str] = (),
    now: datetime | None = None,
) -> str:
    """The text of an approval.

    ``cut`` counts the rows that the report left out or shortened for want of room, and ``values`` names what was too
    long to be shown whole: then nobody saw the whole plan, and what is saved says so and is refused. Stacks of which
    an earlier one takes away what a later one is in are refused at once: the later one's plan would be another by then.
    """
    if gone := undermined([stack.preview for stack in stacks.values()]):
        raise NotApproved(
            f'the pipeline "{gone}" goes, and later stacks are in it: their plans are others by then',
            where=next(iter(stacks)),
            todo="Approve one stack after the other.",
        )
    saved = Saved(
        project=project,
        made_at=now or datetime.now(UTC),
        commit=commit,
        refreshed=refreshed,
        cut=cut,
        values=tuple(values),
        stacks={name: _saved_stack(name, stack, fingerprints) for name, stack in stacks.items()},
    )
    document = _document(saved, fingerprints)
    return json.dumps({**document, "seal": _seal(document, fingerprints)}, indent=1, sort_keys=True) + "\n"


def _saved_stack(name: str, now: Now, fingerprints: Fingerprints) -> SavedStack:
    steps = plan_marks(now.preview, fingerprints)
    blind = tuple(sorted(unreadable(now.live))) if now.live else ()
    return SavedStack(name, _digest(steps, fingerprints), steps, now.state, live_marks(now, fingerprints), blind)


def _digest(steps: Mapping[str, SavedStep], fingerprints: Fingerprints) -> str:
    return fingerprints.digest({urn: asdict(step) for urn, step in steps.items()})


def _document(saved: Saved, fingerprints: Fingerprints) -> dict[str, Any]:
    return {
        "kind": KIND,
        "version": VERSION,
        "project": saved.project,
        "made_at": saved.made_at.isoformat(),
        "commit": saved.commit,
        "refreshed": saved.refreshed,
        "cut": saved.cut,
        "values": list(saved.values),
        "key": _key_id(fingerprints),
        "stacks": {name: asdict(stack) for name, stack in saved.stacks.items()},
    }


def _key_id(fingerprints: Fingerprints) -> str:
    return fingerprints.of("which key seals approvals")


def _seal(document: Mapping[str, Any], fingerprints: Fingerprints) -> str:
    text = json.dumps({key: value for key, value in document.items() if key != "seal"}, sort_keys=True)
    return fingerprints.digest(["seal of an approval", text])


def read_saved(text: str, fingerprints: Fingerprints, project: str, *, now: datetime | None = None) -> Saved:
    """An approval as it was saved; one that was tampered with, cut, too old or another project's is refused."""
    document = _checked(text, fingerprints)
    try:
        saved = _read(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotApproved("the approval cannot be understood", todo=AGAIN.format(stack="")) from None
    if saved.project != project:
        raise NotApproved(f'the approval is for the project "{saved.project}", and this is "{project}"')
    if saved.cut:
        raise NotApproved(
            f"{cut_text(saved.cut, saved.values)}: nobody saw the whole plan",
            todo="Preview fewer stacks at once, or change less at once; or bring it up without an approval.",
        )
    age = (now or datetime.now(UTC)) - saved.made_at
    if age > LONGEST or age < -timedelta(hours=1):
        made = saved.made_at.strftime("%Y-%m-%d %H:%M UTC")
        raise NotApproved(
            f"the approval of {made} is out of date: it holds for {LONGEST.days} days", todo=_again(saved)
        )
    return saved


def cut_text(cut: int, values: Sequence[str]) -> str:
    """What nobody could see of a report, in words: how many rows, and which values."""
    rows = "one row" if cut == 1 else f"{cut} rows"
    named = f", for these values are too long to be shown whole: {_listed(values)}" if values else ""
    return f"the report that people look at was cut by {rows}{named}"


def _again(saved: Saved) -> str:
    return AGAIN.format(stack=" ".join(saved.stacks))


def _checked(text: str, fingerprints: Fingerprints) -> dict[str, Any]:
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("kind") != KIND:
            raise ValueError
    except (ValueError, RecursionError):
        raise NotApproved(
            "this is no approval", todo="Make one: twelvefold preview STACK --refresh --save FILE"
        ) from None
    if document.get("version") != VERSION:
        raise NotApproved(f"the approval has version {document.get('version')}, and this reads version {VERSION}")
    if document.get("key") != _key_id(fingerprints):
        raise NotApproved("the approval was made with another passphrase", todo="Use the passphrase of the project.")
    if not hmac.compare_digest(str(document.get("seal", "")).encode(), _seal(document, fingerprints).encode()):
        raise NotApproved("the approval was changed after it was made", todo=AGAIN.format(stack="STACK"))
    return document


def _read(document: Mapping[str, Any]) -> Saved:
    return Saved(
        project=document["project"],
        made_at=datetime.fromisoformat(document["made_at"]),
        commit=document["commit"],
        refreshed=document["refreshed"],
        cut=document["cut"],
        stacks={name: _read_stack(stack) for name, stack in document["stacks"].items()},
        values=tuple(document["values"]),
    )


def _read_stack(stack: Mapping[str, Any]) -> SavedStack:
    steps = {urn: SavedStep(step["operation"], step["properties"]) for urn, step in stack["steps"].items()}
    return SavedStack(stack["stack"], stack["plan"], steps, stack["state"], stack["live"], tuple(stack["unreadable"]))


def check_approved(saved: SavedStack, now: Now, fingerprints: Fingerprints, *, later: bool = False) -> None:
    """Raise ``StateMoved``, ``LiveMoved`` or ``PlanChanged``, naming the difference, unless all is as approved.

    ``later`` says that an earlier stack of the same approval was brought up since: what that makes known may be known.
    """
    todo = AGAIN.format(stack=saved.stack)
    if saved.state != now.state:
        what = "the stack was updated since this was approved" if saved.state else "the stack was made since"
        raise StateMoved(f"state-moved: {what}", where=saved.stack, todo=todo)
    moved = _moved(saved, now, fingerprints)
    if moved:
        raise LiveMoved(f"live-moved: {_listed(moved)}", where=saved.stack, todo=todo)
    differing = plan_differences(saved.steps, plan_marks(now.preview, fingerprints), later=later)
    if differing:
        raise PlanChanged(f"plan-changed: {_listed(differing)}", where=saved.stack, todo=todo)


def _moved(saved: SavedStack, now: Now, fingerprints: Fingerprints) -> list[str]:
    dark = unreadable(now.live) if now.live else {}
    # Whoever approved was told what could not be read; whoever applies may see more than that, never less.
    lost = [
        f"{readable_name(part)} cannot be read any more ({why})"
        for part, why in sorted(dark.items())
        if not is_dark(part, saved.unreadable)
    ]
    live = live_marks(now, fingerprints)
    differing = sorted(name for name in {*saved.live, *live} if saved.live.get(name) != live.get(name))
    arrived = deployed(now.live) - set(saved.live)
    parts = {*saved.unreadable, *dark}
    seen = [name for name in differing if name not in arrived and not is_dark(name, parts)]
    return lost + [f"{readable_name(name)} {_how(saved.live, live, name)}" for name in seen]


def _how(before: Marks, after: Marks, name: str) -> str:
    if name not in before:
        return "is new"
    return "was changed" if name in after else "is gone"


def _listed(items: Iterable[str]) -> str:
    found = list(items)
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return "; ".join(found[:MOST_NAMED]) + more
