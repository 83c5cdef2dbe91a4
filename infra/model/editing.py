"""Change single values of a YAML file as text, so that its comments, order and style stay as they are."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml

from infra.model.scalars import plain_scalar
from infra.model.values import Path

_PLAIN = re.compile(r"[A-Za-z0-9_./~][A-Za-z0-9_./@+~-]*(?:[: ](?=[^ #])[A-Za-z0-9_./@+~-]+)*")


@dataclass(frozen=True)
class Sealed:
    """A secret as the engine sealed it."""

    text: str


class Uneditable(Exception):
    """The place cannot be changed as text; the message says why."""


def put_in_place(file: FilePath, text: str) -> None:
    """Put a new text in the place of a file's old one, all at once: whoever reads it meanwhile reads either."""
    temporary = file.with_name(f"{file.name}.new")
    temporary.write_text(text)
    shutil.copymode(file, temporary)
    temporary.replace(file)


def edited(text: str, path: Path, value: Any) -> str:
    """``text`` with ``value`` (a scalar, list, map, ``Sealed`` or ``None``) at ``path``; what lacks on the way is made.

    Raises ``Uneditable`` where an alias stands in the way, or a list where a map is due.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return text.rstrip() + ("\n" if text.strip() else "") + "\n".join(_block(path, value, 0)) + "\n"
    return _Edit(text, root).set(path, value)


class _Edit:
    def __init__(self, text: str, root: yaml.Node) -> None:
        self.text = text
        self.root = root

    def set(self, path: Path, value: Any) -> str:
        node, above, colon = self.root, -1, 0
        for depth, step in enumerate(path):
            if not isinstance(node, yaml.MappingNode):
                return self.replace(node, path[depth:], value, above, colon)
            found = next((pair for pair in node.value if pair[0].value == step), None)
            if found is None:
                return self.insert(node, path[depth:], value, above, colon)
            key, node = found
            self.refuse_alias(node, key)
            above, colon = key.start_mark.column, self.text.index(":", key.end_mark.index) + 1
        return self.replace(node, (), value, above, colon)

    def refuse_alias(self, node: yaml.Node, key: yaml.Node) -> None:
        between = self.text[key.end_mark.index : node.start_mark.index]
        if node.start_mark.index < key.start_mark.index or "&" in between or "*" in between:
            raise Uneditable("an alias or anchor stands there")

    def replace(self, node: yaml.Node, path: Path, value: Any, above: int, colon: int) -> str:
        """Another value where ``node`` stands, below ``path`` if that is something that the node does not have yet."""
        empty = node.start_mark.index == node.end_mark.index or (isinstance(node, yaml.ScalarNode) and not node.style)
        is_null = empty and (not isinstance(node, yaml.ScalarNode) or plain_scalar(node.value) is None)
        if path and not is_null:
            raise Uneditable("a list or a single value stands where a map is due")
        start, end = node.start_mark.index, self.end_of(node)
        shown = _flow(_nested(path, value))
        if self.in_flow(start) or above < 0:
            lead = "" if self.text[start - 1 : start] in (" ", "[", "{", ",", "") else " "
            return self.text[:start] + lead + shown + self.text[end:]
        if path or (isinstance(value, Sealed | dict) and value):
            return self.as_block(colon, start, end, path, value, above)
        # The comment behind the key stays behind the value.
        comment = self.text[colon:start].partition("\n")[0].strip()
        return f"{self.text[:colon]} {shown}{' ' if comment else ''}{comment}{self.text[end:]}"

    def as_block(self, colon: int, start: int, end: int, path: Path, value: Any, above: int) -> str:
        head = self.text[:colon]
        comment, newline, rest = self.text[end:].partition("\n")
        comment = comment if comment.strip() else self.text[colon:start].partition("\n")[0]
        lines = _block(path, value, above + 2) if path else _block_of(value, above + 2)
        said = f" {comment.strip()}" if comment.strip() else ""
        return f"{head}{said}\n" + "\n".join(lines) + (newline or "\n") + rest

    def insert(self, node: yaml.MappingNode, path: Path, value: Any, above: int, colon: int) -> str:
        if node.flow_style:
            return self.insert_in_flow(node, path, value)
        if not node.value:
            return self.replace(node, path, value, above, colon)
        column = node.value[0][0].start_mark.column
        end = self.end_of(node)
        stop = self.text.find("\n", end)
        stop = len(self.text) if stop < 0 else stop
        lines = "\n".join(_block(path, value, column))
        return f"{self.text[:stop]}\n{lines}{self.text[stop:] or chr(10)}"

    def insert_in_flow(self, node: yaml.MappingNode, path: Path, value: Any) -> str:
        last = node.end_mark.index - 1
        written = f"{_key(path[0])}: {_flow(_nested(path[1:], value))}"
        if not node.value:
            return f"{self.text[: node.start_mark.index]}{{ {written} }}{self.text[last + 1 :]}"
        end = self.end_of(node.value[-1][1])
        return f"{self.text[:end]}, {written}{self.text[end:]}"

    def end_of(self, node: yaml.Node) -> int:
        """Where the content of a node ends: a block's own mark lies behind the comments that follow it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end_of(last[1] if isinstance(last, tuple) else last)
        end: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return len(self.text[:end].rstrip())
        return end

    def in_flow(self, place: int) -> bool:
        """Whether a place lies inside brackets."""
        return any(
            one.start_mark.index < place < one.end_mark.index for one in _collections(self.root) if one.flow_style
        )


def _collections(node: yaml.Node) -> list[yaml.CollectionNode]:
    if not isinstance(node, yaml.CollectionNode):
        return []
    inside = [item for pair in node.value for item in (pair if isinstance(pair, tuple) else (pair,))]
    return [node, *(found for item in inside for found in _collections(item))]


def _nested(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = {step: value}
    return value


def _block(path: Path, value: Any, column: int) -> list[str]:
    """``path`` as nested keys, a line each, from ``column`` on."""
    indent = " " * column
    if len(path) > 1:
        return [f"{indent}{_key(path[0])}:", *_block(path[1:], value, column + 2)]
    if isinstance(value, Sealed | dict) and value != {}:
        return [f"{indent}{_key(path[0])}:", *_block_of(value, column + 2)]
    return [f"{indent}{_key(path[0])}: {_flow(value)}"]


def _block_of(value: Any, column: int) -> list[str]:
    if isinstance(value, Sealed):
        return [f"{' ' * column}secure: {value.text}"]
    return [line for key, item in value.items() for line in _block((key,), item, column)]


def _key(step: str | int) -> str:
    text = str(step)
    return scalar(text) if plain_scalar(text) == text else quoted_scalar(text)


def _flow(value: Any) -> str:
    if isinstance(value, Sealed):
        return f'{{ secure: "{value.text}" }}'
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)}: {_flow(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return scalar(value)
    return json.dumps(value)


def scalar(text: str) -> str:
    """Text as YAML takes it back unchanged: plain where that is safe, else in quotation marks."""
    read = plain_scalar(text)
    is_number = type(read) is int and str(read) == text
    # Other readers take more words (on, yes) for something else than text.
    is_plain = _PLAIN.fullmatch(text) and (is_number or (read == text and yaml.safe_load(text) == text))
    return text if is_plain else quoted_scalar(text)


def quoted_scalar(text: str) -> str:
    """Text in quotation marks, every mark that does not print as an escape."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(mark if mark.isprintable() else f"\\U{ord(mark):08X}" for mark in escaped) + '"'
