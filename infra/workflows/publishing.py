"""Make the public-safe snapshot of a project: what previews without secrets compare with.

A value is told in clear only where the code itself tells it in clear (or the vendor made it up as an id); all else is
a keyed fingerprint, also what somebody typed in a dashboard and a refresh recorded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.model.environment import Environment
from infra.model.estate import Hidden, Unknown
from infra.model.fingerprint import Fingerprints
from infra.model.project import Project
from infra.model.published import PublishedResource, PublishedStack, Veiled
from infra.model.recorded import RecordedResource
from infra.model.values import Path
from infra.providers.kit.values import UNKNOWN
from infra.workflows.dry import DryRun, dry_run
from infra.workflows.published_github import without_defaults
from infra.workflows.sealed import SealedConfig, sealed_config
from infra.workflows.veiling import digest

SecretOf = Callable[[Path], Hidden | Unknown]
STACK = "pulumi:pulumi:Stack"
# The outputs that a program can refer to; others stay where they are.
REFERRED = ("name", "webUrl", "gitUrl")
ABSENT = object()


def publish_stack(
    project: Project,
    environment: Environment,
    recorded: Sequence[RecordedResource],
    secret: SecretOf,
    fingerprints: Fingerprints,
) -> PublishedStack:
    """What may be published of a stack's state; right after ``up`` it says most."""
    ours = [one for one in recorded if not _is_the_engines(one)]
    known = PublishedStack({one.urn: _named(one) for one in ours})
    run = dry_run(project, environment, known, compare=False)
    publisher = _Publisher(run, sealed_config(project, environment.stack), secret, fingerprints)
    resources = {
        one.urn: PublishedResource(
            one.urn,
            one.id,
            one.parent,
            one.urn in run.protected,
            publisher.inputs(one),
            known.resources[one.urn].outputs,
        )
        for one in ours
    }
    return PublishedStack(resources, publisher.learned())


def _is_the_engines(one: RecordedResource) -> bool:
    default = one.type.startswith("pulumi:providers:") and one.name.startswith("default")
    return one.type == STACK or default


def _named(one: RecordedResource) -> PublishedResource:
    """The resource with what a program can refer to, and nothing to compare with yet."""
    outputs = {name: one.outputs[name] for name in REFERRED if isinstance(one.outputs.get(name), str)}
    return PublishedResource(one.urn, one.id, outputs=outputs)


@dataclass
class _Publisher:
    run: DryRun
    config: SealedConfig
    secret: SecretOf
    fingerprints: Fingerprints
    symbols: dict[str, Any] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def learned(self) -> Mapping[str, Any]:
        """What the symbols of the code stand for, where that is beyond doubt."""
        return {name: value for name, value in self.symbols.items() if name not in self.doubtful}

    def inputs(self, one: RecordedResource) -> dict[str, Any]:
        """A resource's recorded inputs, as they may be told."""
        if one.type.startswith("pulumi:providers:"):
            return {}
        declared = self.run.declared.get(one.urn, {})
        found = without_defaults(one.inputs)
        return {name: self.told(value, declared.get(name, ABSENT)) for name, value in found.items()}

    def told(self, recorded: Any, declared: Any) -> Any:
        """A recorded value, beside what the code declares in its place."""
        if isinstance(declared, Veiled):
            return self._sealed(recorded, declared.removeprefix("sealed "))
        if self.run.symbols.is_looked_up(declared) and not _holds_hidden(recorded):
            self._learn(digest(declared), recorded)
            return recorded
        if isinstance(recorded, Hidden) and isinstance(declared, Mapping):
            recorded = _opened(recorded)
        if isinstance(recorded, Mapping):
            inside = declared if isinstance(declared, Mapping) else {}
            return {key: self.told(item, inside.get(key, ABSENT)) for key, item in recorded.items()}
        if isinstance(recorded, list) and isinstance(declared, list) and len(recorded) == len(declared):
            return [self.told(item, wanted) for item, wanted in zip(recorded, declared, strict=True)]
        return declared if _says(declared, recorded) else self._veiled(recorded)

    def _sealed(self, recorded: Any, name: str) -> Veiled:
        real = self.config.open(self.run.symbols.texts[name], self.secret)
        self._learn(name, self._veiled(recorded if real is None else real))
        return self._veiled(recorded)

    def _veiled(self, value: Any) -> Veiled:
        return Veiled.of(self.fingerprints.of(_text(value)))

    def _learn(self, name: str, value: Any) -> None:
        if self.symbols.setdefault(name, value) != value:
            self.doubtful.add(name)


def _says(declared: Any, recorded: Any) -> bool:
    """Whether the code tells the recorded value in clear."""
    if declared is ABSENT or declared is UNKNOWN:
        return False
    return _text(declared) == _text(recorded)


def _text(value: Any) -> str:
    if isinstance(value, Hidden):
        return value.reveal()
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=lambda one: one.reveal())


def _opened(recorded: Hidden) -> Any:
    """A secret map as a map of secrets, which can be compared one by one."""
    try:
        found = json.loads(recorded.reveal())
    except ValueError:
        return recorded
    return _hidden_leaves(found) if isinstance(found, dict) else recorded


def _hidden_leaves(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden_leaves(item) for key, item in value.items()}
    return value if value is None else Hidden(_text(value))


def _holds_hidden(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_hidden(item) for item in value.values())
    return any(_holds_hidden(item) for item in value) if isinstance(value, list) else isinstance(value, Hidden)
