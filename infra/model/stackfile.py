"""Read a stack file: YAML as the Pulumi engine reads it, with the line of every value and all its faults at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from infra.errors import Problem
from infra.model.scalars import plain_scalar
from infra.model.values import Path, Secret
from infra.model.wording import dotted, visible

# A stack file a person can read is a few kilobytes; these bounds only stop accidents and alias bombs.
LARGEST_FILE = 1_000_000
MOST_NODES = 20_000
DEEPEST = 100

_IMPLICIT = "implicit"
_SEALED = re.compile(r"v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+|[A-Za-z0-9+/=_-]{20,}")


@dataclass
class StackFile:
    """One file's document, the line of each path in it, and what is wrong with it as YAML."""

    name: str
    document: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest parent that stands in the file; 0 if none does."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def read_stack_file(path: FilePath, root: Path = ()) -> StackFile:
    """Read ``path``; each ``{secure: …}`` becomes a ``Secret`` that knows its path in the file.

    Never raises for what a person wrote: the result carries the problems, with paths told from ``root`` on.
    """
    source = StackFile(path.name)
    try:
        size = path.stat().st_size
        text = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as fault:
        source.problems.append(Problem(path.name, 0, "", f"cannot be read ({fault.strerror})"))
        return source
    if size > LARGEST_FILE:
        advice = "A stack file holds settings, not data"
        source.problems.append(Problem(path.name, 0, "", f"{size:,} bytes is more than {LARGEST_FILE:,}", advice))
        return source
    _Reader(source, root).read(text)
    return source


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where it is there
    """Leaves the reading of scalars to us, and so tells a tag that stands in the file from one that is understood."""

    def resolve(self, *_: Any) -> str:
        return _IMPLICIT


class _Unreadable(Exception):
    """Something that makes the rest of the file not worth reading."""

    def __init__(self, line: int, path: Path, message: str, suggestion: str) -> None:
        self.told = (line, path, message, suggestion)


class _Reader:
    def __init__(self, source: StackFile, root: Path) -> None:
        self.source = source
        self.root = root
        self.nodes = 0
        self.open: list[yaml.Node] = []

    def read(self, data: bytes) -> None:
        try:
            text = data.decode("utf-8")
            _refuse_depth(text)
            root = yaml.compose(text, Loader=_Loader)
            self.source.document = None if root is None else self.value(root, ())
        except UnicodeDecodeError as fault:
            line = data[: fault.start].count(b"\n") + 1
            self.problem(line, (), "is not UTF-8 text", "Save the file as UTF-8")
        except yaml.reader.ReaderError as fault:
            line = data[: _offset(fault, text)].count(b"\n") + 1
            self.problem(line, (), "holds a control character", "Remove it")
        except yaml.YAMLError as fault:
            self.broken(fault, text)
        except _Unreadable as fault:
            self.problem(*fault.told)

    def problem(self, line: int, path: Path, message: str, suggestion: str = "") -> None:
        told = path[len(self.root) :] if path[: len(self.root)] == self.root else path
        place = (visible(self.source.name), line, visible(dotted(told)))
        self.source.problems.append(Problem(*place, visible(message), suggestion))

    def broken(self, fault: yaml.YAMLError, text: str) -> None:
        mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
        line = mark.line + 1 if mark else 0
        lines = text.splitlines()
        written = lines[line - 1] if 0 < line <= len(lines) else ""
        if "\t" in written[: len(written) - len(written.lstrip())]:
            self.problem(line, (), "a tab indents this line", "YAML wants spaces")
            return
        reason = getattr(fault, "problem", None) or "cannot be parsed"
        self.problem(line, (), f"not valid YAML: {reason.removeprefix('but ')}")

    def value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.source.lines.setdefault(path, line)
        self.count(node, line, path)
        if node.tag != _IMPLICIT:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self.problem(line, path, f"tags ({tag}) are not read", "Put text in quotation marks instead")
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.style else plain_scalar(node.value)
        self.open.append(node)
        result = self.mapping(node, path) if isinstance(node, yaml.MappingNode) else self.sequence(node, path)
        self.open.pop()
        return result

    def count(self, node: yaml.Node, line: int, path: Path) -> None:
        self.nodes += 1
        if any(node is parent for parent in self.open):
            raise _Unreadable(line, path, "stands in itself", "Write the values out, without an alias")
        if self.nodes > MOST_NODES or len(self.open) > DEEPEST:
            advice = "Write few values out, without anchors and aliases"
            raise _Unreadable(0, (), f"holds more than {MOST_NODES:,} values, aliases included", advice)

    def sequence(self, node: yaml.Node, path: Path) -> list[Any]:
        items = []
        for index, item in enumerate(node.value):
            items.append(self.value(item, (*path, index)))
            if isinstance(item, yaml.ScalarNode):
                # A list may stand for the keys of a map (domains): then its text is the path of what is judged.
                self.source.lines.setdefault((*path, item.value), item.start_mark.line + 1)
        return items

    def mapping(self, node: yaml.MappingNode, path: Path) -> Any:
        result: dict[str, Any] = {}
        for key_node, item in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(line, path, "a key must be plain text")
                continue
            key: str = key_node.value
            if key == "<<" and not key_node.style:
                self.problem(line, path, "merge keys (<<) are not read", "Put what is shared in Pulumi.yaml: it merges")
            elif key in result:
                first = self.source.lines[(*path, key)]
                self.problem(line, (*path, key), f"is set twice, first in line {first}", "Keep one")
            else:
                self.source.lines[(*path, key)] = line
                result[key] = self.value(item, (*path, key))
        return self.secret(result, path) if set(result) == {"secure"} else result

    def secret(self, written: dict[str, Any], path: Path) -> Any:
        sealed = written["secure"]
        if not isinstance(sealed, str):
            return written
        if not _SEALED.fullmatch(sealed):
            advice = "Seal it with: pulumi config set --secret --path"
            self.problem(self.source.line(path), path, "stands under secure, but is not sealed", advice)
        return Secret(path)


def _refuse_depth(text: str) -> None:
    """Stop before the parser's own recursion would end the process: its events come without any."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise _Unreadable(line, (), f"is nested more than {DEEPEST} levels deep", "A stack file is flat")


def _offset(fault: yaml.reader.ReaderError, text: str) -> int:
    """Where the fault is in bytes: libyaml counts bytes, PyYAML's own reader characters."""
    position: int = fault.position
    return position if hasattr(yaml, "CSafeLoader") else len(text[:position].encode())
