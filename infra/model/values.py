"""The values a stack file can hold: plain text, text with references, and secrets known only by their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}")


@dataclass(frozen=True)
class Secret:
    """A secret's place: its path in the stack file, from ``config`` on. The value never enters the model."""

    path: Path

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True)
class Kept:
    """A value that is needed here, but kept in another ``place``: it must be there, and is never written."""

    place: str


@dataclass(frozen=True)
class Unsettled:
    """A value the engine handed over under a secret key, but which no file shows.

    It came from ``--config`` or an imported ESC environment. Where the model has room for a secret it becomes
    one; elsewhere it is the plain value it must be.
    """

    path: Path
    value: Any

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True)
class Reference:
    """One ``${…}``: what it names, split at the dots."""

    steps: tuple[str, ...]

    def __str__(self) -> str:
        return "${" + ".".join(self.steps) + "}"


@dataclass(frozen=True)
class Template:
    """Text with at least one reference in it; ``parts`` alternate freely between text and references."""

    parts: tuple[str | Reference, ...]

    def references(self) -> Iterator[Reference]:
        """Yield each reference, in order of writing."""
        return (part for part in self.parts if isinstance(part, Reference))

    def __str__(self) -> str:
        return "".join(part.replace("${", "$${") if isinstance(part, str) else str(part) for part in self.parts)


Value = str | Template | Secret


def is_open(text: str) -> bool:
    """Whether a reference in ``text`` begins, but does not end."""
    return "${" in _REFERENCE.sub(" ", text)


def parse_text(text: str) -> str | Template:
    """Split ``text`` at its ``${…}`` references; ``$${`` stands for a literal ``${``."""
    parts: list[str | Reference] = []
    end = 0
    literal = ""
    for match in _REFERENCE.finditer(text):
        literal += text[end : match.start()]
        end = match.end()
        if match.group(1) is None:
            literal += "${"
            continue
        if literal:
            parts.append(literal)
        literal = ""
        parts.append(Reference(tuple(match.group(1).strip().split("."))))
    literal += text[end:]
    if not parts:
        return literal
    return Template((*parts, literal) if literal else tuple(parts))
