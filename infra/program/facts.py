"""Resolve the model's values: plain text, secrets, and ``${…}`` references to what this program declares."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from infra.model.values import Reference, Secret, Template, Value
from infra.program.settings import secret_output

Steps = tuple[str, ...]


class Facts:
    """What references can name so far; filled while resources are declared."""

    def __init__(self) -> None:
        self._known: dict[Steps, pulumi.Input[str]] = {}

    def learn(self, prefix: Steps, facts: Mapping[str, pulumi.Input[str]]) -> None:
        """Make each of ``facts`` known as ``prefix.name``."""
        for name, value in facts.items():
            self._known[(*prefix, name)] = value

    def resolve(self, value: Value) -> pulumi.Input[str]:
        """The value itself, ready to be a resource's input."""
        if isinstance(value, Secret):
            return secret_output(value)
        if isinstance(value, Template):
            return pulumi.Output.concat(*(self._part(part) for part in value.parts))
        return value

    def _part(self, part: str | Reference) -> pulumi.Input[str]:
        return self._known[part.steps] if isinstance(part, Reference) else part

    def resolve_all(self, values: Mapping[str, Value]) -> dict[str, pulumi.Input[str]]:
        """Every value of a map, by its name."""
        return {name: self.resolve(value) for name, value in values.items()}


def is_sensitive(value: Value) -> bool:
    """Whether the value carries a secret by itself (a reference brings its own secrecy along)."""
    return isinstance(value, Secret)
