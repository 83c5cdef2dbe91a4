"""The pipeline as a picture: where each environment's box stands, and what is written in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from infra.model.finding import Level
from infra.model.plan import CHANGING
from infra.model.report import Report, StackReport
from infra.reports.escape import plain
from infra.reports.words import counted

WIDTH, HEIGHT, GAP = 230, 132, 48
MOST_ABREAST = 4
_LONGEST = 26
_MOST_APPS = 2
_MARGIN = 14
_LEVELS: tuple[Level, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Badge:
    """How many findings of a level; ``x`` within its box, both in pixels of the picture."""

    level: str
    text: str
    x: int
    width: int


@dataclass(frozen=True)
class Box:
    """One environment: its place in pixels, its name, its apps and what happens to it."""

    x: int
    y: int
    title: str
    stage: str
    apps: tuple[str, ...]
    state: str
    tone: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True)
class Drawing:
    """Boxes from the first stage to the last, side by side or (``upright``) one below the other; sizes in pixels."""

    boxes: tuple[Box, ...]
    width: int
    height: int
    upright: bool

    @property
    def arrows(self) -> tuple[tuple[int, int, int, int], ...]:
        """From each box to the next: x1, y1, x2, y2."""
        return tuple(self._arrow(box) for box in self.boxes[:-1])

    def _arrow(self, box: Box) -> tuple[int, int, int, int]:
        if self.upright:
            middle = box.x + WIDTH // 2
            return (middle, box.y + HEIGHT, middle, box.y + HEIGHT + GAP)
        middle = box.y + HEIGHT // 2
        return (box.x + WIDTH, middle, box.x + WIDTH + GAP, middle)


def drawings(report: Report) -> tuple[Drawing, ...]:
    """The pipeline for wide screens and for narrow ones; only the latter where it has many stages; none without any."""
    if not report.stacks:
        return ()
    upright = _drawing(report.stacks, upright=True)
    return (upright,) if len(report.stacks) > MOST_ABREAST else (_drawing(report.stacks, upright=False), upright)


def _drawing(stacks: tuple[StackReport, ...], *, upright: bool) -> Drawing:
    step = (HEIGHT if upright else WIDTH) + GAP
    places = [(0, index * step) if upright else (index * step, 0) for index in range(len(stacks))]
    boxes = tuple(_box(stack, x, y) for stack, (x, y) in zip(stacks, places, strict=True))
    long = step * len(stacks) - GAP
    return Drawing(boxes, WIDTH if upright else long, long if upright else HEIGHT, upright)


def _box(stack: StackReport, x: int, y: int) -> Box:
    picture = stack.picture
    stage = picture.stage if picture and picture.stage != stack.stack else ""
    apps = picture.apps if picture else ()
    shown = tuple(plain(app, _LONGEST) for app in apps[:_MOST_APPS])
    if len(apps) > _MOST_APPS:
        shown = (*shown[:-1], f"{counted(len(apps) - _MOST_APPS + 1, 'more app')}")
    state, tone = _state(stack)
    return Box(x, y, plain(stack.stack, 20), plain(stage, _LONGEST), shown, state, tone, _badges(stack))


def _state(stack: StackReport) -> tuple[str, str]:
    if stack.error:
        return "failed", "bad"
    if stack.plan is None:
        return "", "calm"
    counts = stack.plan.counts()
    changes = sum(counts[operation] for operation in CHANGING)
    if not changes:
        return "no change", "calm"
    grave = counts["delete"] + counts["replace"]
    return counted(changes, "change"), "bad" if grave else "warn"


def _badges(stack: StackReport) -> tuple[Badge, ...]:
    """A badge for each level; one for all of them where there is no room."""
    counts = Counter(finding.level for finding in stack.findings if not finding.acknowledged)
    found = [(level, counted(counts[level], level)) for level in _LEVELS if counts[level]]
    if sum(_badge_width(text) + 6 for _, text in found) > WIDTH - _MARGIN:
        found = [(found[0][0], counted(counts.total(), "finding"))]
    badges: list[Badge] = []
    x = _MARGIN
    for level, text in found:
        badges.append(Badge(level, text, x, _badge_width(text)))
        x += _badge_width(text) + 6
    return tuple(badges)


def _badge_width(text: str) -> int:
    return 7 * len(text) + 8
