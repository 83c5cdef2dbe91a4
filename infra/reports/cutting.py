"""What fits: whole rows by their rank, within a number of bytes, and how many of what did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from infra.reports.rows import Group
from infra.reports.words import counted


@dataclass(frozen=True)
class Budget:
    """How much a place takes, in bytes of UTF-8; never less than 10,000."""

    bytes: int

    def __post_init__(self) -> None:
        if self.bytes < 10_000:
            raise ValueError("a report needs a budget of at least 10,000 bytes")


# GitHub refuses a comment over 65,536 characters, and a summary of a check run over 65,535.
GITHUB_COMMENT = Budget(60_000)
CHECK_RUN = Budget(60_000)
# Over 1 MiB the whole summary of a step is dropped.
STEP_SUMMARY = Budget(1_000_000)
# GitLab refuses a note over 1,000,000 characters.
GITLAB_NOTE = Budget(990_000)
ISSUE = GITHUB_COMMENT
WHOLE = Budget(10**12)


@dataclass(frozen=True)
class Written:
    """A text, and how many rows of the report are not, or not whole, in it."""

    text: str
    cut: int = 0


@dataclass(frozen=True)
class Piece:
    """A row as text: whole, and without its details; what it stands under costs ``opening`` bytes once."""

    noun: str
    rank: tuple[int, ...]
    group: Group
    whole: str
    short: str = ""


@dataclass
class Fitted:
    """What was kept, by the piece's index, and what was not."""

    texts: dict[int, str] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    shortened: int = 0

    @property
    def cut(self) -> int:
        """Rows that are not there, or not whole."""
        return self.missing.total() + self.shortened

    def notice(self) -> str:
        """What was cut, in words: "87 more rows are not shown: 80 creates, 7 updates."; nothing for nothing."""
        said = []
        if self.missing:
            kinds = ", ".join(counted(number, noun) for noun, number in self.missing.most_common())
            are = "is" if self.missing.total() == 1 else "are"
            said.append(f"{counted(self.missing.total(), 'more row')} {are} not shown: {kinds}.")
        if self.shortened:
            are = "is" if self.shortened == 1 else "are"
            said.append(f"{counted(self.shortened, 'row')} {are} shown without details.")
        return " ".join(said)


def fit(pieces: Sequence[Piece], room: int, opening: Callable[[Group], int]) -> Fitted:
    """Choose by rank what fits into ``room`` bytes: whole, else without details, else not at all.

    ``opening`` says what a group costs when its first row is shown.
    """
    fitted = Fitted()
    opened: set[Group] = set()
    for index in sorted(range(len(pieces)), key=lambda index: pieces[index].rank):
        piece = pieces[index]
        price = 0 if piece.group in opened else opening(piece.group)
        text = _fitting(piece, room - price)
        if not text:
            fitted.missing[piece.noun] += 1
            continue
        fitted.texts[index] = text
        fitted.shortened += text is not piece.whole
        opened.add(piece.group)
        room -= price + size(text)
    return fitted


def _fitting(piece: Piece, room: int) -> str:
    return next((text for text in (piece.whole, piece.short) if text and size(text) <= room), "")


def within(lines: Sequence[str], characters: int) -> list[str]:
    """The first lines that fit into that many characters, and how many more there are."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        characters -= len(line) + 1
        if characters < 0:
            return [*kept, f"… and {counted(len(lines) - number, 'more line')}"]
        kept.append(line)
    return kept


def size(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
