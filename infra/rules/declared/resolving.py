"""Resolve the values of a stack file as far as that goes without an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from infra.model.environment import App, Environment
from infra.model.estate import Hidden, Subject, Thing, Unknown
from infra.model.values import Path, Secret, Template, Value

Told = str | Hidden | Unknown
SecretAt = Callable[[Path], Hidden | Unknown]
Steps = tuple[str, ...]
LATER = Unknown("known later")


class Said(NamedTuple):
    """One thing that an environment declares, and where it does."""

    subject: Subject
    thing: Thing
    path: Path


def closed(_: Path) -> Unknown:
    """Stands for every secret where nobody can open the stack file."""
    return Unknown("sealed")


@dataclass
class Resolver:
    """Knows what references name before anything is made; the rest is ``known later``."""

    secret: SecretAt
    known: dict[Steps, Value] = field(default_factory=dict)

    def resolve(self, value: Value) -> Told:
        """The value itself; hidden where a secret is part of it, unknown where the engine must tell a part of it."""
        if isinstance(value, Secret):
            return self.secret(value.path)
        if isinstance(value, str):
            return value
        return _joined([part if isinstance(part, str) else self._named(part.steps) for part in value.parts])

    def _named(self, steps: Steps) -> Told:
        return self.resolve(self.known[steps]) if steps in self.known else LATER

    def hidden(self, value: Value) -> Hidden | Unknown:
        """The value of something that may be a secret wherever it comes from."""
        told = self.resolve(value)
        return Hidden(told) if isinstance(told, str) else told


def _joined(parts: list[Told]) -> Told:
    unknown = next((part for part in parts if isinstance(part, Unknown)), None)
    if unknown is not None:
        return unknown
    text = "".join(part.reveal() if isinstance(part, Hidden) else str(part) for part in parts)
    return Hidden(text) if any(isinstance(part, Hidden) for part in parts) else text


def resolver(environment: Environment, secret: SecretAt) -> Resolver:
    """A resolver that knows the names an environment gives."""
    made = Resolver(secret, {("stack",): environment.stack, ("stage",): environment.stage or environment.stack})
    if environment.service.pipeline:
        made.known[("pipeline", "name")] = environment.service.pipeline.name
    for prefix, app in prefixed(environment):
        made.known |= dict(_names(prefix, app))
    return made


def _names(prefix: Steps, app: App) -> Iterator[tuple[Steps, Value]]:
    yield (*(prefix or ("app",)), "name"), app.name
    for name, value in plain_config_vars(app).items():
        yield (*prefix, "config_vars", name), value
    for key, addon in app.addons.items():
        if addon.name:
            yield (*prefix, "addons", key, "name"), addon.name
        if addon.as_ or addon.name:
            yield (*prefix, "addons", key, "attachment"), str(addon.as_ or addon.name)


def plain_config_vars(app: App) -> Mapping[str, Value]:
    """The config vars whose values stand in the stack files."""
    return {name: value for name, value in app.config_vars.items() if isinstance(value, str | Template | Secret)}


def prefixed(environment: Environment) -> Iterator[tuple[Steps, App]]:
    """Every app with its place in the document."""
    for key, app in environment.apps.items():
        yield (() if environment.single else ("apps", key)), app
