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
    """A text, how many rows of the report are not, or not whole, in it, and of which values it shows but a part."""

    text: str
    cut: int = 0
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A row as text: whole, and without its details; what it stands under costs ``opening`` bytes once.

    ``fold`` holds from their first character to their last the values that the row itself shows but a part of, and
    ``values`` is what they are called.
    """

    noun: str
    rank: tuple[int, ...]
    group: Group
    whole: str
    short: str = ""
    fold: str = ""
    values: tuple[str, ...] = ()


@dataclass
class Fitted:
    """What was kept, by the piece's index, and what was not."""

    texts: dict[int, str] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    shortened: int = 0
    abridged: int = 0
    values: tuple[str, ...] = ()

    @property
    def cut(self) -> int:
        """Rows that are not there, or not whole."""
        return self.missing.total() + self.shortened + self.abridged

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
        if self.abridged:
            are = "is" if self.abridged == 1 else "are"
            said.append(f"{counted(self.abridged, 'row')} {are} shown with values that are too long to be shown whole.")
        return " ".join(said)


def fit(pieces: Sequence[Piece], room: int, opening: Callable[[Group], int]) -> Fitted:
    """Choose by rank what fits into ``room`` bytes: whole, else without details, else not at all.

    ``opening`` says what a group costs when its first row is shown.
    """
    fitted = Fitted()
    opened: set[Group] = set()
    ranked = sorted(range(len(pieces)), key=lambda index: pieces[index].rank)
    for index in ranked:
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
    _unfold(pieces, ranked, fitted, room)
    return fitted


def _unfold(pieces: Sequence[Piece], ranked: Sequence[int], fitted: Fitted, room: int) -> None:
    """Add long values whole where there is room left: no row gives way to the length of another one's values."""
    for index in ranked:
        piece = pieces[index]
        is_whole = fitted.texts.get(index) is piece.whole
        if is_whole and piece.fold and size(piece.fold) <= room:
            fitted.texts[index] = piece.whole + piece.fold
            room -= size(piece.fold)
        elif piece.fold:
            fitted.abridged += is_whole
            fitted.values += piece.values


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
