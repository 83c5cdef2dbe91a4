"""Text that others chose, made harmless for wherever it is shown.

Names, values and messages come from vendors, stack files and pull requests of strangers. Before anything else they
become ``plain``: one line of printable characters, of sensible length. Each format then quotes what acts in it.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
LONGEST_VALUE = 240
LONGEST_MESSAGE = 600
UNSHOWABLE = "�"

_MOST_MARKS = 3
_NEAR = 4
_LOG_COMMAND = re.compile(r"##(?=\w{0,20}\[)")
"""GitHub's runner, Azure's and TeamCity's obey ``##[``, ``##vso[`` and ``##teamcity[`` anywhere in a line."""
_BREAKS = re.compile(r"[ \t\r]*\n\s*")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|~&$^!]")
_ADDRESS = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(?=:)|www(?=\.)|\bGH(?=-\d)")
_REFERENCE = re.compile(r"[@#%!&$~](?=[\w\"\[])|(?<=\w)#")
"""People, issues, and GitLab's milestones, merge requests, epics, snippets and labels; also where it was escaped."""
_BACKTICKS = re.compile(r"`+")
_APART = "&#8203;"
"""A space of no width: the vendors' own way to keep ``@name`` or ``#1`` from becoming a mention or a reference."""


def plain(text: str, longest: int = LONGEST_NAME) -> str:
    """One printable line: what acts, hides or turns text around shows as ``�``, what is too long ends in ``…``."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    if not (short.isascii() and short.isprintable()):
        short = "".join(_printable(short))
    return _LOG_COMMAND.sub("## ", short) if "##" in short else short


def prose(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """A message as one plain line: its own line breaks become spaces."""
    # Cut before any pattern looks at it, so that a message of megabytes costs nothing.
    near = text[: _NEAR * longest]
    return plain(_BREAKS.sub(" ", near.strip()) if "\n" in near else near, longest)


def _printable(text: str) -> list[str]:
    """Its characters, without those that act, and with no more than three marks stacked on one of them."""
    shown: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            shown.append(_shown(character))
    return shown


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if unicodedata.category(character) == "Zs" else UNSHOWABLE


def lines_of(text: str, *, most: int = 20, longest: int = LONGEST_MESSAGE) -> list[str]:
    """A message of several lines, each of them plain; what is more than ``most`` is counted."""
    found = text.splitlines()
    kept = [inert(plain(line, longest)) for line in found[:most]]
    more = len(found) - most
    return kept if more <= 0 else [*kept, f"… and {more:,} more line{'' if more == 1 else 's'}"]


def inert(line: str) -> str:
    """The line, so that GitHub's runner does not take it for a command when it is printed in a build."""
    return line.replace("::", ": :", 1) if line.lstrip().startswith("::") else line


def markdown_text(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Prose in Markdown: no markup, no HTML, no mention, no reference, no link."""
    quoted = _MARKDOWN.sub(lambda found: f"\\{found[0]}", prose(text, longest))
    # References first: what is put in to keep things apart has a # itself.
    apart = _REFERENCE.sub(lambda found: found[0] + _APART, quoted)
    return _ADDRESS.sub(lambda found: found[0] + _APART, apart)


def markdown_code(text: str, longest: int = LONGEST_NAME) -> str:
    """A name or value as code in Markdown, whatever backticks it holds; not for the cells of a table."""
    shown = plain(text, longest).replace("<!--", "<! --")
    if not shown.strip():
        return "` `"
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{room}{shown}{room}{fence}"


def markdown_cell(text: str, longest: int = LONGEST_NAME) -> str:
    """A name as code in a cell of a table, where a bar would end the cell even inside of code."""
    return markdown_code(text, longest).replace("|", "\\|")


def markdown_fence(text: str) -> str:
    """A message of several lines as a block of code; none of them is a quick action (``/close``) or a command."""
    return _fenced([line.replace("<!--", "<! --") for line in lines_of(text)])


def _fenced(lines: list[str]) -> str:
    lines = [f"> {line}" for line in lines]
    longest = max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *lines, fence])


def entire(text: str) -> str:
    """A value from its first character to its last in one line; what cannot be seen is written as an escape."""
    shown = "".join(mark if mark.isprintable() else _escaped(mark) for mark in text)
    return _LOG_COMMAND.sub("#\\\\u0023", shown)


def markdown_entire(text: str) -> str:
    """A value as a block of code in Markdown, nothing of it left out."""
    shown = entire(text).replace("<!--", "\\u003c!--")
    return _fenced(shown.replace("\\n", "\\n\n").split("\n"))


def command_text(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """The message of a workflow command."""
    return prose(text, longest).replace("%", "%25")


def command_property(text: str, longest: int = LONGEST_NAME) -> str:
    """A property of a workflow command, where colons and commas end it."""
    return command_text(text, longest).replace(":", "%3A").replace(",", "%2C")


def json_text(text: str) -> str:
    """JSON with everything unprintable, and what a build log would obey, written as escapes: the same document."""
    if not text.isascii() or "\x7f" in text:
        text = "".join(mark if mark == "\n" or mark.isprintable() else _escaped(mark) for mark in text)
    return _LOG_COMMAND.sub("#\\\\u0023", text) if "##" in text else text


def _escaped(mark: str) -> str:
    units = mark.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index]:02x}{units[index + 1]:02x}" for index in range(0, len(units), 2))


def web_address(text: str) -> str:
    """The address if it is one that may become a link, else nothing: https, and no character that could end it."""
    return text if re.fullmatch(r"https?://[\w.:-]{1,255}(/[\w./?=&%-]{0,1000})?", text, re.ASCII) else ""
