"""Turn the engine's events into a ``Plan``, as they come."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pulumi.automation import EngineEvent, events

from infra.engine.origin import Drift
from infra.engine.wire import read_value, steps_of, value_at
from infra.model.estate import Unknown
from infra.model.plan import Diagnostic, Operation, Plan, PropertyChange, Resource, Step
from infra.model.urn import name_of

PROVIDERS = "pulumi:providers:"
STACK = "pulumi:pulumi:Stack"
KNOWN_LATER = "(known after it is made)"
"""How a plan shows a value that only the run itself will know."""
_OPERATIONS: dict[str, Operation] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "read": "read",
    "refresh": "refresh",
    "import": "import",
    "import-replacement": "import",
    "same": "same",
    "discard": "delete",
}
_TAGS = re.compile(r"<\{%[^%]*%\}>")
_ECHO = re.compile(r"^(?:preview|update|refresh|destroy|resource \w+) failed$|^an unhandled error occurred")
Verb = Literal["preview", "up", "refresh", "destroy"]


class Observer(Protocol):
    """Whoever watches a run live."""

    def started(self, step: Step) -> None:
        """The engine began to work on a resource."""

    def finished(self, step: Step, seconds: float) -> None:
        """The engine is done with a resource."""

    def said(self, diagnostic: Diagnostic) -> None:
        """The engine, a provider or the program said something."""


@dataclass
class Collector:
    """Collects one run's events; ``plan`` is complete when the run has ended."""

    stack: str
    verb: Verb
    observer: Observer
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._began = self.clock()
        self._steps: dict[str, Step] = {}
        self._since: dict[str, float] = {}
        self._unchanged: set[str] = set()
        self._diagnostics: list[Diagnostic] = []
        self.before: dict[str, Resource] = {}
        self.after: dict[str, Resource] = {}
        self.drift: dict[str, Drift] = {}
        self._outputs: dict[str, Any] = {}

    def take(self, event: EngineEvent) -> None:
        """Take one event of the engine's stream."""
        if event.resource_pre_event:
            self._begin(event.resource_pre_event.metadata)
        elif event.res_outputs_event:
            self._end(event.res_outputs_event.metadata)
        elif event.diagnostic_event:
            self._say(event.diagnostic_event)
        elif event.policy_event:
            self._diagnostics.append(Diagnostic("error", _plain(event.policy_event.message), ""))

    def plan(self) -> Plan:
        """What the run would change, or changed."""
        took = self.clock() - self._began
        steps = tuple(self._steps.values())
        unchanged = len(self._unchanged - set(self._steps))
        return Plan(self.stack, self.verb, steps, unchanged, tuple(self._diagnostics), took, self._outputs)

    def errors(self) -> tuple[str, ...]:
        """What went wrong, in the words of the program or provider, each once."""
        found = [
            _about(said) for said in self._diagnostics if said.severity == "error" and not _ECHO.match(said.message)
        ]
        return tuple(dict.fromkeys(found))

    def _begin(self, metadata: events.StepEventMetadata) -> None:
        self._keep(metadata)
        step = read_step(metadata)
        if step is None or step.operation == "same":
            return
        self._since[step.urn] = self.clock()
        # A refresh only says in the end what it found.
        if step.operation != "refresh":
            self._steps[step.urn] = step
            self.observer.started(step)

    def _keep(self, metadata: events.StepEventMetadata) -> None:
        """Keep what a resource is before the run, and would be after it."""
        if metadata.op.value == "refresh":
            return
        if metadata.old and metadata.old.custom:
            self.before.setdefault(metadata.urn, _resource(metadata.old))
        if metadata.new and metadata.new.custom:
            self.after[metadata.urn] = _resource(metadata.new)

    def _end(self, metadata: events.StepEventMetadata) -> None:
        if metadata.type == STACK:
            # The stack is a resource too, and its outputs are the program's.
            self._outputs = shown(read_value(metadata.new.outputs or {})) if metadata.new else {}
        step = read_step(metadata)
        if step is None:
            return
        if step.operation == "refresh":
            self._refreshed(metadata)
            return
        if step.operation == "same":
            self._unchanged.add(step.urn)
            return
        known = self._steps.setdefault(step.urn, step)
        self.observer.finished(known, self.clock() - self._since.get(step.urn, self.clock()))

    def _refreshed(self, metadata: events.StepEventMetadata) -> None:
        """A refresh has looked at a resource: nothing of it is left, or it differs here and there, or it does not."""
        recorded = read_value((metadata.old.inputs if metadata.old else None) or {})
        if metadata.new is None:
            self.drift[metadata.urn] = Drift(recorded, gone=True)
            return
        paths = tuple(path for path in metadata.detailed_diff or {} if not path.startswith("__"))
        if paths:
            self.drift[metadata.urn] = Drift(recorded, paths)
        self._unchanged.add(metadata.urn)

    def _say(self, event: events.DiagnosticEvent) -> None:
        message = _plain(event.message).strip()
        if event.ephemeral or event.severity == "debug" or not message:
            return
        severity: Literal["error", "warning", "info"] = "info"
        if event.severity in ("error", "warning"):
            severity = "error" if event.severity == "error" else "warning"
        diagnostic = Diagnostic(severity, message, event.urn or "")
        self._diagnostics.append(diagnostic)
        self.observer.said(diagnostic)


def read_step(metadata: events.StepEventMetadata) -> Step | None:
    """The step that an event tells of; ``None`` for the halves of a replacement and for our own bookkeeping."""
    operation = _OPERATIONS.get(metadata.op.value)
    if operation is None or metadata.type == STACK or _is_default_provider(metadata):
        return None
    if operation == "update" and metadata.type.startswith(PROVIDERS):
        # Only the engine's note of how to speak to a vendor: in CI the token is another one in every job.
        operation = "same"
    return Step(operation, metadata.urn, tuple(_changes(metadata)))


def _is_default_provider(metadata: events.StepEventMetadata) -> bool:
    # "default", or with a version and more behind it: "default_1_0_4".
    return metadata.type.startswith(PROVIDERS) and "::default" in metadata.urn


def _changes(metadata: events.StepEventMetadata) -> Iterator[PropertyChange]:
    old, new = metadata.old, metadata.new
    for path, diff in (metadata.detailed_diff or {}).items():
        if path.startswith("__"):
            continue
        kind = diff.diff_kind.value
        before = _look(old, path, inputs=diff.input_diff)
        after = _look(new, path, inputs=True) if metadata.op.value != "refresh" else _look(new, path, inputs=False)
        change: Literal["add", "update", "delete"] = "update"
        if kind.startswith(("add", "delete")):
            change = "add" if kind.startswith("add") else "delete"
        yield PropertyChange(path, change, before, after, kind.endswith("replace"))


def _look(state: events.StepEventStateMetadata | None, path: str, *, inputs: bool) -> Any:
    if state is None:
        return None
    first, second = (state.inputs, state.outputs) if inputs else (state.outputs, state.inputs)
    found = _at(first, path)
    return shown(found if found is not None else _at(second, path))


def _at(values: Any, path: str) -> Any:
    return value_at(read_value(values or {}), steps_of(path))


def shown(value: Any) -> Any:
    """A value without the engine's marks as a plan shows it."""
    if isinstance(value, Unknown):
        return KNOWN_LATER
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def _resource(state: events.StepEventStateMetadata) -> Resource:
    return Resource(state.urn, state.parent or "", state.id or "", read_value(state.inputs or {}))


def _about(said: Diagnostic) -> str:
    name = name_of(said.urn) if said.urn and STACK not in said.urn else ""
    return f"{name}: {said.message}" if name else said.message


def _plain(text: str) -> str:
    return _TAGS.sub("", text)
