"""Finding the route of a path: literal segments win over parameters, parameters over the rest of the path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from infra.localcloud.exchange import Route


@dataclass
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    rest: _Node | None = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """A route and what its path's parameters hold, percent-decoded."""

    route: Route
    params: dict[str, str]


class Router:
    """Routes as a tree of path segments."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def match(self, method: str, path: str) -> Match | None:
        """The route for a method and a percent-encoded path, or ``None``."""
        found = _walk(self._root, _segments(path), method)
        if found is None:
            return None
        (route, names), values = found
        return Match(route, {name: unquote(value) for name, value in zip(names, values, strict=True)})

    def _add(self, route: Route) -> None:
        method, template, _, _ = route
        node, names = self._root, []
        for segment in _segments(template):
            if not segment.startswith("{"):
                node = node.literals.setdefault(segment, _Node())
                continue
            name = segment.strip("{}")
            names.append(name.removesuffix(":path"))
            node = _rest(node) if name.endswith(":path") else _parameter(node)
        if method in node.routes:
            raise ValueError(f"two routes for {method} {template}")
        node.routes[method] = (route, tuple(names))


def _segments(path: str) -> list[str]:
    inside = path.strip("/")
    return inside.split("/") if inside else []


def _parameter(node: _Node) -> _Node:
    node.parameter = node.parameter or _Node()
    return node.parameter


def _rest(node: _Node) -> _Node:
    node.rest = node.rest or _Node()
    return node.rest


_Found = tuple[tuple[Route, tuple[str, ...]], list[str]]


def _walk(node: _Node, segments: list[str], method: str) -> _Found | None:
    if not segments:
        here = node.routes.get(method)
        return None if here is None else (here, [])
    head, tail = segments[0], segments[1:]
    literal = node.literals.get(head)
    found = _walk(literal, tail, method) if literal else None
    if found is None and node.parameter and head:
        found = _prefixed(head, _walk(node.parameter, tail, method))
    if found is None and node.rest:
        found = _prefixed("/".join(segments), _walk(node.rest, [], method))
    return found


def _prefixed(value: str, found: _Found | None) -> _Found | None:
    return None if found is None else (found[0], [value, *found[1]])
